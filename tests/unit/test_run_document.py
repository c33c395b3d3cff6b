"""The run document: its schema, and reading back what may have come from anywhere."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from latprobe.errors import RunError
from latprobe.run.store import SCHEMA_PATH, read_run, schema_text
from tests.runs import MadeRun


def test_the_schema_that_is_checked_in_is_the_model_s() -> None:
    assert SCHEMA_PATH.read_text(encoding="utf-8") == schema_text(), (
        "write it anew with `python -m latprobe.run.schema`, and raise SCHEMA_VERSION where old "
        "documents can no longer be read"
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not JSON"),
        (b'{"id": "cut', "is not JSON"),
        (b"[]", "is not a run document of schema version 1"),
        (b'{"id": 7}', "`id`"),
        (b'{"schema_version": 2}', "is of schema version 2, and this latprobe reads 1"),
        (b"\xff\xfe", "is not JSON"),
    ],
)
def test_what_is_no_run_document_is_refused_with_its_place(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(content)

    with pytest.raises(RunError) as refused:
        read_run(path)

    assert words in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_document_from_before_pacing_is_still_read(tmp_path: Path) -> None:
    run = MadeRun(times={"trade": {"parse": {10: 5}, "total": {20: 5}}}).document()
    new = ("time", "condition", "response", "pacing", "passed_over", "driving")
    old = without(msgspec.to_builtins(run), *new)
    old["scenario"]["drive"] = {"mode": "closed", "forks": 5}
    path = tmp_path / "run.json"
    path.write_bytes(msgspec.json.encode(old))

    assert read_run(path) == run


def test_a_document_from_before_there_were_hops_is_still_read(tmp_path: Path) -> None:
    run = MadeRun(times={"trade": {"parse": {10: 5}, "total": {20: 5}}}).document()
    of_hops = ("hops", "skews", "depths", "ends", "worker_cpus", "superseded", "dropped")
    old = without(msgspec.to_builtins(run), *of_hops, "end_to_end", "end_to_end_response")
    path = tmp_path / "run.json"
    path.write_bytes(msgspec.json.encode(old))

    assert read_run(path) == run


def without(content: Any, *keys: str) -> Any:
    """The same content, with these keys nowhere in it."""
    if isinstance(content, dict):
        return {key: without(it, *keys) for key, it in content.items() if key not in keys}
    if isinstance(content, list | tuple):
        return [without(it, *keys) for it in content]
    return content


def test_a_missing_document_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be read"):
        read_run(tmp_path / "absent.json")


def test_the_schema_is_json_schema_that_names_its_version() -> None:
    schema = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))

    assert schema["$schema"].startswith("https://json-schema.org/")
    assert schema["$defs"]["RunDocument"]["properties"]["schema_version"]["enum"] == [1]
