"""Every metric this exporter has, in the order of the page. A family stands in its section and nowhere else."""

from __future__ import annotations

from typing import Any, Final

from .cluster import CLUSTER
from .engine import ENGINES
from .exporter import EVENT_LAG, EXPORTER, SCRAPE_DURATION
from .family import Metric, Section
from .instance_manager import INSTANCE_MANAGERS
from .node import DRAINS, NODES
from .replica import REPLICAS
from .volume import VOLUMES

SECTIONS: Final[tuple[Section[Any], ...]] = (
    CLUSTER,
    VOLUMES,
    ENGINES,
    REPLICAS,
    INSTANCE_MANAGERS,
    NODES,
    DRAINS,
    EXPORTER,
)
HISTOGRAMS: Final = (EVENT_LAG, SCRAPE_DURATION)
METRICS: Final[tuple[Metric, ...]] = (*(metric for section in SECTIONS for metric in section.metrics), *HISTOGRAMS)
