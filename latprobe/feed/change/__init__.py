"""Feeds out of feeds: cut, joined, stretched, repeated, mixed, and broken on purpose."""
