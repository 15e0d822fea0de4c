"""One copy of what objects say alike, and nothing of what they say changed by it."""

from __future__ import annotations

import msgspec
import pytest

from longhorn_cr_exporter.model.decode import decode_object
from longhorn_cr_exporter.model.engine import Engine
from longhorn_cr_exporter.model.node import InstanceManager
from longhorn_cr_exporter.model.replica import Replica
from longhorn_cr_exporter.model.resource import ENGINES, INSTANCE_MANAGERS, REPLICAS, RESOURCES
from longhorn_cr_exporter.model.share import share
from recorded import RUNS, recording


@pytest.mark.parametrize("run", RUNS[:2])
def test_nothing_is_changed(run: str) -> None:
    """Every object of a recording is what it was, to the byte and in every resource."""
    seen = set()
    for event in recording(run).events:
        obj = decode_object(event.resource, event.body)
        share(obj)
        assert obj == decode_object(event.resource, event.body)
        assert msgspec.json.encode(obj) == msgspec.json.encode(decode_object(event.resource, event.body))
        seen.add(event.resource)
    assert seen == set(RESOURCES)


def test_nulls_stay_nulls() -> None:
    """An object of empty and missing parts equals its next version."""
    for resource in RESOURCES:
        obj = decode_object(resource, b'{"metadata":{"name":"a"}}')
        share(obj)
        assert obj == decode_object(resource, b'{"metadata":{"name":"a"}}')


def test_two_objects_hold_one_string() -> None:
    """A replica and an engine name their volume with the same one."""
    body = b'{"metadata":{"name":"x"},"spec":{"volumeName":"pvc-3c1a","volumeSize":"10737418240"}}'
    replica, engine = decode_object(REPLICAS, body), decode_object(ENGINES, body)
    assert isinstance(replica, Replica)
    assert isinstance(engine, Engine)
    assert replica.spec.volume_name is not engine.spec.volume_name
    share(replica)
    share(engine)
    assert replica.spec.volume_name is engine.spec.volume_name


def test_process_records_that_say_the_same_are_one() -> None:
    """Names differ, states do not."""
    body = b'{"metadata":{"name":"im"},"status":{"instanceEngines":{"a":{"status":{"state":"running"}},"b":%s}}}'
    manager = decode_object(INSTANCE_MANAGERS, body % b'{"status":{"state":"running"}}')
    assert isinstance(manager, InstanceManager)
    share(manager)
    records = manager.status.instance_engines or {}
    assert records["a"] is records["b"]
