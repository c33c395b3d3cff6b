"""Run documents as files: written whole or not at all, and read with every field checked."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec

from latprobe.errors import RunError
from latprobe.run.model import SCHEMA_VERSION, RunDocument
from latprobe.run.whole_file import write_whole

SCHEMA_PATH = Path(__file__).with_name("schema.json")


class _Versioned(msgspec.Struct):
    schema_version: int = SCHEMA_VERSION


def write_run(run: RunDocument, folder: Path) -> Path:
    """Writes `<folder>/<id>.json` and answers its path.

    Raises:
        RunError: where the folder cannot be written to; nothing is left behind.
    """
    return write_run_as(run, folder / f"{run.id}.json")


def write_run_as(run: RunDocument, path: Path) -> Path:
    """Writes a run document to a path, and answers it.

    Raises:
        RunError: where it cannot be written; what was there before still is.
    """
    write_whole(path, msgspec.json.format(msgspec.json.encode(run), indent=1))
    return path


def read_run(path: Path) -> RunDocument:
    """Reads a run document.

    Raises:
        RunError: naming the file, the place in it, and what was expected there.
    """
    return decode_run(read_document(path), path)


def read_document(path: Path) -> bytes:
    """The content of a file.

    Raises:
        RunError: where it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise RunError(f"{path}: cannot be read: {error.strerror}") from error


def decode_run(content: bytes, path: Path) -> RunDocument:
    """The run document that a file holds.

    Args:
        content: Of the file.
        path: The file, which errors name.

    Raises:
        RunError: naming the file, the place in it, and what was expected there.
    """
    try:
        version = msgspec.json.decode(content, type=_Versioned).schema_version
        if version != SCHEMA_VERSION:
            which = f"schema version {version}, and this latprobe reads {SCHEMA_VERSION}"
            raise RunError(f"{path}: is of {which}: use a latprobe that is as new")
        return msgspec.json.decode(content, type=RunDocument)
    except msgspec.ValidationError as error:
        problem = re.sub(r"`\$\.?", "`", str(error))
        expected = f"a run document of schema version {SCHEMA_VERSION}"
        raise RunError(f"{path}: is not {expected}: {problem}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RunError(f"{path}: is not JSON: {error}") from error
    except RecursionError as error:
        raise RunError(f"{path}: is nested more deeply than any run document") from error


def read_whole_run(path: Path) -> RunDocument:
    """Reads a run document that still has its histograms and forks.

    Raises:
        RunError: as `read_run`, and where it was thinned.
    """
    run = read_run(path)
    if run.thinned:
        gone = "its histograms and forks are gone, its figures are there (`latprobe show`)"
        raise RunError(f"{path}: was thinned: {gone}: take a run that is whole")
    return run


def schema() -> dict[str, Any]:
    """The JSON schema of run documents, as generated from the model."""
    generated: dict[str, Any] = msgspec.json.schema(RunDocument)
    generated["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    generated["title"] = "latprobe run document"
    return generated


def schema_text() -> str:
    """The schema as it is checked in."""
    return json.dumps(schema(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
