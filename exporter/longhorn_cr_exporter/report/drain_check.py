"""The document of ``drain-check``: verdicts on nodes."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ..diagnosis.drain import SAFE
from ..diagnosis.drain_rule import node_answer
from ..diagnosis.fact import DrainFacts
from ..diagnosis.pattern import View
from ..diagnosis.version import UNKNOWN
from ..exporter import Exporter
from .document import DrainCheckDocument, DrainDocument
from .gap import gaps
from .remedy import remedy
from .shape import drain_document, moment


def drain_check_document(exporter: Exporter, nodes: Iterable[str]) -> DrainCheckDocument:
    """Return the document on these nodes, in their order, of an exporter that has judged all it was given."""
    assessment, now = exporter.assessment, exporter.clock()
    view = View(assessment, exporter.state, now)
    return DrainCheckDocument(
        at=moment(now) or "",
        version=assessment.cluster.version if assessment.cluster else UNKNOWN,
        nodes=tuple(_document(assessment.drain(node, now) or _nothing_of_longhorns(node), view) for node in nodes),
        unreadable=gaps(exporter),
    )


def _document(facts: DrainFacts, view: View) -> DrainDocument:
    document = drain_document(facts)
    blockers = zip(document.blockers, facts.blockers, strict=True)
    told = tuple(msgspec.structs.replace(shown, action=remedy(fact, view)) for shown, fact in blockers)
    return msgspec.structs.replace(document, blockers=told)


def _nothing_of_longhorns(node: str) -> DrainFacts:
    """Return the facts of a node that Longhorn has no part in, a control plane's say: nothing of its own hinders."""
    answer = node_answer(())
    return DrainFacts(node=node, verdict=SAFE, pdb=answer, instance_managers=(), blockers=(), effects=())
