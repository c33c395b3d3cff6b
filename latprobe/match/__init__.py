"""Pairs what went into a program with what came out of it, from two recordings."""
