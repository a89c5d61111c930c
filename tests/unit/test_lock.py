"""The lock file holds all that `pyproject.toml` asks for, and the bill of materials all that the lock file holds."""

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _sbom_program() -> Any:
    spec = importlib.util.spec_from_file_location("sbom", ROOT / "deploy" / "sbom.py")
    assert spec is not None
    assert spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    return program


PINS = {pin.name: pin for pin in _sbom_program().pins(LOCK)}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def fits(version: str, bound: str) -> bool:
    """Whether a version keeps one bound like `>=0.28` or `<0.29`."""
    sign, limit = re.fullmatch(r"([<>]=?|==)\s*([0-9.]+)", bound).groups()  # type: ignore[union-attr]
    ours, theirs = ([int(part) for part in text.split(".") if part.isdigit()] for text in (version, limit))
    length = max(len(ours), len(theirs))
    ours, theirs = ours + [0] * (length - len(ours)), theirs + [0] * (length - len(theirs))
    return {"<": ours < theirs, "<=": ours <= theirs, ">": ours > theirs, ">=": ours >= theirs, "==": ours == theirs}[
        sign
    ]


def test_every_dependency_is_locked_within_its_bounds() -> None:
    for wanted in PROJECT["dependencies"]:
        name, bounds = re.match(r"([A-Za-z0-9._-]+)\s*([^;]*)", wanted).groups()  # type: ignore[union-attr]
        pin = PINS[plain(name)]
        assert all(fits(pin.version, bound.strip()) for bound in bounds.split(",") if bound.strip()), wanted


def test_what_a_locked_package_needs_is_locked_too() -> None:
    for name in PINS:
        if importlib.util.find_spec(name.replace("-", "_")) is None:
            continue
        for wanted in requires(name) or ():
            need, _, marker = wanted.partition(";")
            if not marker.strip():
                assert plain(re.match(r"[A-Za-z0-9._-]+", need)[0]) in PINS, wanted  # type: ignore[index]


def test_every_package_has_hashes_and_no_registry_is_named() -> None:
    assert [pin.name for pin in PINS.values() if not pin.hashes] == []
    assert "://" not in LOCK
    assert "--index" not in LOCK


def test_the_bill_of_materials_names_each_package_once_and_is_always_the_same() -> None:
    program = [sys.executable, str(ROOT / "deploy" / "sbom.py")]
    first, second = (subprocess.run(program, capture_output=True, check=True).stdout for _ in range(2))
    assert first == second
    bill = json.loads(first)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    assert {part["purl"] for part in bill["components"]} == {f"pkg:pypi/{p.name}@{p.version}" for p in PINS.values()}
    assert len(bill["components"]) == len(PINS)
