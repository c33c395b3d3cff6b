"""A replay under a checker of memory, whose errors are told by message."""
