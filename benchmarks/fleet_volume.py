"""One volume's objects, with every field that Longhorn fills: volume, engine, replicas, attachments."""

from __future__ import annotations

from typing import Final

from fleet_place import IMAGE, WRITTEN, Json, Place, condition, disk_name, manager_name, metadata, owner

_SNAPSHOTS: Final = 18


def volume(place: Place) -> Json:
    """The Volume."""
    workload = f"app-{place.index % 977}"
    kinds = ("WaitForBackingImage", "TooManySnapshots", "Scheduled", "Restore")
    return {
        "metadata": metadata(place.name, place),
        "spec": {
            "size": "10737418240",
            "frontend": "blockdev",
            "fromBackup": "",
            "restoreVolumeRecurringJob": "ignored",
            "dataSource": "",
            "dataLocality": "disabled",
            "staleReplicaTimeout": 30,
            "nodeID": place.node,
            "migrationNodeID": "",
            "image": IMAGE,
            "backingImage": "",
            "Standby": False,
            "diskSelector": [],
            "nodeSelector": [],
            "disableFrontend": False,
            "revisionCounterDisabled": True,
            "unmapMarkSnapChainRemoved": "ignored",
            "replicaSoftAntiAffinity": "ignored",
            "replicaZoneSoftAntiAffinity": "ignored",
            "replicaDiskSoftAntiAffinity": "ignored",
            "lastAttachedBy": "",
            "accessMode": "rwo",
            "migratable": False,
            "encrypted": False,
            "numberOfReplicas": 3,
            "replicaAutoBalance": "ignored",
            "snapshotDataIntegrity": "ignored",
            "backupCompressionMethod": "lz4",
            "dataEngine": "v1",
            "snapshotMaxCount": 250,
            "snapshotMaxSize": "0",
            "freezeFilesystemForSnapshot": "ignored",
        },
        "status": {
            "ownerID": place.homes[0],
            "state": "attached" if place.node else "detached",
            "robustness": "healthy" if place.node else "unknown",
            "currentNodeID": place.node,
            "currentImage": IMAGE,
            "kubernetesStatus": {
                "pvName": place.name,
                "pvStatus": "Bound",
                "namespace": f"team-{place.index % 37}",
                "pvcName": f"data-{workload}-{place.index // 977}",
                "lastPVCRefAt": "",
                "workloadsStatus": [
                    {
                        "podName": f"{workload}-{place.index // 977}",
                        "podStatus": "Running",
                        "workloadName": workload,
                        "workloadType": "StatefulSet",
                    }
                ],
                "lastPodRefAt": "" if place.node else WRITTEN,
            },
            "conditions": [condition(kind, "True" if kind == "Scheduled" else "False") for kind in kinds],
            "lastBackup": "",
            "lastBackupAt": "",
            "pendingNodeID": "",
            "currentMigrationNodeID": "",
            "frontendDisabled": False,
            "restoreRequired": False,
            "restoreInitiated": False,
            "cloneStatus": {"sourceVolume": "", "snapshot": "", "state": "", "attemptCount": 0},
            "remountRequestedAt": "",
            "expansionRequired": False,
            "isStandby": False,
            "actualSize": 3221225472,
            "lastDegradedAt": "",
            "shareEndpoint": "",
            "shareState": "",
        },
    }


def engine(place: Place) -> Json:
    """The Engine: its snapshots are most of it."""
    running = bool(place.node)
    return {
        "metadata": metadata(place.engine, place, longhornnode=place.node) | owner("Volume", place.name),
        "spec": {
            "volumeName": place.name,
            "volumeSize": "10737418240",
            "nodeID": place.node,
            "image": IMAGE,
            "desireState": "running" if running else "stopped",
            "logRequested": False,
            "salvageRequested": False,
            "dataEngine": "v1",
            "frontend": "blockdev",
            "replicaAddressMap": _addresses(place),
            "upgradedReplicaAddressMap": {},
            "active": True,
            "snapshotMaxCount": 250,
            "snapshotMaxSize": "0",
        },
        "status": {
            "ownerID": place.homes[0],
            "instanceManagerName": manager_name(place.node) if running else "",
            "currentState": "running" if running else "stopped",
            "currentImage": IMAGE if running else "",
            "ip": "10.42.0.10",
            "port": 10310,
            "started": running,
            "conditions": [condition("InstanceCreation", "True"), condition("FilesystemReadOnly", "False")],
            "currentSize": "10737418240",
            "currentReplicaAddressMap": _addresses(place),
            "replicaModeMap": dict.fromkeys(place.replicas, "RW") if running else None,
            "replicaTransitionTimeMap": dict.fromkeys(place.replicas, WRITTEN),
            "endpoint": f"/dev/longhorn/{place.name}",
            "backupStatus": {},
            "restoreStatus": {},
            "purgeStatus": {replica: {"error": "", "isPurging": False} for replica in place.replicas},
            "rebuildStatus": {},
            "cloneStatus": {},
            "snapshots": _snapshots(place),
            "snapshotsError": "",
            "isExpanding": False,
        },
    }


def _addresses(place: Place) -> dict[str, str]:
    return {name: f"10.42.{number}.10:10320" for number, name in enumerate(place.replicas)}


def _snapshots(place: Place) -> Json:
    """Return a chain of snapshots, as a recurring job leaves them."""
    names = [f"daily-b-{place.index:08x}-4b1e-4d02-9d3c-{number:012x}" for number in range(_SNAPSHOTS)]
    chain = [*names, "volume-head"]
    return {
        name: {
            "name": name,
            "parent": chain[number - 1] if number else "",
            "children": {chain[number + 1]: True} if number + 1 < len(chain) else {},
            "removed": False,
            "usercreated": name != "volume-head",
            "created": WRITTEN,
            "size": "104857600",
            "labels": {"RecurringJob": "daily-backup"},
        }
        for number, name in enumerate(chain)
    }


def replica(place: Place, number: int) -> Json:
    """One of the three Replicas."""
    name, home = place.replicas[number], place.homes[number]
    running = bool(place.node)
    disk = disk_name(home, number % 2)
    return {
        "metadata": metadata(name, place, longhornnode=home, longhorndiskuuid=disk) | owner("Volume", place.name),
        "spec": {
            "volumeName": place.name,
            "volumeSize": "10737418240",
            "nodeID": home,
            "image": IMAGE,
            "desireState": "running" if running else "stopped",
            "logRequested": False,
            "salvageRequested": False,
            "dataEngine": "v1",
            "engineName": place.engine,
            "healthyAt": WRITTEN,
            "lastHealthyAt": WRITTEN,
            "failedAt": "",
            "lastFailedAt": "",
            "diskID": disk,
            "diskPath": "/var/lib/longhorn/",
            "dataDirectoryName": f"{place.name}-{number:08x}",
            "active": True,
            "hardNodeAffinity": "",
            "rebuildRetryCount": 0,
            "evictionRequested": False,
        },
        "status": {
            "ownerID": home,
            "instanceManagerName": manager_name(home) if running else "",
            "currentState": "running" if running else "stopped",
            "currentImage": IMAGE if running else "",
            "ip": "10.42.2.10",
            "port": 10320,
            "started": running,
            "conditions": [condition("InstanceCreation", "True")],
        },
    }


def longhorn_attachment(place: Place) -> Json:
    """Longhorn's VolumeAttachment: a ticket while the volume is attached."""
    ticket = f"csi-{place.index:064x}"
    wish = {"id": ticket, "type": "csi-attacher", "nodeID": place.node, "parameters": {}, "generation": 1}
    met = {"id": ticket, "satisfied": True, "conditions": [condition("Satisfied", "True")], "generation": 1}
    return {
        "metadata": metadata(place.name, place),
        "spec": {"volume": place.name, "attachmentTickets": {ticket: wish} if place.node else {}},
        "status": {"attachmentTicketStatuses": {ticket: met} if place.node else {}},
    }


def csi_attachment(place: Place) -> Json:
    """Kubernetes' VolumeAttachment; only an attached volume has one."""
    return {
        "metadata": {"name": f"csi-{place.index:064x}", "finalizers": ["external-attacher/driver-longhorn-io"]},
        "spec": {
            "attacher": "driver.longhorn.io",
            "source": {"persistentVolumeName": place.name},
            "nodeName": place.node,
        },
        "status": {"attached": True},
    }
