"""Runs on a screen, as plain text, as pictures and for programs."""
