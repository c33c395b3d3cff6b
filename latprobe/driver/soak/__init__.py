"""A worker that replays without an end, and tells each interval."""
