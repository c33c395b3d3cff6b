"""Python callables as targets: found, described and made, where they may crash."""
