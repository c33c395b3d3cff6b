"""What recording from a network and serving to one share: addresses, framings, TLS, stopping."""
