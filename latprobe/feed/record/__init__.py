"""Feeds from a network: WebSocket, datagrams, TCP; readable up to the last flush at any moment."""
