"""Video by WebRTC: peer connections on fixed ports, incoming video, and who publishes to which stream."""
