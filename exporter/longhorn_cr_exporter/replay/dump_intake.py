"""What a dump holds, taken object by object: typed, sifted by kind and namespace, each once, and dated.

A dump says three things of a resource: its objects, that there are none, or nothing at all. ``given`` keeps the last
two apart.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from typing import Final, NamedTuple

import msgspec

from ..model.decode import ObjectError, decode_object
from ..model.meta import Object
from ..model.resource import BY_KIND, RESOURCES, Resource
from ..model.time import parse_time

_LOG: Final = logging.getLogger(__name__)

_MOMENT: Final = rb'"(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))"'
_ANY_MOMENT: Final = re.compile(_MOMENT)
_DATED_MOMENT: Final = re.compile(
    rb'"(?:creationTimestamp|deletionTimestamp|time|timeAdded|lastTransitionTime|lastHeartbeatTime|lastProbeTime'
    rb"|failedAt|lastFailedAt|healthyAt|lastHealthyAt|lastDegradedAt|lastPodRefAt|lastPVCRefAt|lastBackupAt)"
    rb'"\s*:\s*' + _MOMENT
)
"""The keys under which Kubernetes and Longhorn write when something happened. Others may hold the future (an expiry, a
planned restart in an annotation) or what somebody typed, and so say nothing of when a dump was made."""


class Item(NamedTuple):
    """One object as a reader found it; kind and apiVersion are "" where it had none.

    ``exact`` is false where scalars carry no type of their own (YAML): "3" may stand for 3. ``end`` is how many bytes
    of its source are read with it.
    """

    api_version: str
    kind: str
    raw: bytes | memoryview
    exact: bool
    end: int


class Listing(NamedTuple):
    """A list was there, empty or not. ``kind`` is that of its items, "" for a list of any kind."""

    api_version: str
    kind: str


class Intake:
    """Collects the objects of one dump.

    ``total`` counts all that was met, ``skipped`` those of kinds that are none of ours (by ``apiVersion/kind``, "" for
    what had no kind), ``elsewhere`` those of other namespaces (by namespace), ``decode_errors`` those of ours that
    could not be read. ``newest`` is Unix seconds of the newest time in the objects kept.
    """

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace
        self._found: dict[Resource, dict[str, Object]] = {resource: {} for resource in RESOURCES}
        self._newest_text = b""
        self.newest: float | None = None
        self.given: set[Resource] = set()
        self.skipped: Counter[str] = Counter()
        self.elsewhere: Counter[str] = Counter()
        self.decode_errors: Counter[Resource] = Counter()
        self.total = 0
        self.kinds_met = False

    def objects(self) -> dict[Resource, list[Object]]:
        """Return what was kept by resource, every resource a key, each list in the order of names."""
        return {resource: [found[name] for name in sorted(found)] for resource, found in self._found.items()}

    def take_listing(self, listing: Listing, listed: Resource | None) -> None:
        """Note that a list was there: what it is a list of is given, even when it is empty.

        ``listed`` is what a list of any kind holds there, where the place tells.
        """
        self.kinds_met = True
        resource = BY_KIND.get(listing) if listing.kind else listed
        if resource is not None:
            self.given.add(resource)

    def take_item(self, item: Item) -> None:
        """Take one object: keep it, or count why not."""
        self.total += 1
        self.kinds_met = self.kinds_met or bool(item.kind)
        resource = BY_KIND.get(item[:2])
        if resource is None:
            self.skipped[f"{item.api_version}/{item.kind}" if item.kind else ""] += 1
            return
        try:
            obj = decode_object(resource, item.raw, strict=item.exact)
        except ObjectError as error:
            self._reject(resource, _name_of(item.raw), str(error))
            return
        self._sift(resource, obj, item.raw)

    def _sift(self, resource: Resource, obj: Object, raw: bytes | memoryview) -> None:
        namespace = obj.metadata.namespace
        if resource.namespaced and namespace and namespace != self._namespace:
            self.elsewhere[namespace] += 1
        elif not obj.name:
            self._reject(resource, "", f"{resource.name}: metadata.name is missing")
        else:
            self.given.add(resource)
            self._keep(self._found[resource], obj)
            self._date(raw)

    def _reject(self, resource: Resource, name: str, reason: str) -> None:
        self.given.add(resource)
        self.decode_errors[resource] += 1
        _LOG.warning("object %r skipped, it cannot be read: %s", name, reason)

    def _keep(self, found: dict[str, Object], obj: Object) -> None:
        former = found.get(obj.name)
        if former is None or _supersedes(obj.metadata.resource_version, former.metadata.resource_version):
            found[obj.name] = obj

    def _date(self, raw: bytes | memoryview) -> None:
        """Move ``newest`` on. Times in UTC sort as text, so most objects are done after one scan for the greatest."""
        texts = _ANY_MOMENT.findall(raw)
        if texts and (max(texts) > self._newest_text or not all(text.endswith(b"Z") for text in texts)):
            for text in _DATED_MOMENT.findall(raw):
                self._consider(text)

    def _consider(self, text: bytes) -> None:
        moment = parse_time(text.decode())
        if moment is not None and (self.newest is None or moment > self.newest):
            self.newest, self._newest_text = moment, text


def _supersedes(version: str, former: str) -> bool:
    """Whether an object of this resourceVersion replaces one of that; the later one does where they cannot tell."""
    try:
        return int(version) >= int(former)
    except ValueError:
        return True


class _Identity(msgspec.Struct):
    name: str = ""


class _Identified(msgspec.Struct):
    metadata: _Identity


def _name_of(raw: bytes | memoryview) -> str:
    """Name of an object that could not be read as a whole, "" where even that is not to be had."""
    try:
        return msgspec.json.decode(raw, type=_Identified).metadata.name
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
