"""The commands that findings tell people to type: complete, and safe to paste whatever the cluster's names hold."""

from __future__ import annotations

import json
import shlex
from typing import Any

from .pattern import View
from .setting import DEGRADED_AVAILABILITY


def kubectl(*words: str) -> str:
    """Return a command, quoted for a shell."""
    return shlex.join(("kubectl", *words))


def in_longhorn(view: View, *words: str) -> str:
    """Return a command for Longhorn's namespace."""
    return kubectl("-n", view.namespace, *words)


def patch(view: View, resource: str, name: str, change: dict[str, Any]) -> str:
    """Return the command that merges ``change`` into one of Longhorn's objects."""
    text = json.dumps(change, separators=(",", ":"))
    return in_longhorn(view, "patch", resource, name, "--type=merge", "-p", text)


def set_setting(view: View, name: str, value: str) -> str:
    """Return the command that sets one of Longhorn's settings."""
    return patch(view, "settings.longhorn.io", name, {"value": value})


def allow_degraded(view: View) -> str:
    """Return the command that ends, and prevents, the deadlock."""
    return set_setting(view, DEGRADED_AVAILABILITY, "true")


def show(view: View, resource: str, name: str) -> str:
    """Return the command that shows one of Longhorn's objects with its conditions."""
    return in_longhorn(view, "describe", f"{resource}.longhorn.io", name)


def show_replicas(view: View, volume: str) -> str:
    """Return the command that lists a volume's replicas."""
    return in_longhorn(view, "get", "replicas.longhorn.io", "-l", f"longhornvolume={volume}", "-o", "wide")


def delete(view: View, resource: str, name: str) -> str:
    """Return the command that deletes one of Longhorn's objects."""
    return in_longhorn(view, "delete", f"{resource}.longhorn.io", name)


def uncordon(node: str) -> str:
    """Return the command that lifts a cordon."""
    return kubectl("uncordon", node)


def cordon(node: str) -> str:
    """Return the command that keeps new pods off a node."""
    return kubectl("cordon", node)


def show_managers(view: View, node: str) -> str:
    """Return the command that shows a node's instance managers."""
    return in_longhorn(view, "describe", "instancemanagers.longhorn.io", "-l", f"longhorn.io/node={node}")


def show_tickets(view: View, volume: str) -> str:
    """Return the command that shows who wants a volume attached, and where."""
    return in_longhorn(view, "get", "volumeattachments.longhorn.io", volume, "-o", "yaml")
