"""Lets every test import what the tests share, as `tests.…`, however pytest is started."""

import signal

from hypothesis import settings

# How long an example takes says something about the machine, and nothing about the code.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

# What is started in the background ignores Ctrl-C, and so would all that tests start and end by it.
signal.signal(signal.SIGINT, signal.default_int_handler)
