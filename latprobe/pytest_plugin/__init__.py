"""pytest-latprobe: a test measures a callable, and says what it must keep.

`plugin` is what pytest loads in every session; the rest is imported where a test asks for it.
"""
