"""Completes the image's SBOM while it is built: the program on top, Debian's packages beside Python's.

It reads what `cyclonedx-py environment` says of the program's Python environment and writes the SBOM of the image. It
adds no time and nothing by chance, so that one image has one SBOM.

    cyclonedx-py environment --output-reproducible PYTHON | sbom.py /path/to/var/lib/dpkg/status.d > image.cdx.json
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterable
from email.message import Message
from email.parser import Parser
from pathlib import Path
from typing import Any, Final

from packageurl import PackageURL

Json = dict[str, Any]
PROGRAM: Final = "longhorn-cr-exporter"
SYSTEM: Final = "operating-system"


def main() -> None:
    """Complete the one on standard input, by the packages in the folder that is named."""
    sbom = json.load(sys.stdin)
    name_program(sbom)
    add_debian(sbom, map(packaged, sorted(Path(sys.argv[1]).iterdir())), platform.freedesktop_os_release())
    json.dump(sbom, sys.stdout, indent=2, ensure_ascii=False)


def name_program(sbom: Json) -> None:
    """Make the program what the SBOM is about: it stands among the libraries, as they are all that was looked for."""
    (program,) = (component for component in sbom["components"] if component["name"] == PROGRAM)
    sbom["components"].remove(program)
    sbom["metadata"]["component"] = {**program, "type": "application"}


def packaged(description: Path) -> Message:
    """Return the fields of a package, from its file in status.d."""
    return Parser().parsestr(description.read_text(encoding="utf-8"))


def add_debian(sbom: Json, packages: Iterable[Message], release: dict[str, str]) -> None:
    """Add the packages, as what the system of this release (the fields of os-release) is made of."""
    components = [debian_component(package, release) for package in packages]
    system = {
        "bom-ref": SYSTEM,
        "type": SYSTEM,
        "name": release["ID"],
        "version": version(release),
        "description": release["PRETTY_NAME"],
    }
    sbom["components"] += [system, *components]
    (program,) = (it for it in sbom["dependencies"] if it["ref"] == sbom["metadata"]["component"]["bom-ref"])
    program["dependsOn"].append(SYSTEM)
    sbom["dependencies"].append({"ref": SYSTEM, "dependsOn": [component["bom-ref"] for component in components]})


def debian_component(package: Message, release: dict[str, str]) -> Json:
    """Return a package as a component. Its purl names the release and the source, as scanners want it."""
    qualifiers = {"arch": package["Architecture"], "distro": f"{release['ID']}-{version(release)}"}
    if package["Source"]:
        source, _, of_version = package["Source"].partition(" ")
        qualifiers["upstream"] = f"{source}@{of_version.strip('()')}" if of_version else source
    purl = PackageURL("deb", release["ID"], package["Package"], package["Version"], qualifiers).to_string()
    return {
        "bom-ref": purl,
        "type": "library",
        "name": package["Package"],
        "version": package["Version"],
        "description": package["Description"].splitlines()[0],
        "purl": purl,
    }


def version(release: dict[str, str]) -> str:
    """Return a release's number, or its name while it has no number yet."""
    return release.get("VERSION_ID") or release["VERSION_CODENAME"]


if __name__ == "__main__":
    main()
