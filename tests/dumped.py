"""One moment of a recorded cluster in every form that people keep a dump in."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from longhorn_cr_exporter.model.resource import BY_KIND, Resource
from longhorn_cr_exporter.replay.dump import Dump, read_dump
from recorded import recording

Json = dict[str, Any]


@cache
def cluster_objects(run: str = "v1.7.2/b-deadlock-9938") -> tuple[Json, ...]:
    """Return the objects that stand at the end of a run: 11 resources, one name each."""
    standing: dict[tuple[str, str], Json] = {}
    for event in recording(run).events:
        obj = json.loads(event.body)
        key = (event.resource.name, obj["metadata"]["name"])
        if event.type == "DELETED":
            standing.pop(key, None)
        else:
            standing[key] = obj
    return tuple(standing.values())


def resource_of(obj: Json) -> Resource:
    """Return the resource of an object."""
    return BY_KIND[obj["apiVersion"], obj["kind"]]


def by_resource(objects: Iterable[Json]) -> dict[Resource, list[Json]]:
    """Return objects by their resource."""
    grouped: dict[Resource, list[Json]] = defaultdict(list)
    for obj in objects:
        grouped[resource_of(obj)].append(obj)
    return grouped


def volume_object(name: str = "a", *, namespace: str = "longhorn-system", version: str = "7", **parts: object) -> Json:
    """Return a volume that says no more than its name, and these parts."""
    metadata = {"name": name, "namespace": namespace, "resourceVersion": version}
    return {"apiVersion": "longhorn.io/v1beta2", "kind": "Volume", "metadata": metadata, **parts}


def read_text(folder: Path, content: bytes | str | Json, *, namespace: str = "longhorn-system") -> Dump:
    """Read a dump of this content (a dict is written as JSON) from the file ``dump`` in a folder."""
    text = json.dumps(content) if isinstance(content, dict) else content
    path = folder / "dump"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_dump(str(path), namespace=namespace)


def any_list(objects: Iterable[Json]) -> Json:
    """Return a list of mixed kinds, as ``kubectl get -o json`` makes one."""
    return {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": list(objects)}


def typed_list(resource: Resource, objects: Iterable[Json]) -> Json:
    """Return a list as the API serves it (``kubectl get --raw``): its items of CRs bare of kind and apiVersion."""
    bare = [{key: value for key, value in obj.items() if key not in {"kind", "apiVersion"}} for obj in objects]
    return {"kind": f"{resource.kind}List", "apiVersion": resource.api_version, "metadata": {}, "items": bare}


def yaml_text(value: Any) -> str:
    """Return YAML with sorted keys, as kubectl writes it, and without anchors."""
    return yaml.dump(value, Dumper=_Plain)


class _Plain(yaml.CSafeDumper):
    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - never an alias, whatever the data
        return True


class _Go(_Plain):
    """Writes numbers as Go's yaml.v2 writes a float64."""


def _go_float(dumper: _Go, value: float) -> yaml.Node:
    mantissa, exponent = f"{value:.16e}".split("e")
    short = f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent):+03d}"
    return dumper.represent_scalar("tag:yaml.org,2002:float", short if abs(value) >= 1e6 else f"{value:.17g}")


_Go.add_representer(float, _go_float)


def bundle(objects: Iterable[Json], folder: str = "supportbundle_x/", namespace: str = "longhorn-system") -> bytes:
    """Return a support bundle as Longhorn's kit makes it.

    The kit writes "null" for every "" and for most nulls, all numbers as floats, and every list as ``kind: List``.
    """
    members = {
        f"{folder}metadata.yaml": "projectname: Longhorn\n",
        f"{folder}logs/longhorn-system/x/y.log": "kind: Pod",
    }
    for resource, group in by_resource(objects).items():
        scope = f"namespaced/{namespace}" if resource.namespaced else "cluster"
        members[f"{folder}yamls/{scope}/{resource.api_version}/{resource.plural}.yaml"] = bundled_list(group)
    return zipped(members)


def bundled_list(objects: Iterable[Json]) -> str:
    """Return a list as it stands in a support bundle."""
    text = json.dumps(any_list(objects), separators=(",", ":"))
    text = re.sub(r'("[a-zA-Z]+":)null,', r'\1"null",', text).replace('""', '"null"')
    return yaml.dump(json.loads(text, parse_int=float), Dumper=_Go)


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """Return a zip of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def _json_lines(objects: tuple[Json, ...]) -> bytes:
    return b"".join(json.dumps(obj).encode() + b"\n" for obj in objects)


def _raw_lists(objects: tuple[Json, ...]) -> bytes:
    return b"\n".join(
        json.dumps(typed_list(resource, group), indent=2).encode() for resource, group in by_resource(objects).items()
    )


FORMS: dict[str, Callable[[tuple[Json, ...]], bytes]] = {
    "json-list": lambda objects: json.dumps(any_list(objects), indent=4).encode(),
    "json-array": lambda objects: json.dumps(objects).encode(),
    "json-lines": _json_lines,
    "json-on-one-line": lambda objects: b"".join(json.dumps(obj).encode() for obj in objects),
    "json-typed-lists": _raw_lists,
    "json-lists-in-a-list": lambda objects: json.dumps(
        any_list([any_list(objects[:9]), any_list(objects[9:])])
    ).encode(),
    "json-with-mark": lambda objects: b"\xef\xbb\xbf" + json.dumps(any_list(objects)).encode(),
    "json-utf-16": lambda objects: json.dumps(any_list(objects), indent=4).encode("utf-16"),
    "json-utf-16-bare": lambda objects: json.dumps(any_list(objects), indent=4).encode("utf-16-be"),
    "json-gzip": lambda objects: gzip.compress(json.dumps(any_list(objects)).encode()),
    "yaml-list": lambda objects: yaml_text(any_list(objects)).encode(),
    "yaml-documents": lambda objects: "---\n".join(yaml_text(obj) for obj in objects).encode(),
    "yaml-sequence": lambda objects: yaml_text(list(objects)).encode(),
    "yaml-typed-lists": lambda objects: "---\n".join(
        yaml_text(typed_list(resource, group)) for resource, group in by_resource(objects).items()
    ).encode(),
    "yaml-crlf": lambda objects: yaml_text(any_list(objects)).replace("\n", "\r\n").encode(),
    "yaml-with-mark": lambda objects: b"\xef\xbb\xbf" + yaml_text(any_list(objects)).encode(),
    "yaml-utf-16": lambda objects: yaml_text(any_list(objects)).encode("utf-16"),
    "yaml-gzip": lambda objects: gzip.compress(yaml_text(any_list(objects)).encode()),
    "yaml-flow": lambda objects: yaml.dump(any_list(objects), Dumper=_Plain, default_flow_style=True).encode(),
    "bundle": bundle,
    "bundle-flat": lambda objects: bundle(objects, folder=""),
    "zip-of-one-json": lambda objects: zipped({"dump.json": json.dumps(any_list(objects))}),
}
"""Bytes of one file for each form."""


def write_folder(folder: Path, objects: tuple[Json, ...]) -> Path:
    """Write a folder that holds one list a resource, in three formats, and things to be passed over; return it."""
    writers: list[tuple[str, Callable[[Json], bytes]]] = [
        (".json", lambda value: json.dumps(value).encode()),
        (".yaml", lambda value: yaml_text(value).encode()),
        (".yml.gz", lambda value: gzip.compress(yaml_text(value).encode())),
    ]
    for index, (resource, group) in enumerate(sorted(by_resource(objects).items(), key=lambda pair: pair[0].name)):
        suffix, write = writers[index % len(writers)]
        path = folder / str(index % 2) / f"{resource.name}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(write(any_list(group)))
    (folder / ".hidden.json").write_text("{")
    (folder / ".git").mkdir()
    (folder / ".git" / "broken.yaml").write_text("kind: Volume\n\t- {")
    (folder / "notes.txt").write_text("kind: Volume")
    (folder / "values.yaml").write_text("image: {{ .Values.image }}")
    return folder
