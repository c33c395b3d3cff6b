"""Lets every test import what the tests share, as `tests.…`, however pytest is started."""
