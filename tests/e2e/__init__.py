"""End-to-end tests: the service as a process, real RTSP, a real browser, the weights that ship."""
