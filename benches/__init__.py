"""What latprobe itself costs: figures to read, never tests that a busy machine can fail."""
