"""Why a volume is not ready, in words, agrees with Longhorn's own ready."""

from __future__ import annotations

import pytest

from longhorn_cr_exporter.diagnosis.ready import ready_for_workloads
from longhorn_cr_exporter.diagnosis.version import Version, parse_version
from longhorn_cr_exporter.web.view.volume import unready_reasons
from recorded import RUNS, empty_state, feed, moments
from sample import replica, volume


@pytest.mark.parametrize("run", RUNS)
def test_reasons_are_given_exactly_where_a_volume_is_not_ready(run: str) -> None:
    """At every moment of every recording."""
    version = parse_version(run.split("/", maxsplit=1)[0])
    assert version is not None
    state, seen = empty_state(0.0), {True: 0, False: 0}
    for moment in moments(run):
        for event in moment.events:
            feed(state, event)
        for one in state.volumes.values():
            replicas = state.replicas_of.of(one.name).values()
            ready = ready_for_workloads(one, replicas, version)
            assert bool(unready_reasons(one, replicas, version)) == (ready is False), (one.name, moment.clock)
            seen[bool(ready)] += 1
    assert seen[True]
    assert seen[False]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        pytest.param({"state": "creating"}, "it is creating, on no node yet", id="creating"),
        pytest.param({"robustness": "faulted"}, "it is faulted", id="faulted"),
        pytest.param({"restoreRequired": True}, "it is being restored", id="restoring"),
        pytest.param({"conditions": []}, "its condition Scheduled is not True", id="latched"),
    ],
)
def test_each_reason_has_its_words(status: dict[str, object], words: str) -> None:
    """One part of the rule, one sentence."""
    (reason,) = unready_reasons(volume(status=status), [replica()], Version(1, 7, 2))
    assert words in reason


def test_a_clone_says_so() -> None:
    """A clone that is not complete cannot be used."""
    clone = volume(spec={"dataSource": "vol://other"}, status={"cloneStatus": {"state": "initiated"}})
    assert unready_reasons(clone, [replica()], Version(1, 9, 0)) == ["it is a clone that is not complete"]
