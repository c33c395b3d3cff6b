"""A damaged series of a soak is read as far as it goes, or is a `SoakError`: nothing else."""

import struct
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pytest
from hypothesis import given, settings

from latprobe.errors import SoakError
from latprobe.soak.series import SCHEMA, SERIES_NAME, Series, read_series
from tests.damage import Damage, damaged, damages
from tests.made_soaks import MadeSoak, started_now

_SCRATCH_FOLDER: Final = tempfile.TemporaryDirectory(prefix="latprobe-test-")
_SCRATCH: Final = Path(_SCRATCH_FOLDER.name)
_TAGS: Final = ("total", "response")
_INTERVALS: Final = 4


def _written() -> bytes:
    times = {it: {100: 9, 500: 1} for it in _TAGS}
    folder = MadeSoak("case", started_now(), (times,) * _INTERVALS).write(_SCRATCH)
    return (folder / SERIES_NAME).read_bytes()


_CONTENT: Final = _written()


def read(content: bytes) -> Series:
    path = _SCRATCH / "damaged.arrows"
    path.write_bytes(content)
    return read_series(path)


def values_in(series: Series) -> list[Any]:
    """All that anybody asks a series for."""
    columns = [series.column(it).sum() for it in SCHEMA.names if it != "sums_ns"]
    return [*columns, series.sums_ns(), series.last("log_bytes"), series.largest("last_sequence")]


def with_offsets(*wrong: int) -> bytes:
    """The series, in whose last interval the tags are said to be at other places."""
    right = struct.pack("<3i", 0, len(_TAGS[0]), len("".join(_TAGS)))
    assert _CONTENT.count(right) == _INTERVALS
    place = _CONTENT.rindex(right)
    changed = struct.pack("<3i", *wrong)
    return _CONTENT[:place] + changed + _CONTENT[place + len(changed) :]


@settings(max_examples=300, deadline=None)
@given(how=damages)
def test_any_damage_leaves_what_can_be_read_or_ends_in_an_error(how: list[Damage]) -> None:
    with suppress(SoakError):
        values_in(read(damaged(_CONTENT, how)))


@pytest.mark.parametrize(
    "wrong", [(0, 5, 2**30), (0, -5, 13), (0, 13, 5), (2**30, 2**30, 2**30), (-(2**31), 0, 13)]
)
def test_offsets_that_reach_out_of_a_batch_are_an_error_that_says_where(
    wrong: tuple[int, ...],
) -> None:
    with pytest.raises(SoakError, match=r"the batch at byte [\d,]+: .*[Oo]ffset"):
        read(with_offsets(*wrong))


def test_a_tag_that_is_no_text_is_an_error() -> None:
    place = _CONTENT.rindex(b"totalresponse")

    with pytest.raises(SoakError, match=r"the batch at byte [\d,]+: .*UTF8"):
        read(_CONTENT[:place] + b"\xff" + _CONTENT[place + 1 :])


def test_columns_of_another_type_are_an_error_before_any_row_is_read() -> None:
    schema = pa.schema([pa.field(it, pa.null()) for it in SCHEMA.names])

    with pytest.raises(SoakError, match="column `elapsed_s` is null, not double"):
        read(schema.serialize().to_pybytes())


def test_a_column_that_is_there_twice_is_an_error() -> None:
    schema = pa.schema([*SCHEMA, SCHEMA.field("messages")])

    with pytest.raises(SoakError, match="column `messages` is int64 and int64, not int64"):
        read(schema.serialize().to_pybytes())


def test_columns_that_this_version_does_not_know_are_passed_over() -> None:
    schema = SCHEMA.append(pa.field("of_tomorrow", pa.list_(pa.string())))
    batch = pa.RecordBatch.from_pylist([{"messages": 7, "of_tomorrow": ["x"]}], schema=schema)

    series = read(schema.serialize().to_pybytes() + batch.serialize().to_pybytes())

    assert (len(series), series.column("messages").sum()) == (1, 7)
