"""What happens in a recording, told to a person: one line for an event that matters, none for a rewrite.

Nothing here reads a clock or an object store: a narrator is given the events in order and answers with lines.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from ..model.decode import ObjectError, decode_object
from ..model.meta import Object
from ..model.resource import (
    CSI_ATTACHMENTS,
    DISRUPTION_BUDGETS,
    ENGINES,
    INSTANCE_MANAGERS,
    KUBERNETES_NODES,
    LONGHORN_NODES,
    REPLICAS,
    SETTINGS,
    VOLUMES,
    Resource,
)
from .event import Event
from .narration_node import (
    tell_disruption_budget,
    tell_instance_manager,
    tell_kubernetes_node,
    tell_longhorn_node,
    tell_setting,
)
from .narration_volume import CSIAttempt, tell_csi_attachment, tell_engine, tell_replica, tell_volume
from .scene import Scene

_FLAPPING_SECONDS: Final = 600.0
_FLAPPING_TIMES: Final = 3

Tell = Callable[[Scene, Any, Any], Iterator[str]]
_TELLERS: Final[dict[str, Tell]] = {
    VOLUMES.name: tell_volume,
    ENGINES.name: tell_engine,
    REPLICAS.name: tell_replica,
    CSI_ATTACHMENTS.name: tell_csi_attachment,
    INSTANCE_MANAGERS.name: tell_instance_manager,
    DISRUPTION_BUDGETS.name: tell_disruption_budget,
    KUBERNETES_NODES.name: tell_kubernetes_node,
    LONGHORN_NODES.name: tell_longhorn_node,
    SETTINGS.name: tell_setting,
}
_attempt_decoder = msgspec.json.Decoder(CSIAttempt)


class Narrator:
    """Remembers the objects as last seen and tells what an event changed in them.

    What repeats itself more than three times in ten minutes (a replica that fails and is salvaged every second) is
    told three times.
    """

    def __init__(self) -> None:
        self._scene = Scene()
        self._told: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=_FLAPPING_TIMES))

    def see(self, event: Event) -> tuple[Object | None, Object | None]:
        """Take an event in without a word; return the object before and after it, None where there is none."""
        try:
            current = None if event.type == "DELETED" else _decode(event.resource, event.body)
        except (ObjectError, msgspec.MsgspecError):
            return None, None
        return self._scene.swap(event.resource, event.name, current), current

    def tell(self, event: Event) -> list[str]:
        """Take an event in and return its lines, printable text without the time."""
        previous, current = self.see(event)
        tell = _TELLERS.get(event.resource.name)
        if tell is None or (previous is None and current is None):
            return []
        lines = (printable(line) for line in tell(self._scene, previous, current))
        return [line for line in lines if self._is_news(line, event.clock)]

    def _is_news(self, line: str, clock: float) -> bool:
        times = self._told[line]
        flapping = len(times) == _FLAPPING_TIMES and clock - times[0] < _FLAPPING_SECONDS
        if not flapping:
            times.append(clock)
        return not flapping


def _decode(resource: Resource, body: bytes) -> Object:
    return _attempt_decoder.decode(body) if resource is CSI_ATTACHMENTS else decode_object(resource, body)


def printable(text: str) -> str:
    """Return text that cannot move a terminal's cursor, whatever a recording holds."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
