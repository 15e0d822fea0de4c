"""Which volumes are asked for: by words, by stage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from ...diagnosis.fact import VolumeFacts
from ...diagnosis.stage import ARMED, DEADLOCKED, EXPOSED, LATENT, UNSCHEDULABLE
from .concern import is_at_risk

STAGES: Final = (DEADLOCKED, ARMED, LATENT, EXPOSED, UNSCHEDULABLE)
"""Most urgent first."""
AT_RISK: Final = "at-risk"
CHOICES: Final = (AT_RISK, *STAGES)


class Selection(NamedTuple):
    """``words`` must occur in a volume's name, claim, workload or node; ``stage`` is one of CHOICES, "" for any."""

    words: str = ""
    stage: str = ""

    def of(self, volumes: Iterable[VolumeFacts]) -> list[VolumeFacts]:
        """Return the volumes that are meant, in their order."""
        needle = self.words.casefold()
        return [facts for facts in volumes if self._stage_fits(facts) and (not needle or needle in _text(facts))]

    def _stage_fits(self, facts: VolumeFacts) -> bool:
        if self.stage == AT_RISK:
            return is_at_risk(facts)
        return self.stage in {"", facts.stage}


def _text(facts: VolumeFacts) -> str:
    return f"{facts.name}\n{facts.pvc_namespace}/{facts.pvc}\n{facts.workload}\n{facts.node}".casefold()
