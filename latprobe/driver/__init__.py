"""Replaying a feed into a target, in fresh processes."""
