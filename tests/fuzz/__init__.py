"""Coverage-guided fuzzing of what reads untrusted input; `make fuzz` runs it for a short while."""
