"""The whole page: read back by prometheus_client, filtered, and equal to a fresh one after anything that happened."""

from __future__ import annotations

import gzip
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics_families
from prometheus_client.parser import text_string_to_metric_families as text_families

from judged import (
    FLEET,
    NOW,
    cluster,
    condition,
    drop,
    engine,
    exposition,
    fleet_rows,
    instance_manager,
    node,
    page,
    put,
    replica,
    volume,
)
from longhorn_cr_exporter.diagnosis.fact import AttachFact, DiskFacts, Fact
from longhorn_cr_exporter.metrics import table
from longhorn_cr_exporter.metrics.exposition import Exposition, describe_build
from longhorn_cr_exporter.metrics.text import Format

HOSTILE = 'a"b\\c\nd\\n<script>alert(1)</script>{}=, Ω\u2028\r\t🐮 %s'


HOSTILE_SERIES = {"longhorn_cr_setting_info", "longhorn_cr_longhorn_info"} | {
    f"longhorn_cr_{name}"
    for name in (
        "volume_info",
        "volume_state",
        "volume_robustness",
        "volume_condition",
        "volume_condition_reason",
        "volume_condition_last_transition_timestamp_seconds",
        "volume_desired_replicas",
        "volume_replicas",
        "engine_state",
        "engine_stopped_timestamp_seconds",
        "engine_stopped_age_seconds",
        "replica_state",
        "replica_node_missing",
        "instance_manager_state",
        "node_condition",
        "node_condition_reason",
        "node_disk_condition",
    )
}


def families(text: str, format_: Format) -> Iterable[Metric]:
    """Read a page with prometheus_client's parser for its format."""
    if format_ is Format.OPENMETRICS:
        return openmetrics_families(text)  # type: ignore[no-any-return,no-untyped-call]
    return text_families(text)


def hostile() -> Exposition:
    """Return an exposition in which every text is hostile."""
    conditions = (condition(HOSTILE, reason=HOSTILE, since=NOW),)
    return exposition(
        volume(
            name=HOSTILE, pvc=HOSTILE, workload=HOSTILE, state=HOSTILE, conditions=conditions, replicas={HOSTILE: 1}
        ),
        engine(name=HOSTILE, pvc_namespace=HOSTILE, state=HOSTILE, stopped_since=NOW),
        replica(name=HOSTILE, node=HOSTILE, node_missing=True),
        instance_manager(name=HOSTILE, node=HOSTILE),
        node(name=HOSTILE, conditions=conditions, disks=(DiskFacts(HOSTILE, conditions),)),
        cluster(version=HOSTILE, gate=HOSTILE, settings=((HOSTILE, HOSTILE),)),
    )


@pytest.mark.parametrize("format_", list(Format))
def test_label_values_come_through(format_: Format) -> None:
    """prometheus_client's parsers give every hostile value back as it was, and read every row."""
    scrape = hostile().render(now=NOW, format_=format_)
    samples = [sample for family in families(scrape.body().decode(), format_) for sample in family.samples]
    fleet = [sample for sample in samples if sample.name in HOSTILE_SERIES]
    assert {sample.name for sample in fleet} == HOSTILE_SERIES
    assert all(set(sample.labels.values()) & {HOSTILE} for sample in fleet)
    assert {value for sample in samples for value in sample.labels.values() if "script" in value} == {HOSTILE}
    assert len(samples) == scrape.series


@pytest.mark.parametrize("format_", list(Format))
def test_both_formats_hold_the_same(format_: Format) -> None:
    """Whichever format is asked for, types and values are the catalogue's."""
    made = exposition(volume(ready=False), cluster(settings=(("a", "b"),)))
    read = {family.name: family for family in families(page(made, format_=format_), format_)}
    ready = read["longhorn_cr_volume_ready_for_workloads"]
    assert (ready.type, ready.samples[0].value) == ("gauge", 0.0)
    assert read["longhorn_cr_exporter_list"].type == "counter"
    assert read["longhorn_cr_exporter_event_lag_seconds"].type == "histogram"
    assert read["longhorn_cr_setting" if format_ is Format.OPENMETRICS else "longhorn_cr_setting_info"].samples[
        0
    ].labels == {
        "setting": "a",
        "value": "b",
    }


def test_the_end_is_marked_in_openmetrics_alone() -> None:
    """OpenMetrics ends with EOF, once; the text format has no such thing."""
    made = exposition(volume())
    assert page(made, format_=Format.OPENMETRICS).endswith("\n# EOF\n")
    assert page(made, format_=Format.OPENMETRICS).count("# EOF") == 1
    assert "# EOF" not in page(made)


def test_each_family_stands_once_and_together() -> None:
    """A family has one head, and its rows follow it, however many buckets they come from."""
    made = exposition(*(volume(name=f"v{number}") for number in range(300)))
    heads = [line.split()[2] for line in page(made).splitlines() if line.startswith("# TYPE")]
    assert len(heads) == len(set(heads))
    current = ""
    for line in page(made, "longhorn_cr_volume_state", "longhorn_cr_volume_info").splitlines():
        current = line.split()[2] if line.startswith("# TYPE") else current
        assert line.startswith(("#", current + "{"))


@pytest.mark.parametrize(
    ("names", "found"),
    [
        pytest.param(["longhorn_cr_volume_state"], {"longhorn_cr_volume_state"}, id="a gauge"),
        pytest.param(["longhorn_cr_volume_info"], {"longhorn_cr_volume_info"}, id="an info by its series"),
        pytest.param(["longhorn_cr_volume"], {"longhorn_cr_volume_info"}, id="an info by its family"),
        pytest.param(["longhorn_cr_exporter_list_total"], {"longhorn_cr_exporter_list_total"}, id="a counter"),
        pytest.param(["longhorn_cr_exporter_list"], {"longhorn_cr_exporter_list_total"}, id="a counter by its family"),
        pytest.param(
            ["longhorn_cr_exporter_event_lag_seconds_bucket"],
            {f"longhorn_cr_exporter_event_lag_seconds_{part}" for part in ("bucket", "sum", "count")},
            id="a histogram by a part of it",
        ),
        pytest.param(
            ["process_cpu_seconds_total", "python_info"], {"process_cpu_seconds_total", "python_info"}, id="two"
        ),
        pytest.param(
            ["longhorn_cr_engine_stopped_age_seconds"], {"longhorn_cr_engine_stopped_age_seconds"}, id="an age"
        ),
        pytest.param(["longhorn_cr", "no_such"], set(), id="none"),
    ],
)
def test_families_by_name(names: list[str], found: set[str]) -> None:
    """``name[]`` gives the families asked for, by any of their names, and no other."""
    made = exposition(volume(), engine(stopped_since=NOW))
    scrape = made.render(now=NOW, names=names)
    lines = [line for line in scrape.body().decode().splitlines() if not line.startswith("#")]
    assert {line.split("{")[0].split()[0] for line in lines} == found
    assert scrape.series == len(lines)


def test_a_snapshot_does_not_change() -> None:
    """What happens after a snapshot is not in it, whenever and in whatever form it is rendered."""
    made = exposition(volume(), engine(stopped_since=NOW), cluster())
    before = fleet_rows(made)
    snapshot = made.snapshot(now=NOW)
    made.put_volume(volume(pvc="other", state="detached"))
    made.drop_engine("v-e-0")
    made.set_cluster(None)
    for body in (gzip.decompress(snapshot.render(gzip=True).body()), snapshot.render(gzip=False).body()):
        assert sorted(row for row in body.decode().splitlines() if row in before) == before


def test_the_running_build_is_described() -> None:
    """The build names the Python it runs on."""
    build = describe_build("1.2.3", "abc")
    assert (build.version, build.revision) == ("1.2.3", "abc")
    assert build.python_version.startswith("3.")


# --- after any sequence of events the exposition equals a fresh one

TEXTS = st.sampled_from(["", "a", "b", HOSTILE])
STATES = st.sampled_from(["", "running", "stopped", "other"])
COUNTS = st.none() | st.integers(0, 3)
FLAGS = st.none() | st.booleans()
TIMES = st.none() | st.sampled_from([NOW - 60.5, NOW, NOW + 60])
CONDITIONS = st.lists(
    st.builds(condition, st.sampled_from(["Scheduled", "Ready"]), true=st.booleans(), reason=TEXTS, since=TIMES),
    max_size=3,
).map(tuple)
NAMES = st.integers(0, 4).map(str)
DISKS = st.lists(st.builds(DiskFacts, TEXTS, CONDITIONS), max_size=2, unique_by=lambda disk: disk.name).map(tuple)
FACTS = st.one_of(
    st.builds(
        volume,
        name=NAMES,
        pvc=TEXTS,
        state=STATES,
        node=TEXTS,
        conditions=CONDITIONS,
        desired_replicas=st.integers(0, 3),
        replicas=st.none() | st.dictionaries(st.sampled_from(["healthy", "failed"]), st.integers(0, 2)),
        usable_replicas=COUNTS,
        ready=FLAGS,
        attach=st.none() | st.builds(AttachFact, st.just(NOW), TEXTS),
        next_replica_deletion=TIMES,
    ),
    st.builds(engine, name=NAMES, volume=TEXTS, state=STATES, wanted=FLAGS, stopped_since=TIMES),
    st.builds(replica, name=NAMES, node=TEXTS, state=STATES, failed_since=TIMES, node_missing=FLAGS),
    st.builds(instance_manager, name=NAMES, node=TEXTS, state=STATES, on_cordoned_node=FLAGS, needed_replicas=COUNTS),
    st.builds(node, name=NAMES, cordoned=FLAGS, cordoned_since=TIMES, conditions=CONDITIONS, disks=DISKS),
    st.builds(cluster, version=TEXTS, settings=st.none() | st.just(((HOSTILE, "x"),))),
)
Key = tuple[type[Fact], str]


def happen(made: Exposition, alive: dict[Key, Fact], facts: Fact, what: str) -> None:
    """Put or drop in the exposition and in the plain record of what is alive; or scrape in either form."""
    key = (type(facts), getattr(facts, "name", ""))
    if what == "put":
        put(made, facts)
        alive[key] = facts
    elif what == "drop":
        drop(made, *key)
        alive.pop(key, None)
    else:
        made.render(now=NOW, gzip=what == "gzip", names=FLEET)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(FACTS, st.sampled_from(["put", "put", "put", "drop", "plain", "gzip"])), max_size=40))
def test_any_sequence_ends_in_the_page_of_its_outcome(events: list[tuple[Fact, str]]) -> None:
    """Incremental equals fresh, in both formats; gzip equals plain; prometheus_client reads every row."""
    made, alive = exposition(), dict[Key, Fact]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "SLOTS", 2)
        for facts, what in events:
            happen(made, alive, facts, what)
    assert fleet_rows(made) == fleet_rows(exposition(*alive.values()))
    for format_ in Format:
        snapshot = made.snapshot(now=NOW, format_=format_, names=FLEET)
        plain, packed = snapshot.render(gzip=False), snapshot.render(gzip=True)
        assert gzip.decompress(packed.body()) == plain.body()
        read = [sample for family in families(plain.body().decode(), format_) for sample in family.samples]
        assert len(read) == plain.series == packed.series
        assert len({(sample.name, frozenset(sample.labels.items())) for sample in read}) == len(read)
