"""The command line: the only place where the stages meet."""
