"""Feeds played to real clients, by a plan of due times."""
