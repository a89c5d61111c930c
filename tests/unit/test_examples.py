"""What users are shown to copy is right: the example catalog, and each catalog in the documentation."""

import re
import sys
from pathlib import Path

import pytest

from jobctl.catalog.load import load
from jobctl.model.job import Catalog

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "jobs.example.yaml"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SNIPPETS = [
    pytest.param(snippet, id=f"{page.relative_to(ROOT)}-{number}")
    for page in PAGES
    for number, snippet in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL))
    if re.search(r"^jobs:", snippet, re.MULTILINE)
]
ANYBODY = 1000


def example() -> Catalog:
    loaded = load([EXAMPLE], "UTC", ANYBODY)
    assert list(map(str, loaded.problems)) == []
    assert loaded.catalog is not None
    return loaded.catalog


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_a_catalog_in_the_documentation_has_no_problems(snippet: str, tmp_path: Path) -> None:
    catalog = tmp_path / "jobs.yaml"
    catalog.write_text(snippet, encoding="utf-8")
    assert list(map(str, load([catalog], "UTC", ANYBODY).problems)) == []


def test_the_callables_of_the_example_catalog_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    for job in example().jobs.values():
        if job.call is None:
            continue
        module, _, function = job.call.partition(":")
        monkeypatch.setattr(sys, "path", [*job.path, *sys.path])
        assert callable(getattr(__import__(module), function)), job.name


def test_the_example_catalog_names_the_schema_in_its_first_line() -> None:
    first = EXAMPLE.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=./jobs.schema.json"
