"""What a fleet has beside its volumes: settings, nodes in both views, instance managers and their budgets."""

from __future__ import annotations

from collections.abc import Iterator

from fleet_place import (
    GIB,
    IMAGE,
    MANAGER_IMAGE,
    VERSION,
    Json,
    Place,
    condition,
    disk_name,
    manager_name,
    node_name,
    owner,
)


def settings() -> Iterator[Json]:
    """Ninety settings, few of which matter here."""
    values = {
        "current-longhorn-version": VERSION,
        "allow-volume-creation-with-degraded-availability": "false",
        "replica-replenishment-wait-interval": "600",
        "node-drain-policy": "block-if-contains-last-replica",
        "replica-soft-anti-affinity": "false",
        "replica-zone-soft-anti-affinity": "true",
        "default-engine-image": IMAGE,
        "default-instance-manager-image": MANAGER_IMAGE,
    }
    values |= {f"setting-of-no-interest-{number}": "true" for number in range(90 - len(values))}
    for name, value in values.items():
        yield {"metadata": {"name": name}, "value": value, "status": {"applied": True}}


def engine_image(nodes: int) -> Json:
    """The one engine image, on every node."""
    deployed = {node_name(index): True for index in range(nodes)}
    status = {"state": "deployed", "conditions": [condition("ready", "True")], "nodeDeploymentMap": deployed}
    return {"metadata": {"name": "ei-51cc7b9c"}, "spec": {"image": IMAGE}, "status": status}


def kubernetes_node(index: int) -> Json:
    """Kubernetes' Node, with the images that the kubelet lists."""
    name, zone = node_name(index), f"zone-{index % 3}"
    kubelet = ("MemoryPressure", "DiskPressure", "PIDPressure")
    return {
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zone}},
        "spec": {"podCIDR": f"10.42.{index}.0/24", "unschedulable": False},
        "status": {
            "capacity": {"cpu": "16", "memory": "65536000Ki", "pods": "110"},
            "conditions": [*(condition(type_, "False") for type_ in kubelet), condition("Ready", "True")],
            "images": [{"names": [f"registry.example/image-{number}"], "sizeBytes": GIB} for number in range(30)],
        },
    }


def longhorn_nodes(spread: list[Place], nodes: int) -> Iterator[Json]:
    """Longhorn's Nodes with two disks each and the replicas scheduled there."""
    held: dict[str, list[str]] = {node_name(index): [] for index in range(nodes)}
    for place in spread:
        for home, replica in zip(place.homes, place.replicas, strict=True):
            held[home].append(replica)
    for index, (name, replicas) in enumerate(held.items()):
        disks = {disk_name(name, number): replicas[number::2] for number in range(2)}
        ready = [condition("Ready", "True"), condition("Schedulable", "True")]
        spec = {"path": "/var/lib/longhorn/", "diskType": "filesystem", "allowScheduling": True, "storageReserved": 0}
        yield {
            "metadata": {"name": name, "finalizers": ["longhorn.io"]},
            "spec": {"name": name, "disks": dict.fromkeys(disks, spec), "allowScheduling": True, "tags": []},
            "status": {
                "conditions": ready,
                "diskStatus": {disk: _disk_status(disk, names, ready) for disk, names in disks.items()},
                "zone": f"zone-{index % 3}",
            },
        }


def _disk_status(disk: str, replicas: list[str], conditions: list[Json]) -> Json:
    return {
        "conditions": conditions,
        "storageAvailable": 7000 * GIB,
        "storageScheduled": len(replicas) * 10 * GIB,
        "storageMaximum": 8000 * GIB,
        "scheduledReplica": dict.fromkeys(replicas, 10 * GIB),
        "diskUUID": disk,
        "diskType": "filesystem",
    }


def instance_managers(spread: list[Place], nodes: int) -> Iterator[Json]:
    """The InstanceManagers with a record for every engine and replica process."""
    engines: dict[str, Json] = {node_name(index): {} for index in range(nodes)}
    replicas: dict[str, Json] = {node_name(index): {} for index in range(nodes)}
    for place in spread:
        if place.node:
            engines[place.node][place.engine] = _process(place.engine, "engine")
            for home, replica in zip(place.homes, place.replicas, strict=True):
                replicas[home][replica] = _process(replica, "replica")
    for node, records in engines.items():
        yield {
            "metadata": {"name": manager_name(node), "labels": _manager_labels(node), **owner("Node", node)},
            "spec": {"image": MANAGER_IMAGE, "nodeID": node, "type": "aio", "dataEngine": "v1"},
            "status": {
                "ownerID": node,
                "currentState": "running",
                "instanceEngines": records,
                "instanceReplicas": replicas[node],
                "ip": "10.42.3.10",
            },
        }


def _manager_labels(node: str) -> Json:
    return {
        "longhorn.io/component": "instance-manager",
        "longhorn.io/data-engine": "v1",
        "longhorn.io/instance-manager-image": "imi-0dcdaa66",
        "longhorn.io/instance-manager-type": "aio",
        "longhorn.io/managed-by": "longhorn-manager",
        "longhorn.io/node": node,
    }


def _process(name: str, type_: str) -> Json:
    status = {"endpoint": "", "errorMsg": "", "listen": "0.0.0.0", "portStart": 10300, "portEnd": 10309}
    return {"spec": {"name": name, "dataEngine": "v1"}, "status": status | {"state": "running", "type": type_}}


def budget(index: int) -> Json:
    """A node's PodDisruptionBudget."""
    spec = {"minAvailable": 1, "selector": {"matchLabels": _manager_labels(node_name(index))}}
    return {"metadata": {"name": manager_name(node_name(index))}, "spec": spec, "status": {"disruptionsAllowed": 0}}
