"""How good the instrument is on this machine: what `latprobe doctor` finds."""
