"""The feed that a test names."""

from pathlib import Path

import pytest

from latprobe.api.memory_feed import Messages


def feed_near(request: pytest.FixtureRequest, feed: Messages) -> Messages:
    """A path from the test's own folder where there is such a file, else from the root folder."""
    if not isinstance(feed, str | Path):
        return feed
    near = request.path.parent / feed
    return near if near.exists() else request.config.rootpath / feed
