"""The folder of a soak: what is written to it while it runs, and read from it at any time."""
