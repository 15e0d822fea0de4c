"""The JSON API: every documented path answers as documented, and as the terminal does."""

from __future__ import annotations

from typing import Any

import jsonschema
import msgspec
import pytest
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from longhorn_cr_exporter.diagnosis.finding import findings
from longhorn_cr_exporter.report.check import check_document
from longhorn_cr_exporter.report.drain_check import drain_check_document
from longhorn_cr_exporter.web.endpoint import ENDPOINTS, Endpoint
from longhorn_cr_exporter.web.openapi import openapi
from recorded import RUNS, recording
from sample import kubernetes_node, volume
from shown import Site, exporter_at, exporter_of, site

OPENAPI = "/api/v1/openapi.json"
NAMES = {"/api/v1/volumes/{name}": "vol-rwo3", "/api/v1/nodes/{name}/drain": "n2"}


def deadlocked() -> float:
    """Return a moment of the deadlock."""
    return recording("v1.7.2/b-deadlock-9938").settled + 39 * 60


def plain(value: object) -> Any:  # JSON is what it is
    """Return a value as it comes back from JSON."""
    return msgspec.json.decode(msgspec.json.encode(value))


def check_schema(document: Any, answer: Any, path: str, status: int = 200) -> None:
    """Hold an answer against what the OpenAPI document says of it."""
    content = document["paths"][path]["get"]["responses"][str(status)]["content"]["application/json"]["schema"]
    registry: Registry[Any] = Registry().with_resource("urn:api", DRAFT202012.create_resource(document))
    schema = {"$ref": f"urn:api{content['$ref']}"}
    checker = jsonschema.FormatChecker()
    jsonschema.Draft202012Validator(schema, registry=registry, format_checker=checker).validate(answer)


async def test_the_document_is_valid_openapi() -> None:
    """What is served is an OpenAPI 3.1 document, made of the types that are encoded."""
    async with site(exporter_of()) as served:
        document = await served.json(OPENAPI)
    validate(document)
    assert document["openapi"] == "3.1.0"
    assert document == plain(openapi())
    assert set(document["paths"]) == {endpoint.path for endpoint in ENDPOINTS} | {OPENAPI}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.path)
async def test_every_documented_path_answers_as_documented(endpoint: Endpoint) -> None:
    """The answer fits the schema, on a cluster with a deadlock."""
    async with site(exporter_at("v1.7.2/b-deadlock-9938", deadlocked())) as served:
        document = await served.json(OPENAPI)
        answer = await served.json(endpoint.path.replace("{name}", NAMES.get(endpoint.path, "")))
    check_schema(document, answer, endpoint.path)


@pytest.mark.parametrize("endpoint", [one for one in ENDPOINTS if 404 in one.refusals], ids=lambda one: one.path)
async def test_what_is_not_there_is_refused_as_documented(endpoint: Endpoint) -> None:
    """404 with a JSON error."""
    async with site(exporter_of()) as served:
        answer = await served.json(endpoint.path.replace("{name}", "nobody"), status=404)
        check_schema(await served.json(OPENAPI), answer, endpoint.path, 404)


@pytest.mark.parametrize("run", RUNS)
async def test_every_recording_fits_the_schemas(run: str) -> None:
    """Stages, states, causes and verdicts of all recorded clusters are among the documented ones."""
    exporter = exporter_at(run, recording(run).steps[len(recording(run).steps) // 2].start)
    async with site(exporter) as served:
        document = await served.json(OPENAPI)
        for path in ("/api/v1/status", "/api/v1/volumes", "/api/v1/nodes"):
            check_schema(document, await served.json(path), path)
        for name in exporter.state.volumes:
            check_schema(document, await served.json(f"/api/v1/volumes/{name}"), "/api/v1/volumes/{name}")
        for name in exporter.assessment.nodes.facts:
            check_schema(document, await served.json(f"/api/v1/nodes/{name}/drain"), "/api/v1/nodes/{name}/drain")


async def test_volumes_and_drains_are_what_the_terminal_prints() -> None:
    """The keys of ``check`` and ``drain-check``, with the same values."""
    exporter = exporter_at("v1.7.2/b-deadlock-9938", deadlocked())
    found = findings(exporter.assessment, exporter.state, exporter.clock())
    async with site(exporter) as served:
        volumes, status = await served.json("/api/v1/volumes"), await served.json("/api/v1/status")
        drain = await served.json("/api/v1/nodes/n2/drain")
    checked = plain(check_document(exporter, found))
    assert {**volumes, "findings": status["findings"]} == {**checked, "continue": ""}
    assert drain == plain(drain_check_document(exporter, ["n2"]))


async def test_the_status_tells_what_the_first_page_tells() -> None:
    """Answer, counts, the waiting attach, cordons and contact."""
    async with site(exporter_at("v1.7.2/b-deadlock-9938", deadlocked())) as served:
        status = await served.json("/api/v1/status")
    assert status["complete"] is True
    assert status["headline"] == "Stop: vol-rwo3 is deadlocked"
    assert status["next_node"] == ""
    assert status["volumes"]["stages"]["deadlocked"] == 1
    assert status["volumes"]["attaches_pending"] == 1
    assert status["volumes"]["oldest_attach"] == "2026-03-02T06:34:04Z"
    assert status["cordoned_nodes"] == ["n3", "n1"]
    assert status["findings"][0]["id"] == "volume-deadlocked"
    assert {contact["resource"]: contact["up"] for contact in status["contacts"]}["volumes.longhorn.io"]


async def names(served: Site, query: str) -> tuple[list[str], str]:
    """Return the volumes of a page and how to go on."""
    page = await served.json(f"/api/v1/volumes?{query}")
    return [one["volume"] for one in page["volumes"]], page["continue"]


async def test_volumes_come_in_pages() -> None:
    """``continue`` gives those after the page, until it is empty; the filter holds."""
    async with site(exporter_of(*(volume(name) for name in ("c", "a", "e", "b", "d", "other")))) as served:
        assert await names(served, "limit=2") == (["a", "b"], "b")
        assert await names(served, "limit=2&continue=b") == (["c", "d"], "d")
        assert await names(served, "limit=2&continue=d") == (["e", "other"], "")
        assert await names(served, "limit=9") == (["a", "b", "c", "d", "e", "other"], "")
        assert await names(served, "q=oth") == (["other"], "")
        assert await names(served, "continue=zz") == ([], "")


@pytest.mark.parametrize("query", ["limit=0", "limit=-1", "limit=x", "limit=9999999", "limit=", "stage=zz"])
async def test_a_parameter_that_makes_no_sense_is_refused(query: str) -> None:
    """A script must not take all volumes for some, or none for all."""
    async with site(exporter_of()) as served:
        error = (await served.json(f"/api/v1/volumes?{query}", status=400))["error"]
        assert error.startswith(f"{query.split('=', maxsplit=1)[0]}: want ")
        check_schema(await served.json(OPENAPI), {"error": error}, "/api/v1/volumes", 400)


async def test_a_node_without_longhorn_may_be_drained() -> None:
    """Nothing of Longhorn's hinders a control plane's drain; the list has no verdict on it."""
    async with site(exporter_of(kubernetes_node("cp"))) as served:
        (node,) = (await served.json("/api/v1/nodes/cp/drain"))["nodes"]
        assert node["verdict"] == "safe"
        (listed,) = (await served.json("/api/v1/nodes"))["nodes"]
        assert listed["verdict"] is None
