"""Raw frames for a log, without what must not stand in one."""

import json
import logging
from typing import Any, Final

_SECRET: Final = frozenset({"apiKey", "listenKey", "signature"})


def log_frame(logger: logging.Logger, payload: bytes | str) -> None:
    """Parses a frame once more, takes out secrets, and logs it."""
    logger.info("frame %s", json.dumps(_redacted(json.loads(payload))))


def _redacted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: "…" if key in _SECRET else _redacted(it) for key, it in value.items()}
    return [_redacted(it) for it in value] if isinstance(value, list) else value
