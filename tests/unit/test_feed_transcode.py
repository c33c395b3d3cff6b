"""JSON feeds in other encodings, read back by the libraries of these."""

import json
import sys
from pathlib import Path
from typing import Any

import msgpack  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st

from latprobe.cli.feed.transcode_command import transcode_command
from latprobe.errors import FeedError, ScenarioError
from latprobe.feed.blocks import read_blocks
from latprobe.feed.messages import Block
from latprobe.feed.transcode.protobuf import frame_in_protobuf
from latprobe.feed.transcode.schema import MESSAGES, Field, snake
from latprobe.feed.transcode.transcode import Encoding, transcode_feed
from latprobe.feed.writer import FeedWriter
from latprobe.scenario import load_scenario

sys.path.insert(0, str(Path(__file__).parents[2] / "targets/python"))

from protobuf_frames import frame_class  # lies beside no package

FRAME = frame_class()
LEVELS = [["1.5", "0.000"], ["2", "3.25"]]
DEPTH = {"e": "depthUpdate", "E": -1, "s": "µ", "U": 1, "u": 2**40, "b": LEVELS, "a": []}


def feed(path: Path, *payloads: bytes, protocol: str = "json") -> Path:
    with FeedWriter(path, protocol=protocol, source="made by a test", importer="test 1") as it:
        for number, payload in enumerate(payloads):
            it.append(number * 10, "ab"[number % 2], payload)
    return path


def payloads_of(blocks: list[Block]) -> list[bytes]:
    return [
        bytes(it.payload[it.offsets[at] : it.offsets[at + 1]])
        for it in blocks
        for at in range(len(it))
    ]


@pytest.mark.parametrize("encoding", ["msgpack", "protobuf"])
def test_a_transcoded_feed_has_the_same_messages_at_the_same_times(
    tmp_path: Path, encoding: Encoding
) -> None:
    frames = [{"stream": "s@depth", "data": DEPTH}, DEPTH, [1, None, 2.5], {"e": "trade"}]
    source = feed(tmp_path / "in.arrow", *(json.dumps(it).encode() for it in frames))

    made = transcode_feed(source, tmp_path / "out.arrow", encoding)

    blocks = list(read_blocks(made))
    assert (made.protocol, made.messages) == (encoding, 4)
    assert made.source == f"made by a test; transcoded to {encoding}"
    assert [int(it) for block in blocks for it in block.recv_ns] == [0, 10, 20, 30]
    if encoding == "msgpack":
        assert [msgpack.unpackb(it) for it in payloads_of(blocks)] == frames
        return
    first, bare, *others = map(FRAME.FromString, payloads_of(blocks))
    assert (first.stream, first.depth_update) == ("s@depth", bare.depth_update)
    assert [[it.price, it.quantity] for it in first.depth_update.b] == LEVELS
    assert (first.depth_update.E, first.depth_update.u) == (-1, 2**40)
    assert not first.depth_update.HasField("T")
    assert not bare.HasField("stream")
    # What fits no message is there all the same.
    assert [json.loads(it.other) for it in others] == frames[2:]


def values(field: Field) -> st.SearchStrategy[Any]:
    of: dict[str, st.SearchStrategy[Any]] = {
        "int64": st.integers(-(2**63), 2**63 - 1),
        "bool": st.booleans(),
        "string": st.text(),
        "Level": st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=3),
    }
    return of[field.type]


@st.composite
def data(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    kind = draw(st.sampled_from(["trade", "aggTrade", "bookTicker", "depthUpdate"]))
    fields = MESSAGES[kind[0].upper() + kind[1:]]
    kept = [it for it in fields if not it.is_optional or draw(st.booleans())]
    return kind, {it.name: draw(values(it)) for it in kept}


@given(data())
def test_each_field_is_read_back_by_protobuf_as_it_was(made: tuple[str, dict[str, Any]]) -> None:
    kind, fields = made

    frame = FRAME.FromString(frame_in_protobuf({"e": kind, **fields}))

    field = snake(kind[0].upper() + kind[1:])
    assert frame.WhichOneof("data") == field
    found = json_format.MessageToDict(
        getattr(frame, field),
        preserving_proto_field_name=True,
        always_print_fields_with_no_presence=True,
    )
    levels = {"a", "b"} if kind == "depthUpdate" else set()
    assert found.keys() == fields.keys()
    for name, value in fields.items():
        if name in levels:
            assert [[it["price"], it["quantity"]] for it in found[name]] == value
        else:
            # JSON of protobuf has 64-bit numbers as text.
            assert found[name] == (str(value) if type(value) is int else value)


def test_what_is_no_json_is_named_by_its_number(tmp_path: Path) -> None:
    source = feed(tmp_path / "in.arrow", b"{}", b"{")
    with pytest.raises(FeedError, match="message 1 cannot be transcoded: Input data was truncated"):
        transcode_feed(source, tmp_path / "out.arrow", "protobuf")
    assert not (tmp_path / "out.arrow").exists()

    huge = feed(tmp_path / "huge.arrow", b"%d" % 2**70)
    with pytest.raises(FeedError, match="message 0 cannot be transcoded"):
        transcode_feed(huge, tmp_path / "out.arrow", "msgpack")

    other = feed(tmp_path / "fix.arrow", b"8=FIX", protocol="fix")
    with pytest.raises(FeedError, match="expected a feed of json, and it is fix"):
        transcode_feed(other, tmp_path / "out.arrow", "msgpack")


def test_the_command_prints_the_schema_and_transcodes(tmp_path: Path) -> None:
    shown = CliRunner().invoke(transcode_command, ["--schema"]).output
    assert "message DepthUpdate {\n  int64 E = 1;\n  optional int64 T = 2;" in shown
    assert "  repeated Level b = 7;" in shown
    assert "  oneof data {\n    Trade trade = 2;" in shown

    source = feed(tmp_path / "in.arrow", b"{}")
    done = CliRunner().invoke(
        transcode_command, [str(source), str(tmp_path / "out"), "--to", "msgpack", "--json"]
    )
    assert json.loads(done.output)["protocol"] == "msgpack"


def test_only_synthetic_json_is_transcoded(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    feed = '{ synth = "fix", transcode = "msgpack" }'
    path.write_text(f'name = "x"\ntarget = "python:a:b"\nfeed = {feed}')
    with pytest.raises(ScenarioError, match='`transcode` is for synth = "json"'):
        load_scenario(path)
