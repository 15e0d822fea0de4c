"""The example for Alertmanager: who is told what, and what is not told since something else says it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from rules.alertmanager import EXAMPLE, Alertmanager, Labels, running
from rules.rulebook import RULES, Tier, read_rules
from rules.tool import run

_AMLINT: Final = Path(sys.executable).parent / "amlint"
_RECEIVERS: Final = {"critical": "page", "warning": "ticket", "info": "nobody"}
_TIERS: Final = sorted({rule.tier for rule in read_rules() if rule.alert})


def _routed(config: Path, tier: Tier) -> str:
    """Return what amtool complains of when a tier does not reach the receiver of its severity."""
    alert, severity, _ = tier
    labels = [f"alertname={alert}", f"severity={severity}", "namespace=shop"]
    verify = f"--verify.receivers={_RECEIVERS[severity]}"
    result = run("amtool", "config", "routes", "test", f"--config.file={config}", verify, *labels)
    return "" if result.returncode == 0 else result.stdout


def _linted(config: Path) -> str:
    """Return what amlint complains of; that the receiver of information has no integration is meant."""
    command: list[str | Path] = [_AMLINT, "check", "--strict", "--ignore=empty-receiver", f"--rules={RULES}", config]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return "" if result.returncode == 0 else result.stdout


@pytest.fixture(scope="module")
def alertmanager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alertmanager]:
    """One Alertmanager for all; each test has a cluster of its own in it."""
    with running(tmp_path_factory.mktemp("alertmanager")) as started:
        yield started


def test_amtool_and_amlint_find_nothing_wrong() -> None:
    """Names of alerts included."""
    assert run("amtool", "check-config", EXAMPLE).returncode == 0
    assert _linted(EXAMPLE) == ""


@pytest.mark.parametrize("tier", _TIERS, ids=lambda tier: "-".join(filter(None, tier)))
def test_every_tier_reaches_its_receiver(tier: Tier) -> None:
    """Critical is a page, warning a ticket, and information notifies nobody."""
    assert _routed(EXAMPLE, tier) == ""


def _alert(name: str, severity: str, **labels: str) -> Labels:
    return {"alertname": name, "severity": severity, **labels}


_VOLUME: Final = {"namespace": "shop", "volume": "v", "pvc": "data", "pvc_namespace": "shop"}
_LONGHORN: Final = {"namespace": "longhorn-system"}
_DEADLOCK: Final = _alert("LonghornVolumeDeadlock", "critical", **_VOLUME)
_STUCK: Final = _alert("LonghornVolumeAttachStuck", "critical", **_VOLUME)
_STOPPED: Final = _alert("LonghornEngineStopped", "warning", **_VOLUME, engine="v-e-0")
_DOWN: Final = _alert("LonghornExporterDown", "critical", **_LONGHORN)
_STALE: Final = _alert("LonghornExporterStale", "critical", **_LONGHORN, shard="0", total_shards="1")
_OTHER: Final = _VOLUME | {"volume": "w"}


@pytest.mark.parametrize(
    ("alerts", "silenced"),
    [
        pytest.param(
            [_DEADLOCK, _alert("LonghornVolumeDeadlock", "warning", **_VOLUME)], [1], id="the-worst-tier-of-a-volume"
        ),
        pytest.param(
            [
                _alert("LonghornVolumeRedundancyLow", "critical", **_VOLUME, reason="faulted"),
                _alert("LonghornVolumeRedundancyLow", "warning", **_VOLUME),
            ],
            [1],
            id="whatever-its-reason",
        ),
        pytest.param([_DEADLOCK, _alert("LonghornVolumeDeadlock", "warning", **_OTHER)], [], id="not-another-volume"),
        pytest.param(
            [
                _alert("LonghornNodeDrainBlocked", "warning", **_LONGHORN, node="n1"),
                _alert("LonghornNodeDrainBlocked", "info", **_LONGHORN, node="n1"),
                _alert("LonghornNodeDrainBlocked", "info", **_LONGHORN, node="n2"),
            ],
            [1],
            id="the-worst-tier-of-a-node",
        ),
        pytest.param([_DEADLOCK, _STUCK, _STOPPED], [1, 2], id="deadlock-explains-stuck-and-stopped"),
        pytest.param(
            [_DEADLOCK, _alert("LonghornVolumeAttachStuck", "critical", **_OTHER)], [], id="not-that-of-another-volume"
        ),
        pytest.param(
            [
                _alert("LonghornVolumeDeadlock", "warning", **_VOLUME),
                _alert("LonghornRebuildStalled", "warning", **_VOLUME),
                _STOPPED,
            ],
            [1],
            id="armed-explains-the-stalled-rebuild",
        ),
        pytest.param(
            [
                _alert("LonghornVolumeRedundancyLow", "critical", **_VOLUME, reason="no_usable_replica"),
                _STUCK,
                _STOPPED,
            ],
            [1, 2],
            id="no-replica-explains-stuck-and-stopped",
        ),
        pytest.param(
            [
                _alert("LonghornVolumeRedundancyLow", "critical", **_VOLUME, reason="last_replica_on_cordoned_node"),
                _STUCK,
            ],
            [],
            id="a-last-replica-does-not",
        ),
        pytest.param(
            [_STUCK, _STOPPED, _alert("LonghornVolumeUnschedulable", "warning", **_VOLUME)],
            [1, 2],
            id="stuck-says-it-all",
        ),
        pytest.param(
            [
                _alert("LonghornNodeUnusable", "warning", **_LONGHORN, node="n1"),
                _alert("LonghornInstanceManagerDown", "warning", **_LONGHORN, node="n1", instance_manager="im-1"),
                _alert("LonghornInstanceManagerDown", "warning", **_LONGHORN, node="n2", instance_manager="im-2"),
            ],
            [1],
            id="a-useless-node-explains-its-instance-managers",
        ),
        pytest.param(
            [_DOWN, _DEADLOCK, _alert("LonghornNodeGhost", "warning", **_LONGHORN, node="n1")], [1, 2], id="nobody-sees"
        ),
        pytest.param([_STALE, _DEADLOCK], [1], id="what-is-seen-is-old"),
        pytest.param(
            [
                _STALE,
                _alert("LonghornExporterResourceUnavailable", "warning", **_LONGHORN, shard="0", total_shards="1"),
            ],
            [1],
            id="without-contact-nothing-can-be-read",
        ),
        pytest.param(
            [
                _alert("LonghornExporterDown", "critical", **_LONGHORN, shard="1", total_shards="2"),
                _alert("LonghornExporterStale", "critical", **_LONGHORN, shard="0", total_shards="2"),
                _DEADLOCK,
            ],
            [],
            id="other-shards-see-on",
        ),
        pytest.param(
            [_alert("LonghornExporterResourceUnavailable", "warning", **_LONGHORN, resource="nodes"), _DEADLOCK],
            [],
            id="one-resource-silences-nothing",
        ),
        pytest.param(
            [_DOWN, {"alertname": "KubePodCrashLooping", "severity": "warning"}], [], id="nobody-elses-alerts"
        ),
    ],
)
def test_what_is_told_otherwise_is_silent(
    alerts: list[Labels], silenced: list[int], alertmanager: Alertmanager, request: pytest.FixtureRequest
) -> None:
    """In a real Alertmanager: exactly these are inhibited."""
    here = [{**labels, "cluster": request.node.name} for labels in alerts]
    assert alertmanager.silenced(here) == [here[index] for index in silenced]


def test_one_cluster_silences_nothing_in_another(alertmanager: Alertmanager) -> None:
    """Volumes of two clusters may have one name."""
    assert alertmanager.silenced([{**_DOWN, "cluster": "east"}, {**_DEADLOCK, "cluster": "west"}]) == []


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        pytest.param("receiver: page", "receiver: pager", id="no-such-receiver"),
        pytest.param("'severity = \"critical\"'", "'severity == \"critical\"'", id="no-matcher"),
        pytest.param("LonghornNodeUnusable", "LonghornNodeUseless", id="no-such-alert"),
    ],
)
def test_a_broken_example_is_found(tmp_path: Path, was: str, becomes: str) -> None:
    """By amtool, or by amlint, which knows the alerts' names."""
    broken = tmp_path / "alertmanager.yaml"
    broken.write_text(EXAMPLE.read_text().replace(was, becomes, 1))
    assert run("amtool", "check-config", broken).returncode != 0 or _linted(broken) != ""


def test_a_wrong_route_and_a_missing_inhibition_are_found(tmp_path: Path) -> None:
    """A page that goes to the tickets; a stuck attach that is paged beside its deadlock."""
    broken = tmp_path / "alertmanager.yaml"
    broken.write_text(EXAMPLE.read_text().replace("receiver: page", "receiver: ticket", 1))
    assert _routed(broken, ("LonghornVolumeDeadlock", "critical", "")) != ""
    broken.write_text(EXAMPLE.read_text().replace("LonghornVolumeAttachStuck|LonghornEngineStopped", "Watchdog"))
    with running(tmp_path, broken) as started:
        assert started.silenced([_DEADLOCK, _STUCK]) == []
