"""Every story there is."""

from __future__ import annotations

from typing import Final

from . import attach, deadlock, deadlock_end, exporter, look_alike, node_trouble, redundancy
from .story import Story, stories

SCRIPTS: Final = (attach, deadlock, deadlock_end, exporter, look_alike, node_trouble, redundancy)
STORIES: Final[list[Story]] = stories()
