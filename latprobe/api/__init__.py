"""latprobe from Python: scenarios run, callables measured, results looked at."""
