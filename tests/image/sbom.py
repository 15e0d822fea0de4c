"""Holds the SBOM in an image against the image itself: `sbom.py QUESTION ROOT` writes a line for each complaint.

The questions are `valid` (by CycloneDX' schema), `complete` (each package that is in the image is in the SBOM and no
other), `locked` (its Python packages are those of requirements/runtime.txt on this platform), `licensed` (each of them
has a licence) and `reproducible` (nothing in it comes of chance, or of another time than the files').
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from email.parser import Parser
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Final

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

Json = dict[str, Any]
PROGRAM: Final = "longhorn-cr-exporter"
SBOM: Final = "usr/share/sbom/longhorn-cr-exporter.cdx.json"
LOCK: Final = Path(__file__).parents[2] / "requirements" / "runtime.txt"
PYTHON, DEBIAN, SYSTEM = "pypi", "deb", "operating-system"


def valid(root: Path) -> Iterator[str]:
    """Say what CycloneDX' own schema has against it."""
    text = (root / SBOM).read_text()
    version = SchemaVersion.from_version(json.loads(text)["specVersion"])
    for error in JsonStrictValidator(version).validate_str(text, all_errors=True) or ():
        yield str(error)


def complete(root: Path) -> Iterator[str]:
    """Say what it has too much or too little of, the program's own version and the system's among it."""
    return differing(
        said={*pythons(root), *debians(root), the_program(root), the_system(root)},
        found={*installed(root), *unpacked(root), released(root)},
    )


def locked(root: Path) -> Iterator[str]:
    """Say in what its Python packages are not the lock's."""
    (library,) = (root / "opt/longhorn-cr-exporter/lib").glob("python3.*")
    version = library.name.removeprefix("python")
    environment = {"python_version": version, "python_full_version": f"{version}.0"}
    lines = (line.rstrip(" \\\n") for line in LOCK.open() if line[0].isalnum())
    requirements = [it for it in map(Requirement, lines) if not it.marker or it.marker.evaluate(environment)]
    wanted = {f"{PYTHON} {canonicalize_name(it.name)} {str(it.specifier).removeprefix('==')}" for it in requirements}
    return differing(said=set(pythons(root)), found=wanted)


def licensed(root: Path) -> Iterator[str]:
    """Say which Python package has no licence."""
    program = sbom(root)["metadata"]["component"]
    return (component["name"] for component in (program, *of_type(root, PYTHON)) if not component.get("licenses"))


def reproducible(root: Path) -> Iterator[str]:
    """Say what would be another in another build."""
    if "serialNumber" in sbom(root):
        yield "it has a serial number"
    time = datetime.fromisoformat(sbom(root)["metadata"]["timestamp"]).timestamp()
    if time != (root / SBOM).stat().st_mtime:
        yield f"its time is {time:.0f}, that of its file {(root / SBOM).stat().st_mtime:.0f}"


def differing(*, said: set[str], found: set[str]) -> Iterator[str]:
    """Say what is said too much or too little."""
    yield from (f"only in the SBOM: {each}" for each in sorted(said - found))
    yield from (f"not in the SBOM: {each}" for each in sorted(found - said))


def sbom(root: Path) -> Json:
    """Return the SBOM."""
    document: Json = json.loads((root / SBOM).read_text())
    return document


def of_type(root: Path, kind: str) -> Iterable[Json]:
    """Return the components whose purl is of a type, or those without one."""
    components: list[Json] = sbom(root)["components"]
    return [component for component in components if component.get("purl", "").startswith(f"pkg:{kind}/")]


def pythons(root: Path) -> Iterator[str]:
    """Say which Python packages the SBOM names, by their purl, which must say what the component does."""
    for component in of_type(root, PYTHON):
        purl = PackageURL.from_string(component["purl"])
        assert (purl.name, purl.version) == (canonicalize_name(component["name"]), component["version"]), component
        yield f"{PYTHON} {purl.name} {purl.version}"


def debians(root: Path) -> Iterator[str]:
    """Say which Debian packages the SBOM names, by their purl as well."""
    for component in of_type(root, DEBIAN):
        purl = PackageURL.from_string(component["purl"])
        assert (purl.namespace, purl.name, purl.version) == ("debian", component["name"], component["version"])
        assert isinstance(purl.qualifiers, dict)
        yield f"{DEBIAN} {purl.name} {purl.version} {purl.qualifiers['arch']} {purl.qualifiers.get('upstream')}"


def the_program(root: Path) -> str:
    """Say what the SBOM is about."""
    program = sbom(root)["metadata"]["component"]
    assert program["type"] == "application"
    return f"{PYTHON} {program['name']} {program['version']}"


def the_system(root: Path) -> str:
    """Say what system is in it, which has no purl."""
    (system,) = (component for component in sbom(root)["components"] if "purl" not in component)
    return f"{system['type']} {system['name']} {system['version']}"


def installed(root: Path) -> Iterator[str]:
    """Say which Python packages are in the image."""
    path = [str(folder) for folder in (root / "opt/longhorn-cr-exporter/lib").glob("python3.*/site-packages")]
    for each in distributions(path=path):
        yield f"{PYTHON} {canonicalize_name(each.name)} {each.version}"


def unpacked(root: Path) -> Iterator[str]:
    """Say which Debian packages are in the image."""
    for file in (root / "var/lib/dpkg/status.d").iterdir():
        package = Parser().parsestr(file.read_text())
        assert package["Package"] == file.name
        source = (package["Source"] or "None").replace(" (", "@").removesuffix(")")
        yield f"{DEBIAN} {package['Package']} {package['Version']} {package['Architecture']} {source}"


def released(root: Path) -> str:
    """Say which system's files are in the image."""
    lines = (root / "usr/lib/os-release").read_text().splitlines()
    fields = {name: value.strip('"') for name, _, value in (line.partition("=") for line in lines)}
    return f"{SYSTEM} {fields['ID']} {fields.get('VERSION_ID') or fields['VERSION_CODENAME']}"


QUESTIONS: Final[dict[str, Callable[[Path], Iterator[str]]]] = {
    it.__name__: it for it in (valid, complete, locked, licensed, reproducible)
}

if __name__ == "__main__":
    for complaint in QUESTIONS[sys.argv[1]](Path(sys.argv[2])):
        sys.stdout.write(f"{complaint}\n")
