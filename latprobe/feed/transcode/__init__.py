"""JSON feeds in other encodings, for parsers of those."""
