"""Everything that faces outwards: REST, the live WebSocket, metrics, the dashboard."""
