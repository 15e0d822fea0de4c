"""An exporter that knows a share of the volumes says so, and judges no node by it."""

from __future__ import annotations

from judged import BUILD
from longhorn_cr_exporter.cluster.shard import Shard
from longhorn_cr_exporter.exporter import Exporter
from sample import NOW, instance_manager, kubernetes_node, longhorn_node, volume
from shown import Moving, read, site

NAMES = [f"v{number}" for number in range(12)]


def exporter_of_shard(index: int) -> Exporter:
    """Return one of three exporters of a cluster."""
    exporter = Exporter(clock=Moving(NOW), monotonic=lambda: 0.0, build=BUILD, shard=Shard(index, 3))
    return read(exporter, *map(volume, NAMES), kubernetes_node(), longhorn_node(), instance_manager())


async def test_a_share_is_called_one() -> None:
    """Its pages say that they do not show all; whether a node may go is asked elsewhere."""
    async with site(exporter_of_shard(1)) as served:
        page = await served.page("/")
        assert "This is shard 1 of 3" in page.words(".//aside")
        assert page.words(".//h1") == "Ask shard 0"
        listed = {one["volume"] for one in (await served.json("/api/v1/volumes"))["volumes"]}
        assert set() < listed < set(NAMES)


async def test_a_share_gives_no_verdict() -> None:
    """A node that seems safe by a third of the volumes may not be."""
    async with site(exporter_of_shard(2)) as served:
        (node,) = (await served.json("/api/v1/nodes"))["nodes"]
        assert node["verdict"] is None
        assert "shard 0" in (await served.json("/api/v1/nodes/n1/drain", status=503))["error"]
        assert (await served.page("/nodes/n1")).all(".//h1/span") == []
        kinds = {finding["object"]["kind"] for finding in (await served.json("/api/v1/status"))["findings"]}
        assert not kinds & {"Node", "InstanceManager"}


async def test_shard_0_knows_all() -> None:
    """It must hold every volume to judge the nodes, and shows them."""
    async with site(exporter_of_shard(0)) as served:
        assert (await served.page("/")).words(".//aside") == ""
        assert {one["volume"] for one in (await served.json("/api/v1/volumes"))["volumes"]} == set(NAMES)
        (node,) = (await served.json("/api/v1/nodes"))["nodes"]
        assert node["verdict"] == "safe"
