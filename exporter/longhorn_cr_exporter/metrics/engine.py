"""The metrics of an engine."""

from __future__ import annotations

from typing import Final

from ..diagnosis.fact import EngineFacts
from .family import Age, Metric, Section, number, state

ENGINES: Final[Section[EngineFacts]] = Section(
    title="Engines",
    labels=("engine", "volume", "pvc", "pvc_namespace"),
    identity=lambda engine: (engine.name, engine.volume, engine.pvc, engine.pvc_namespace),
    families=(
        state(
            "longhorn_cr_engine_state",
            "The engine's current state: running, stopped, error, starting, stopping, unknown, terminated, suspended"
            " or other; 1.",
            "state",
            lambda engine: engine.state,
        ),
        number(
            "longhorn_cr_engine_wanted",
            "Whether the volume should be attached: an attach is pending, or spec.nodeID is set.",
            lambda engine: engine.wanted,
        ),
        number(
            "longhorn_cr_engine_stopped_timestamp_seconds",
            "Since when the engine is stopped; absent unless it is.",
            lambda engine: engine.stopped_since,
        ),
    ),
    ages=(
        Age(
            Metric(
                "longhorn_cr_engine_stopped_age_seconds",
                "For how long the engine has been stopped, at the time of the scrape; absent unless it is.",
            ),
            lambda engine: engine.stopped_since,
        ),
    ),
)
