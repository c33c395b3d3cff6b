"""URLs of live feeds."""

import pytest

from latprobe.errors import FeedError
from latprobe.feed.transport.address import address_from

SECRET = "hunter2"  # noqa: S105  # it opens nothing


@pytest.mark.parametrize(
    ("url", "shown", "channel"),
    [
        ("wss://a.example/ws", "wss://a.example:443/ws", "a.example:443/ws"),
        (f"ws://u:{SECRET}@a.example/?key={SECRET}", "ws://a.example:80/", "a.example:80/"),
        ("udp://239.1.2.3:5000", "udp://239.1.2.3:5000", "239.1.2.3:5000"),
        ("udp://10.0.0.1@232.1.2.3:5000", "udp://10.0.0.1@232.1.2.3:5000", "232.1.2.3:5000"),
        ("udp://[fd00::1]@[ff35::1]:5000", "udp://fd00::1@[ff35::1]:5000", "[ff35::1]:5000"),
        ("tcp://localhost:9000", "tcp://localhost:9000", "localhost:9000"),
    ],
)
def test_an_address_is_shown_without_secrets(url: str, shown: str, channel: str) -> None:
    address = address_from(url)
    assert (address.shown, address.channel) == (shown, channel)


@pytest.mark.parametrize(
    "url",
    [
        f"http://u:{SECRET}@a.example/?key={SECRET}",
        f"tcp://u:{SECRET}@a.example:9",
        f"udp://u:{SECRET}@239.1.2.3:9",
        f"ws://u:{SECRET}@/?key={SECRET}",
        f"ws://u:{SECRET}@a.example:port/",
    ],
)
def test_not_even_an_error_quotes_them(url: str) -> None:
    with pytest.raises(FeedError) as raised:
        address_from(url)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    "url", ["", "x", "udp://", "udp://239.1.2.3", "udp://h:0", "tcp://h", "ws:"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(FeedError, match="expected ws://host/path"):
        address_from(url)
