"""Write what an installation of jobctl is made of, as CycloneDX 1.5 in JSON, from `requirements.lock`.

The same lock file gives the same bytes.
"""

import json
import re
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
_PIN = re.compile(r"([A-Za-z0-9._-]+)==(\S+?)(?: ; (.+?))?(?: \\)?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class Pin(NamedTuple):
    """A package of the lock file: `marker` is where it is needed, None everywhere; a hash for each of its archives."""

    name: str
    version: str
    marker: str | None
    hashes: tuple[str, ...]


def pins(text: str) -> list[Pin]:
    """The packages of a lock file."""
    found: list[Pin] = []
    for line in text.splitlines():
        if pin := _PIN.match(line):
            found.append(Pin(pin[1], pin[2], pin[3], ()))
        elif archive := _HASH.search(line):
            found[-1] = found[-1]._replace(hashes=(*found[-1].hashes, archive[1]))
    return found


def sbom(lock: str, project: dict[str, Any]) -> dict[str, Any]:
    """The bill of materials of the project with these pins."""
    name, version = project["name"], project["version"]
    own = f"pkg:pypi/{name}@{version}"
    parts = [_component(pin) for pin in pins(lock)]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, own + lock)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": name,
                "version": version,
                "purl": own,
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": parts,
        "dependencies": [{"ref": own, "dependsOn": [part["bom-ref"] for part in parts]}],
    }


def _component(pin: Pin) -> dict[str, Any]:
    purl = f"pkg:pypi/{pin.name}@{pin.version}"
    part: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": pin.name,
        "version": pin.version,
        "purl": purl,
        "hashes": [{"alg": "SHA-256", "content": archive} for archive in pin.hashes],
    }
    if pin.marker is not None:
        part["properties"] = [{"name": "jobctl:needed-where", "value": pin.marker}]
    return part


if __name__ == "__main__":
    facts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock_text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    sys.stdout.write(json.dumps(sbom(lock_text, facts), indent=2) + "\n")
