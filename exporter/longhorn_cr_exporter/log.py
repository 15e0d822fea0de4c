"""Structured logs: logfmt or JSON, one line an event, on standard error."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

FORMATS: Final = ("logfmt", "json")
LEVELS: Final = ("debug", "info", "warning", "error")
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class LineFormatter(logging.Formatter):
    """Writes a record's time, level, logger, message and ``extra`` fields as one line."""

    def __init__(self, write: Callable[[Mapping[str, Any]], str]) -> None:
        super().__init__()
        self._write = write

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, whatever the fields hold."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields = {"ts": moment.replace("+00:00", "Z"), "level": record.levelname.lower(), "logger": record.name}
        fields["msg"] = record.getMessage()
        fields.update((key, value) for key, value in vars(record).items() if key not in _STANDARD)
        if record.exc_info:
            fields["error"] = self.formatException(record.exc_info)
        return self._write(fields)


def logfmt(fields: Mapping[str, Any]) -> str:
    """Return ``key=value`` pairs; values with spaces, quotes or control characters are quoted."""
    return " ".join(f"{key}={_value(value)}" for key, value in fields.items())


def _value(value: object) -> str:
    text = str(value)
    if text and text.isprintable() and not any(character in text for character in ' "='):
        return text
    return json.dumps(text, ensure_ascii=False)


def to_json(fields: Mapping[str, Any]) -> str:
    """Return one JSON object; what JSON does not know is written as text."""
    return json.dumps(fields, ensure_ascii=False, default=str)


def configure(format_: str, level: str) -> None:
    """Send this program's logs to standard error in one of ``FORMATS`` at one of ``LEVELS``."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(to_json if format_ == "json" else logfmt))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("aiohttp").setLevel(logging.WARNING)
