"""How right the statistics are: `make bench-stats`."""
