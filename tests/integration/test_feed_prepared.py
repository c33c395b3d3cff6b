"""A scenario's recording is brought in on the way, whatever it is in."""

from pathlib import Path

import pytest

from latprobe.errors import FeedError
from latprobe.pipeline.feeds import prepare_feed
from tests.archives import ARCHIVERS
from tests.feeds import HEARTBEAT, SYSTEM_EVENT, TRADE, length_prefixed

RECORDINGS = {
    "json": b"".join(b"%d %b\n" % (1_723_161_255 + number, TRADE) for number in range(100)),
    "itch50": length_prefixed(*[SYSTEM_EVENT] * 100),
    "fix": (HEARTBEAT + b"\n") * 100,
}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.mark.parametrize("protocol", sorted(RECORDINGS))
@pytest.mark.parametrize("codec", ["", *sorted(ARCHIVERS)])
def test_a_recording_is_brought_in_once(tmp_path: Path, protocol: str, codec: str) -> None:
    content = RECORDINGS[protocol]
    (tmp_path / "source").write_bytes(ARCHIVERS[codec](content) if codec else content)
    notices: list[str] = []
    for _ in range(2):
        feed = prepare_feed(str(tmp_path / "source"), notices.append)
        assert (feed.protocol, feed.messages, feed.mappable) == (protocol, 100, True)
    assert notices == ["source is being imported"]


def test_a_recording_that_is_bad_leaves_nothing_in_the_cache(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "source").write_bytes(RECORDINGS["json"] + b"oops\n")
    with pytest.raises(FeedError) as caught:
        prepare_feed(str(tmp_path / "source"), lambda _: None)
    assert caught.value.offset == len(RECORDINGS["json"])
    assert list((cache / "latprobe" / "feeds").iterdir()) == []


def test_a_recording_whose_times_fall_back_says_how_to_bring_it_in(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(RECORDINGS["json"] + RECORDINGS["json"])
    with pytest.raises(FeedError, match="`feed import --max-backwards` allows more"):
        prepare_feed(str(tmp_path / "source"), lambda _: None)
