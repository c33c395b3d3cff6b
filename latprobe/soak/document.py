"""`soak.json`: what a soak is about. Written before its first message, and closed at its end."""

from pathlib import Path
from typing import Final

import msgspec

from latprobe.errors import SoakError
from latprobe.run.soak_document import SoakDocument
from latprobe.run.whole_file import write_whole

DOCUMENT_NAME: Final = "soak.json"


def write_soak(document: SoakDocument, folder: Path) -> None:
    """Writes it, whole or not at all.

    Raises:
        RunError: where it cannot be written; what was there before still is.
    """
    content = msgspec.json.format(msgspec.json.encode(document), indent=1)
    write_whole(folder / DOCUMENT_NAME, content)


def read_soak(folder: Path) -> SoakDocument:
    """Reads it.

    Raises:
        SoakError: where there is none, or it is not what it should be.
    """
    path = folder / DOCUMENT_NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=SoakDocument)
    except OSError as error:
        raise SoakError(f"{path}: cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        problem = str(error).replace("`$.", "`")
        raise SoakError(f"{path}: is not the document of a soak: {problem}") from error
