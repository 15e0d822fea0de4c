"""The facts of the whole cluster: version, gate, settings."""

from __future__ import annotations

from ..cluster.state import ClusterState
from ..model.resource import SETTINGS
from .fact import ClusterFacts
from .setting import CURRENT_VERSION, DEGRADED_AVAILABILITY, parse_bool, setting, settings_of_interest
from .version import FIXED, NEWEST, UNKNOWN, Version, deadlock_gate, parse_version


def version_text(state: ClusterState, override: str | None) -> str:
    """Return what names the release: the override, else the setting; "" where there is neither."""
    return override or setting(state.settings, CURRENT_VERSION)


def rules_version(text: str) -> Version:
    """Return the release whose rules apply; what cannot be read counts as the newest."""
    return parse_version(text) or NEWEST


def degraded_allowed(state: ClusterState) -> bool:
    """Whether a volume may be scheduled with fewer replicas than wanted; what is no boolean does not allow it."""
    return parse_bool(setting(state.settings, DEGRADED_AVAILABILITY)) is True


def cluster_facts(state: ClusterState, override: str | None) -> ClusterFacts:
    """Judge the cluster. A version that is there but cannot be read counts as fixed; none at all leaves it unknown."""
    text = version_text(state, override)
    version = parse_version(text)
    readable = state.known(SETTINGS)
    gate = deadlock_gate(version) if version else (FIXED if text else UNKNOWN)
    return ClusterFacts(
        version=text.strip() if version else UNKNOWN,
        gate=gate,
        settings=settings_of_interest(state.settings, rules_version(text)) if readable else None,
        degraded_availability_allowed=parse_bool(setting(state.settings, DEGRADED_AVAILABILITY)) if readable else None,
    )
