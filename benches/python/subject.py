"""The callable that everybody calls."""


def nothing(payload: object) -> None:
    """Does nothing."""
