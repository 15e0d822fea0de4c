"""What is said of the whole cluster: a release that has the deadlock, and settings that maintenance left behind."""

from __future__ import annotations

from collections.abc import Iterator

from . import advice
from .pattern import INFO, Finding, Pattern, View
from .setting import CURRENT_VERSION, REBUILD_LIMIT, int_setting


def cluster_findings(view: View) -> Iterator[Finding]:
    """Yield what release and settings give cause to say. No setting tells since when it is what it is."""
    cluster = view.assessment.cluster
    if cluster is None or cluster.settings is None:
        return
    if view.latched and view.degraded_allowed is False:
        yield _affected(cluster.version, view)
    if int_setting(view.state.settings, REBUILD_LIMIT) == 0:
        yield _rebuilding_off(view)


def _affected(version: str, view: View) -> Finding:
    message = (
        f"Longhorn {version} ({CURRENT_VERSION}) has the deadlock of longhorn/longhorn #9938, and degraded "
        "availability is not allowed: a volume that loses a replica during a rolling update, and is detached before "
        "that is replaced, cannot be attached again"
    )
    action = (
        "Upgrade Longhorn to 1.7.3, 1.8.1 or later; until then allow degraded availability before each update: "
        f"{advice.allow_degraded(view)}"
    )
    return Pattern.VERSION_AFFECTED.found(INFO, "Setting", CURRENT_VERSION, message=message, action=action)


def _rebuilding_off(view: View) -> Finding:
    return Pattern.REBUILD_LIMIT_ZERO.found(
        INFO,
        "Setting",
        REBUILD_LIMIT,
        message=f"The setting {REBUILD_LIMIT} is 0: no replica is rebuilt on any node, and every loss stays",
        action=f"When maintenance is over, let Longhorn rebuild again: {advice.set_setting(view, REBUILD_LIMIT, '5')}",
    )
