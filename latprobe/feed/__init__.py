"""Feeds: recorded messages in arrival order, brought in, made up, read back and described."""
