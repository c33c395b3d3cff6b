"""The fuzz target of one importer: `python -m tests.fuzz.importer NAME CORPUS [libFuzzer's flags]`.

Whatever the bytes, an importer gives messages that can be part of a feed, or a `FeedError`.
Anything else that it raises is a finding, as are a hang and memory without bounds, which libFuzzer
watches.
"""

import os
import sys

import atheris

with atheris.instrument_imports(include=["latprobe.feed"]):
    from latprobe.errors import FeedError
    from latprobe.feed.format import MESSAGE_LIMIT_BYTES
    from latprobe.feed.importers import IMPORTERS
    from latprobe.feed.importers.importer import Importer, ImportOptions
    from latprobe.feed.importers.source import Source
    from latprobe.feed.messages import Block, Messages


class Fuzzed:
    """One importer over one file in memory, which each input is written to."""

    def __init__(self, importer: Importer) -> None:
        self._importer = importer
        self._file = os.memfd_create("fuzzed")
        self._path = f"/proc/self/fd/{self._file}"

    def one_input(self, data: bytes) -> None:
        """Reads the bytes as a recording, from start to end."""
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, data, 0)
        try:
            with Source(self._path) as source:
                self._importer.recognises(source.head())
                for messages in self._importer.read(source, ImportOptions()):
                    _check(messages)
        except FeedError:
            pass


def _check(messages: Messages | Block) -> None:
    """What the writer of a feed relies on."""
    plain = messages.messages() if isinstance(messages, Block) else messages
    assert len(plain.recv_ns) == len(plain.channels) == len(plain.payloads)
    assert all(isinstance(time_ns, int) for time_ns in plain.recv_ns)
    assert all(len(payload) <= MESSAGE_LIMIT_BYTES for payload in plain.payloads)
    for channel in plain.channels:
        channel.encode()


def main() -> None:
    """Runs libFuzzer until one of its own limits is reached."""
    importer = next(it for it in IMPORTERS if it.name == sys.argv[1])
    fuzzed = Fuzzed(importer)
    atheris.Setup([sys.argv[0], *sys.argv[2:]], fuzzed.one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
