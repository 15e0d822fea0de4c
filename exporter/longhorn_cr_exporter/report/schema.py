"""The JSON Schemas in docs/schema, made of the documents.

Written by ``python -m longhorn_cr_exporter.report.schema docs/schema``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from .document import ChangeDocument, CheckDocument, Document, DrainCheckDocument

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_DOCUMENTS: Final[Mapping[str, type[Document]]] = {
    "check": CheckDocument,
    "check-watch": ChangeDocument,
    "drain-check": DrainCheckDocument,
}


def schemas() -> dict[str, str]:
    """Return each schema as the text of its file, by the file's name."""
    return {f"{name}.json": _text(document) for name, document in _DOCUMENTS.items()}


def _text(document: type[Document]) -> str:
    (schema,), parts = msgspec.json.schema_components((document,), ref_template="#/$defs/{name}")
    content = {"$schema": _DIALECT, **schema, "$defs": parts}
    return msgspec.json.format(msgspec.json.encode(content), indent=2).decode() + "\n"


if __name__ == "__main__":
    for name, text in schemas().items():
        Path(sys.argv[1], name).write_text(text)
