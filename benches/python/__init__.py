"""What driving a Python callable costs, beside its peers."""
