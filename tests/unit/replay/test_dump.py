"""Reading dumps: every form gives the same, and what is not a dump is refused in one line."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest

from dumped import (
    FORMS,
    any_list,
    bundled_list,
    cluster_objects,
    read_text,
    resource_of,
    volume_object,
    write_folder,
    zipped,
)
from longhorn_cr_exporter.model.resource import (
    CSI_ATTACHMENTS,
    ENGINES,
    KUBERNETES_NODES,
    LONGHORN_NODES,
    RESOURCES,
    SETTINGS,
    VOLUMES,
    Resource,
)
from longhorn_cr_exporter.model.setting import Setting
from longhorn_cr_exporter.model.time import parse_time
from longhorn_cr_exporter.model.volume import Volume
from longhorn_cr_exporter.replay.dump import Dump, read_dump

Json = dict[str, Any]


def _names(dump: Dump, resource: Resource) -> list[str]:
    return [obj.name for obj in dump.objects[resource]]


def _only_volume(dump: Dump) -> Volume:
    [volume] = dump.objects[VOLUMES]
    assert isinstance(volume, Volume)
    return volume


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Dump:
    """The recorded cluster, out of the plainest form."""
    dump = read_text(tmp_path_factory.mktemp("plain"), any_list(cluster_objects()))
    assert dump.total == len(cluster_objects()) == sum(map(len, dump.objects.values()))
    return dump


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_dump(form: str, expected: Dump, tmp_path: Path) -> None:
    """JSON, YAML, lists, documents, packed or not, and a bundle with all its kit does to the text."""
    assert read_text(tmp_path, FORMS[form](cluster_objects())) == expected


def test_a_folder_gives_the_same_dump(expected: Dump, tmp_path: Path) -> None:
    """Three formats at two depths; hidden files, other suffixes and templates without kinds are passed over."""
    assert read_dump(str(write_folder(tmp_path, cluster_objects()))) == expected


@pytest.mark.parametrize("form", ["json-list", "yaml-list", "json-gzip", "bundle"])
def test_standard_input_gives_the_same_dump(
    form: str, expected: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dash reads standard input, be it a file or a pipe."""
    content = FORMS[form](cluster_objects())
    (tmp_path / "in").write_bytes(content)
    with (tmp_path / "in").open() as file:
        monkeypatch.setattr("sys.stdin", file)
        assert read_dump("-") == expected


def test_a_pipe_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe cannot be sought in or mapped; its progress has no total until it is read."""
    reader, writer = os.pipe()
    os.write(writer, json.dumps(volume_object()).encode())
    os.close(writer)
    told: list[tuple[int, int]] = []
    with os.fdopen(reader) as pipe:
        monkeypatch.setattr("sys.stdin", pipe)
        dump = read_dump("-", progress=lambda done, total: told.append((done, total)))
    size = len(json.dumps(volume_object()))
    assert (_names(dump, VOLUMES), told) == (["a"], [(size, 0), (size, size)])


def test_what_does_not_fit_in_memory_is_unpacked_to_disk(
    expected: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large gzip goes through a nameless temporary file, of which nothing stays."""
    monkeypatch.setattr("longhorn_cr_exporter.replay.dump_content._IN_MEMORY", 1000)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert read_text(tmp_path, FORMS["json-gzip"](cluster_objects())) == expected
    assert [path.name for path in tmp_path.iterdir()] == ["dump"]


def test_every_resource_is_given_and_typed(expected: Dump) -> None:
    """All eleven resources are keys, of the recorded names, each object of its resource's type."""
    assert expected.given == frozenset(RESOURCES)
    for resource in RESOURCES:
        recorded = sorted(obj["metadata"]["name"] for obj in cluster_objects() if resource_of(obj) == resource)
        assert _names(expected, resource) == recorded
        assert all(type(obj) is resource.type for obj in expected.objects[resource])


@pytest.mark.parametrize(
    ("empty", "resource"),
    [
        pytest.param(
            {"kind": "VolumeAttachmentList", "apiVersion": "storage.k8s.io/v1", "items": []}, CSI_ATTACHMENTS, id="csi"
        ),
        pytest.param({"kind": "NodeList", "apiVersion": "v1", "items": None}, KUBERNETES_NODES, id="null-items"),
        pytest.param({"kind": "NodeList", "apiVersion": "longhorn.io/v1beta2"}, LONGHORN_NODES, id="no-items"),
    ],
)  # fmt: skip
def test_an_empty_typed_list_is_given(empty: Json, resource: Resource, tmp_path: Path) -> None:
    """An empty list that says of what tells "none" from "not dumped"; group and kind decide together."""
    for text in (
        json.dumps(volume_object()) + json.dumps(empty),
        f"---\n{json.dumps(volume_object())}\n---\n{json.dumps(empty)}",
    ):
        dump = read_text(tmp_path, text)
        assert dump.given == {VOLUMES, resource}
        assert dump.objects[resource] == []


def test_an_untyped_empty_list_gives_nothing(tmp_path: Path) -> None:
    """``kubectl get`` writes ``kind: List`` for no objects of whatever was asked for."""
    assert read_text(tmp_path, json.dumps(volume_object()) + json.dumps(any_list([]))).given == {VOLUMES}


@pytest.mark.parametrize(
    ("path", "resource"),
    [
        pytest.param("cluster/storage.k8s.io/v1/volumeattachments.yaml", CSI_ATTACHMENTS, id="cluster"),
        pytest.param("cluster/v1/nodes.yaml", KUBERNETES_NODES, id="core"),
        pytest.param("namespaced/longhorn-system/longhorn.io/v1beta2/engines.yaml", ENGINES, id="longhorn"),
        pytest.param("namespaced/default/policy/v1/poddisruptionbudgets.yaml", None, id="other-namespace"),
        pytest.param("other/nodes.yaml", None, id="nowhere"),
    ],
)
def test_a_bundle_says_of_what_its_list_is_by_the_path(path: str, resource: Resource | None, tmp_path: Path) -> None:
    """In a support bundle every list is untyped, and an empty one is known by where it lies."""
    members: dict[str, str | bytes] = {
        "b/yamls/namespaced/longhorn-system/longhorn.io/v1beta2/volumes.yaml": bundled_list([volume_object()]),
        f"b/yamls/{path}": bundled_list([]),
    }
    assert read_text(tmp_path, zipped(members)).given == {VOLUMES} | ({resource} if resource else set())


def test_other_namespaces_are_left_out(tmp_path: Path) -> None:
    """Namespaced objects elsewhere are counted and dropped; without a namespace, or cluster-wide, they are taken."""
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n", "namespace": "odd"}}
    objects = [volume_object("a"), volume_object("b", namespace="storage"), volume_object("c", namespace=""), node]
    dump = read_text(tmp_path, any_list(objects))
    assert (_names(dump, VOLUMES), _names(dump, KUBERNETES_NODES)) == (["a", "c"], ["n"])
    assert dict(dump.elsewhere) == {"storage": 1}
    assert _names(read_text(tmp_path, any_list(objects), namespace="storage"), VOLUMES) == ["b", "c"]


@pytest.mark.parametrize(
    ("versions", "kept"),
    [
        pytest.param(["9", "10"], "10", id="numbers-not-text"),
        pytest.param(["10", "9"], "10", id="order-does-not-matter"),
        pytest.param(["9", "x"], "x", id="unreadable-the-last"),
        pytest.param(["", ""], "", id="none"),
    ],
)
def test_of_two_of_one_name_the_newer_stays(versions: list[str], kept: str, tmp_path: Path) -> None:
    """The greater resourceVersion wins, or the later one."""
    dump = read_text(tmp_path, any_list([volume_object(version=version) for version in versions]))
    assert (_only_volume(dump).metadata.resource_version, dump.total) == (kept, 2)


def test_what_is_not_ours_is_counted(tmp_path: Path) -> None:
    """Kinds and versions that are not watched, and things without a kind, are skipped."""
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}
    old = {**volume_object(), "apiVersion": "longhorn.io/v1beta1"}
    menu = {"apiVersion": "x/v1", "kind": "Menu", "items": {}}
    dump = read_text(
        tmp_path, {**any_list([]), "items": [volume_object(), pod, pod, old, menu, 3, None, {}, {"kind": 3}]}
    )
    assert dict(dump.skipped) == {"v1/Pod": 2, "longhorn.io/v1beta1/Volume": 1, "x/v1/Menu": 1, "": 4}
    assert dump.total == 9


def test_a_bad_object_costs_itself(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is counted, logged once with its kind and name, and its resource was given all the same."""
    bad = volume_object("bad", spec={"numberOfReplicas": "three"})
    nameless = {"apiVersion": "longhorn.io/v1beta2", "kind": "Engine", "metadata": {}}
    with caplog.at_level(logging.WARNING):
        dump = read_text(tmp_path, any_list([volume_object("a"), bad, nameless]))
    assert dict(dump.decode_errors) == {VOLUMES: 1, ENGINES: 1}
    assert (_names(dump, VOLUMES), set(dump.given)) == (["a"], {VOLUMES, ENGINES})
    assert "\n".join(record.getMessage() for record in caplog.records) == (
        "object 'bad' skipped, it cannot be read: "
        "volumes.longhorn.io: Expected `int`, got `str` - at `$.spec.numberOfReplicas`\n"
        "object '' skipped, it cannot be read: engines.longhorn.io: metadata.name is missing"
    )


def test_null_lists_are_read_as_go_reads_them(tmp_path: Path) -> None:
    """``conditions: null`` and a null status do not make a volume unreadable."""
    dump = read_text(
        tmp_path,
        any_list([volume_object("a", status={"conditions": None, "state": None}), volume_object("b", spec=None)]),
    )
    assert (_names(dump, VOLUMES), dump.decode_errors.total()) == (["a", "b"], 0)


def test_progress_rises_to_the_total(tmp_path: Path) -> None:
    """Several files are one way of bytes, told once a megabyte and at its end."""
    for name in ("a", "b"):
        items = [volume_object(f"{name}{index}", padding="x" * 100_000) for index in range(20)]
        (tmp_path / f"{name}.json").write_text(json.dumps(any_list(items)))
    told: list[tuple[int, int]] = []
    read_dump(str(tmp_path), progress=lambda done, total: told.append((done, total)))
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert told[-1] == (size, size)
    assert sorted(told) == told
    assert 4 <= len(told) <= 5


def test_an_unquoted_value_is_text(tmp_path: Path) -> None:
    """As Kubernetes' own YAML reader gives a string field its text, and number fields their numbers."""
    text = """
apiVersion: longhorn.io/v1beta2
kind: Setting
metadata: {name: 123, creationTimestamp: 2026-03-02T06:00:00Z}
value: yes
---
apiVersion: longhorn.io/v1beta2
kind: Volume
metadata: {name: 1e3, labels: {longhornvolume: on}}
spec: {numberOfReplicas: 3, Standby: yes, nodeID: 0x10, size: 1_000, staleReplicaTimeout: "30"}
status: {actualSize: 1.073741824e+11, conditions: ~, state: 'off', robustness: no}
"""
    dump = read_text(tmp_path, text)
    [setting] = dump.objects[SETTINGS]
    volume = _only_volume(dump)
    assert isinstance(setting, Setting)
    assert (setting.name, setting.value, dump.newest) == ("123", "true", parse_time("2026-03-02T06:00:00Z"))
    assert (volume.name, volume.spec.number_of_replicas, volume.spec.standby) == ("1000", 3, True)
    assert (volume.spec.node_id, volume.spec.size, volume.spec.stale_replica_timeout) == ("16", "1000", 30)
    assert (volume.status.actual_size, volume.status.state, volume.status.robustness) == (107374182400, "off", "false")
