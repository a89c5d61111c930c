"""The documentation holds every verb and every key, and its links lead somewhere."""

import re
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from pydantic import BaseModel

from jobctl.catalog import models
from jobctl.catalog.keys import ALIASES
from jobctl.cli.registry import load
from jobctl.cli.verbs import VERBS
from jobctl.decide.runs.states import diagram

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
CLI = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
CATALOG = (ROOT / "docs/reference/catalog.md").read_text(encoding="utf-8")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def every_key() -> Iterator[str]:
    """The keys of all mappings that a catalog may hold, and their other names."""
    for model in vars(models).values():
        if isinstance(model, type) and issubclass(model, BaseModel):
            yield from model.model_fields
    yield from ALIASES


def options_of(verb: str) -> set[str]:
    """The long options that a verb knows, less those that many share."""
    command = load(verb)
    commands = [command, *getattr(command, "commands", {}).values()]
    params = [param for each in commands for param in each.params]
    known = {option for param in params for option in param.opts if option.startswith("--")}
    return known - {"--db", "--json", "--help"}


def section(verb: str) -> str:
    """What the reference says about a verb."""
    return CLI.partition(f"\n## {verb}\n")[2].partition("\n## ")[0]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are made from their text."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(page: Path) -> Iterator[str]:
    """The relative links of a page that lead to no file, or to no heading in it."""
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_has_its_section_in_the_reference(verb: str) -> None:
    assert f"\n## {verb}\n" in CLI


def test_the_reference_has_no_section_of_a_verb_that_does_not_exist() -> None:
    sections = set(re.findall(r"^## ([a-z]+)$", CLI, re.MULTILINE))
    assert sections == set(VERBS)


def test_a_verb_has_one_section_in_the_reference() -> None:
    sections = re.findall(r"^## (.+)$", CLI, re.MULTILINE)
    assert sorted(sections) == sorted(set(sections))


@pytest.mark.parametrize("verb", VERBS)
def test_the_reference_names_the_options_that_a_verb_has_and_no_others(verb: str) -> None:
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", section(verb))) - {"--db", "--json", "--help"}
    assert named == options_of(verb)


@pytest.mark.parametrize("verb", VERBS)
def test_the_reference_tells_the_json_of_a_verb_that_prints_it(verb: str) -> None:
    known = {option for param in load(verb).params for option in param.opts}
    assert ("`--json`" in section(verb)) == ("--json" in known)


@pytest.mark.parametrize("key", sorted(set(every_key())))
def test_a_key_of_the_catalog_is_in_the_reference(key: str) -> None:
    assert f"`{key}`" in CATALOG or f"`{key}:" in CATALOG


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    assert list(dead_links(page)) == []


def test_a_decision_is_in_the_list_of_decisions() -> None:
    listed = (ROOT / "docs/adr/README.md").read_text(encoding="utf-8")
    decisions = (ROOT / "docs/adr").glob("0*.md")
    assert [page.name for page in decisions if f"({page.name})" not in listed] == []


def test_the_generated_pages_are_what_the_code_says() -> None:
    spec = spec_from_file_location("generate", ROOT / "docs/generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert {path: path.read_text(encoding="utf-8") for path in generate.pages()} == generate.pages()


def test_the_picture_of_the_states_is_the_table_of_the_code() -> None:
    assert diagram() in (ROOT / "docs/state-machine.md").read_text(encoding="utf-8")
