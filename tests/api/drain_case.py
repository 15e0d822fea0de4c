"""Clusters to be drained, and what Longhorn's own code did, or said that it would do, about their budgets.

Two sources know that independently of this project: the oracle (tests/oracle: objects, and the answers of Longhorn's
functions about them) and the recordings (its real controllers at work: ``drained``).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from answered import FILE
from drained import events_before, recorded_drain
from longhorn_cr_exporter.model.time import parse_time

Json = dict[str, Any]
_WORKLOAD_TICKETS = frozenset({"csi-attacher", "share-manager-controller"})
_RECORDS = ("instanceEngines", "instances", "instanceEngineFrontends")


class Case(NamedTuple):
    """One drain to be rehearsed.

    ``at`` is when the cluster is judged, ``version`` by which release's rules ("" for what the cluster says). ``goes``
    are the budgets that Longhorn deletes when the node is cordoned and its workloads have left, ``goes_later`` those
    that it deletes when what the drain waits for has come about. ``verdict`` and ``reasons`` are what to expect.
    """

    name: str
    objects: tuple[Json, ...]
    node: str
    at: str
    version: str
    goes: frozenset[str]
    goes_later: frozenset[str]
    verdict: str
    reasons: frozenset[str]

    @property
    def managers(self) -> list[Json]:
        """The node's instance managers."""
        return [obj for obj in self.objects if obj["kind"] == "InstanceManager" and obj["spec"]["nodeID"] == self.node]

    @property
    def budgets(self) -> set[str]:
        """Names of those that have a budget."""
        budgets = {obj["metadata"]["name"] for obj in self.objects if obj["kind"] == "PodDisruptionBudget"}
        return budgets & {manager["metadata"]["name"] for manager in self.managers}

    @property
    def workloads(self) -> list[str]:
        """Names of the volumes that a workload on the node uses, and nobody else."""
        return sorted(name for name in _tickets(self.objects, self.node) if _leaves(self.objects, self.node, name))


def answered(
    name: str, cluster: str, release: str, node: str, *, verdict: str, reasons: Iterable[str] = (), waits_for: str = ""
) -> Case:
    """Return a node of a cluster of the oracle.

    ``waits_for`` says what the drain waits for before it goes through. Where that is an engine's end, the oracle has
    Longhorn's answer to what then follows; where it is anything else, nothing is left that would keep a budget.
    """
    line = _oracle()[cluster]
    objects = tuple(line["objects"])
    said = line["pdb"][release][node]["ims"]
    staying = records_left(objects, node)
    goes = _deleted(said, "cordoned" if staying else "cordoned_no_engines")
    later = _deleted(said, "cordoned_no_engines") if staying else frozenset(said)
    return Case(
        name=name,
        objects=objects,
        node=node,
        at=line["now"],
        version=release,
        goes=goes,
        goes_later=later - goes if waits_for else frozenset(),
        verdict=verdict,
        reasons=frozenset(reasons),
    )


def recorded(
    name: str, run: str, clock: str, node: str, *, verdict: str, reasons: Iterable[str] = (), waits_for: str = ""
) -> Case:
    """Return a node of a recorded cluster that was cordoned at that time of day, as it was right before."""
    at = f"2026-03-02T{clock}Z"
    moment = parse_time(at) or 0.0
    gone = recorded_drain(run, moment, node).gone
    return Case(
        name=name,
        objects=tuple(json.loads(event.body) for event in events_before(run, moment)),
        node=node,
        at=at,
        version="",
        goes=frozenset() if waits_for else gone,
        goes_later=gone if waits_for else frozenset(),
        verdict=verdict,
        reasons=frozenset(reasons),
    )


def records_left(objects: Iterable[Json], node: str) -> set[str]:
    """Return the engine processes that the node's instance managers still list when its workloads have left."""
    return {name for name in _listed(objects, node) if not _leaves(objects, node, _volume_of(objects, name))}


def without_records(manager: Json, left: set[str]) -> Json:
    """Return an instance manager that lists no engine processes but these."""
    status = {
        key: {name: process for name, process in value.items() if name in left} if key in _RECORDS and value else value
        for key, value in manager["status"].items()
    }
    return {**manager, "status": status}


def _listed(objects: Iterable[Json], node: str) -> Iterator[str]:
    for obj in objects:
        if obj["kind"] == "InstanceManager" and obj["spec"]["nodeID"] == node:
            for key in _RECORDS:
                yield from obj["status"].get(key) or ()


def _volume_of(objects: Iterable[Json], record: str) -> str:
    """Return the volume of an engine or of a frontend; "" where there is no such engine."""
    engines = {obj["metadata"]["name"]: obj["spec"]["volumeName"] for obj in objects if obj["kind"] == "Engine"}
    of_frontend, frontend, _ = record.rpartition("-ef-")
    return of_frontend if frontend else engines.get(record, "")


def _leaves(objects: Iterable[Json], node: str, volume: str) -> bool:
    """Whether the volume is attached to the node for a workload and nothing else: it detaches once that is evicted."""
    tickets = _tickets(objects, node).get(volume)
    return tickets is not None and tickets <= _WORKLOAD_TICKETS


def _tickets(objects: Iterable[Json], node: str) -> dict[str, set[str]]:
    """Return the types of the attachment tickets for the node, by volume."""
    attachments = [o for o in objects if o["kind"] == "VolumeAttachment" and o["apiVersion"].startswith("longhorn.io")]
    return {
        obj["metadata"]["name"]: types
        for obj in attachments
        if (types := {t["type"] for t in (obj["spec"]["attachmentTickets"] or {}).values() if t["nodeID"] == node})
    }


def _deleted(said: Mapping[str, Json], question: str) -> frozenset[str]:
    """Return the budgets that Longhorn's controller deletes in that situation."""
    return frozenset(name for name, answers in said.items() if answers[question]["sync"] == "delete")


@cache
def _oracle() -> Mapping[str, Json]:
    with gzip.open(FILE, "rt") as lines:
        return {cluster["id"]: cluster for cluster in map(json.loads, lines)}
