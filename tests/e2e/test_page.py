"""A recorded deadlock to the pager: told once, with words and links that help, and told when it is over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from e2e.rehearsal import VOLUME, Rehearsal
from e2e.replica import Replica
from rules.dashboard import dashboards
from stack.place import ROOT

_PAGE: Final = {"alertname": "LonghornVolumeDeadlock", "severity": "critical", "volume": VOLUME}
_FIRING: Final = 'ALERTS{alertname="LonghornVolumeDeadlock",severity="critical",alertstate="firing"}'
_FOR_STATE: Final = 'ALERTS_FOR_STATE{alertname="LonghornVolumeDeadlock",severity="critical"}'
_ONCE_AND_OVER: Final = [("firing", 1), ("resolved", 1)]


async def test_page_comes_once_and_is_taken_back(rehearsal: Rehearsal) -> None:
    """After the early warning, with the volume's names, and nothing else is paged in the whole update."""
    await rehearsal.until_deadlocked()
    page = await rehearsal.told("page", "firing", **_PAGE)
    rehearsal.until_cured()
    over = await rehearsal.told("page", "resolved", **_PAGE)
    assert page.labels == {**_PAGE, "namespace": "shop", "pvc": f"data-{VOLUME}", "pvc_namespace": "shop"}
    assert over.labels == page.labels
    assert rehearsal.pages() == _ONCE_AND_OVER


async def test_page_says_what_and_where(rehearsal: Rehearsal) -> None:
    """Every template is filled in, and every link leads to what is there."""
    await rehearsal.until_deadlocked()
    page = await rehearsal.told("page", "firing", **_PAGE)
    said = page.annotations
    assert not [text for text in said.values() if "{{" in text or "no value" in text or "unknown" in text]
    assert said["summary"] == "A volume is deadlocked: its workload will wait for ever."
    for known in (VOLUME, f"shop/data-{VOLUME}", "node: n2", "usable replicas: 2, wanted: 3"):
        assert known in said["description"]
    _assert_runbook(said["runbook_url"])
    _assert_dashboard(said["dashboard_url"])


async def test_restart_while_it_fires(rehearsal: Rehearsal, replicas: list[Replica]) -> None:
    """The exporter is killed and comes back: the alert has no gap, and nobody is told again."""
    await rehearsal.until_deadlocked()
    page = await rehearsal.told("page", "firing", **_PAGE)
    (exporter,) = replicas
    await exporter.kill()
    await rehearsal.sees("max_over_time(up[5s]) == 0")
    await exporter.start()
    await rehearsal.sees(f'longhorn_cr_volume_deadlock_stage{{volume="{VOLUME}"}} and on () min_over_time(up[5s]) == 1')
    await _assert_no_gap(rehearsal, page.starts_at.timestamp())
    rehearsal.until_cured()
    await rehearsal.told("page", "resolved", **_PAGE)
    assert rehearsal.pages() == _ONCE_AND_OVER


@pytest.mark.parametrize("replica_count", [2])
async def test_two_replicas(rehearsal: Rehearsal, replicas: list[Replica]) -> None:
    """Both tell of the deadlock, one of them dies: still one page, with one alert."""
    await rehearsal.until_deadlocked()
    await rehearsal.sees('count(longhorn_cr_volume_deadlock_stage{stage="deadlocked"}) == 2')
    page = await rehearsal.told("page", "firing", **_PAGE)
    await replicas[0].kill()
    await rehearsal.sees("count(up == 0) == 1 and count(up == 1) == 1")
    await rehearsal.sees('count(longhorn_cr_volume_deadlock_stage{stage="deadlocked"}) == 1')
    await _assert_no_gap(rehearsal, page.starts_at.timestamp())
    rehearsal.until_cured()
    await rehearsal.told("page", "resolved", **_PAGE)
    assert rehearsal.pages() == _ONCE_AND_OVER


def test_rules_are_the_rendered_ones(rule_file: Mapping[str, Any]) -> None:
    """What Prometheus loads here is alerts/rendered/alerts.yaml, with nothing but durations changed."""
    rendered = yaml.safe_load((ROOT / "alerts" / "rendered" / "alerts.yaml").read_text())
    assert rule_file != rendered
    assert _without_durations(rule_file) == _without_durations(rendered)


async def _assert_no_gap(rehearsal: Rehearsal, since: float) -> None:
    """Hold that the alert fired in every second since then, as one and the same alert."""
    ((_, last),) = [series.points[0] for series in await rehearsal.prometheus.query(f"max(timestamp({_FIRING}))")]
    (firing,) = await rehearsal.prometheus.query_range(_FIRING, since, last)
    assert [round(moment - since) for moment, _ in firing.points] == list(range(int(last - since) + 1))
    (active_since,) = await rehearsal.prometheus.query_range(_FOR_STATE, since, last)
    assert len({value for _, value in active_since.points}) == 1


def _assert_runbook(url: str) -> None:
    """Hold that the link's path is that of a runbook, whichever host serves it."""
    path = Path(urlsplit(url).path.lstrip("/"))
    name = "LonghornVolumeDeadlock"
    assert path.parts[-3:] == ("docs", "runbooks", f"{name}.md")
    assert (ROOT / Path(*path.parts[-3:])).read_text().startswith(f"# {name}\n")


def _assert_dashboard(url: str) -> None:
    """Hold that the link opens a dashboard of the mixin's, at the volume."""
    link = urlsplit(url)
    assert link.path.rpartition("/")[2] in dashboards()
    assert parse_qs(link.query) == {"var-volume": [VOLUME]}


def _without_durations(rule_file: Mapping[str, Any]) -> list[dict[str, Any]]:
    durations = {"interval", "for", "keep_firing_for"}
    return [
        {
            "name": group["name"],
            "rules": [{k: v for k, v in rule.items() if k not in durations} for rule in group["rules"]],
        }
        for group in rule_file["groups"]
    ]
