"""Longhorn's CustomResourceDefinitions: the real ones of a release where they are at hand, else this project's own."""

from __future__ import annotations

import asyncio
import os
import re
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from api.admin import NAMESPACE, Admin, Json, RefusedError
from api.waiting import until
from longhorn_cr_exporter.model.resource import RESOURCES

COLLECTION: Final = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
MINIMAL: Final = "minimal"
"""Name of the project's own: eight kinds that take any field."""
_OWN: Final = Path(__file__).parent / "crds" / "minimal.yaml"
_REAL: Final = Path(
    os.environ.get("LONGHORN_CR_EXPORTER_TEST_CRDS") or Path(__file__).parents[2].parent / "shared" / "crds"
)
_NOT_YET: Final = (404, 429, 503)
"""Not there, "storage is (re)initializing", not ready."""
LONGHORN: Final = tuple(resource for resource in RESOURCES if resource.group == "longhorn.io")


def available(release: str) -> bool:
    """Whether the real definitions of this release are at hand."""
    return _file(release).is_file()


def absence(release: str) -> str:
    """Say why a test that wants the real definitions of a release is skipped."""
    return f"no {_file(release)}: Longhorn's own CRDs are not at hand (LONGHORN_CR_EXPORTER_TEST_CRDS names a folder)"


@cache
def definitions(name: str) -> tuple[Json, ...]:
    """Return the definitions of the eight kinds, of a release or ``MINIMAL``."""
    wanted = {resource.name for resource in LONGHORN}
    # From 1.9 on the file is a template of Longhorn's chart, whose only actions add labels.
    text = re.sub(r"{{.*?}}", "", _file(name).read_text())
    documents = yaml.load_all(text, yaml.CSafeLoader)
    found = tuple(document for document in documents if document and document["metadata"]["name"] in wanted)
    assert len(found) == len(wanted), f"{_file(name)} lacks some of {sorted(wanted)}"
    return found


async def install(admin: Admin, name: str) -> None:
    """Define those of the eight kinds that are not defined, and return when all are served."""
    defined = {item["metadata"]["name"] for item in (await admin.get(COLLECTION))["items"]}
    for definition in definitions(name):
        if definition["metadata"]["name"] not in defined:
            await admin.create(COLLECTION, definition)
    await asyncio.gather(*(_served(admin, resource.path(NAMESPACE)) for resource in LONGHORN))


async def uninstall(admin: Admin) -> None:
    """Remove all definitions of Longhorn's with all their objects, which must have no finalizers."""
    names = [item["metadata"]["name"] for item in (await admin.get(COLLECTION))["items"]]
    for name in names:
        await admin.discard(f"{COLLECTION}/{name}")
    await until(lambda: _none_left(admin), "the definitions to go")


async def _none_left(admin: Admin) -> bool:
    return not (await admin.get(COLLECTION))["items"]


async def _served(admin: Admin, path: str) -> None:
    async def answers() -> bool:
        try:
            await admin.get(path)
        except RefusedError as error:
            if error.status not in _NOT_YET:
                raise
            return False
        return True

    await until(answers, f"{path} to be served")


def _file(name: str) -> Path:
    return _OWN if name == MINIMAL else _REAL / f"longhorn-{name}.yaml"
