"""settings.longhorn.io."""

from __future__ import annotations

from .meta import Object


class Setting(Object):
    """A Longhorn setting; ``value`` stands at the top level (from 1.10 some hold JSON, none of those used here)."""

    value: str = ""
