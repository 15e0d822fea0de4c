"""The metrics of an instance manager."""

from __future__ import annotations

from typing import Final

from ..diagnosis.fact import InstanceManagerFacts
from .family import Section, number, state

INSTANCE_MANAGERS: Final[Section[InstanceManagerFacts]] = Section(
    title="Instance managers",
    labels=("instance_manager", "node", "data_engine"),
    identity=lambda manager: (manager.name, manager.node, manager.data_engine),
    families=(
        state(
            "longhorn_cr_instance_manager_state",
            "The instance manager's current state: running, error, stopped, starting, unknown or other; 1.",
            "state",
            lambda manager: manager.state,
        ),
        number(
            "longhorn_cr_instance_manager_on_cordoned_node",
            "Whether the instance manager's Kubernetes node is cordoned.",
            lambda manager: manager.on_cordoned_node,
        ),
        number(
            "longhorn_cr_instance_manager_needed_replicas",
            "Replicas on the instance manager's node whose loss leaves a volume below what it wants.",
            lambda manager: manager.needed_replicas,
        ),
        number(
            "longhorn_cr_instance_manager_leaked_engines",
            "Engine records of the instance manager whose Engine object is elsewhere, stopped or gone.",
            lambda manager: manager.leaked_engines,
        ),
    ),
)
