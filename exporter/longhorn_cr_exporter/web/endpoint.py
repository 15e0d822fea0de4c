"""The API's paths, as one table: what is answered by what is also what the OpenAPI document says."""

from __future__ import annotations

from typing import Final, NamedTuple

from aiohttp.typedefs import Handler

from ..report.document import Document, DrainCheckDocument
from . import api
from .document import NodesDocument, StatusDocument, VolumePageDocument, VolumesDocument
from .view.selection import CHOICES

Schema = dict[str, object]


class Parameter(NamedTuple):
    """A parameter in the path or the query."""

    name: str
    about: str
    schema: Schema
    in_path: bool = False


class Endpoint(NamedTuple):
    """One path, answered with a document; ``refusals`` are the other statuses it may answer with."""

    path: str
    handler: Handler
    about: str
    document: type[Document]
    parameters: tuple[Parameter, ...] = ()
    refusals: tuple[int, ...] = ()


_TEXT: Final[Schema] = {"type": "string"}
_NAME: Final = Parameter("name", "The object's name.", _TEXT, in_path=True)
_SELECTION: Final = (
    Parameter("q", "Only volumes with these characters in name, claim (namespace/name), workload or node.", _TEXT),
    Parameter("stage", "Only volumes at this stage, or with any concern.", {"type": "string", "enum": list(CHOICES)}),
    Parameter("limit", "At most so many; all without it.", {"type": "integer", "minimum": 1, "maximum": 999_999}),
    Parameter("continue", "Those after the page that gave this value.", _TEXT),
)

ENDPOINTS: Final = (
    Endpoint("/api/v1/status", api.status, "The cluster in short, and what is at risk.", StatusDocument),
    Endpoint(
        "/api/v1/volumes", api.volumes, "Volumes by name, as check tells them.", VolumesDocument, _SELECTION, (400, 503)
    ),
    Endpoint("/api/v1/volumes/{name}", api.volume, "One volume in full.", VolumePageDocument, (_NAME,), (404, 503)),
    Endpoint("/api/v1/nodes", api.nodes, "All nodes with their drain verdicts.", NodesDocument, (), (503,)),
    Endpoint(
        "/api/v1/nodes/{name}/drain",
        api.drain,
        "May this node be drained? As drain-check tells it.",
        DrainCheckDocument,
        (_NAME,),
        (404, 503),
    ),
)
