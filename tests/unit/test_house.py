"""Rules of the house that no linter knows."""

import re
from collections import Counter
from pathlib import Path
from statistics import median

import pytest

import jobctl

MODULES = sorted(Path(jobctl.__file__).parent.rglob("*.py"))
EMPTY_NAMES = {"utils", "common", "helpers", "base", "manager", "handler", "service"}


@pytest.mark.parametrize("name", sorted(EMPTY_NAMES))
def test_no_module_has_a_name_that_says_nothing(name: str) -> None:
    assert [str(module) for module in MODULES if module.stem == name or module.parent.name == name] == []


def test_every_module_says_first_what_it_is_for() -> None:
    silent = [str(m) for m in MODULES if (text := m.read_text(encoding="utf-8")) and not text.startswith('"""')]
    assert silent == []


def test_modules_can_be_read_in_one_sitting() -> None:
    lines = {module: module.read_text(encoding="utf-8").count("\n") for module in MODULES}
    assert [str(module) for module, count in lines.items() if count > 450] == []
    assert median(count for count in lines.values() if count) < 100


def test_a_folder_with_many_modules_has_rooms() -> None:
    sizes = Counter(module.parent for module in MODULES if module.stem != "__init__")
    assert [str(folder) for folder, count in sizes.items() if count > 25] == []


@pytest.mark.parametrize(
    ("what", "where"),
    [
        (r"(?<!class )\bSettlement\(", "jobctl/decide/runs/settle.py"),
        (r"typer\._click|import _click", "jobctl/cli/click.py"),
        (r"\bnext_retry_at\(|\bretries\(", "jobctl/decide/runs/settle.py jobctl/decide/runs/retry.py"),
    ],
)
def test_what_has_one_place_is_nowhere_else(what: str, where: str) -> None:
    root = Path(jobctl.__file__).parents[1]
    found = {str(module.relative_to(root)) for module in MODULES if re.search(what, module.read_text(encoding="utf-8"))}
    assert found == set(where.split())


def test_every_folder_on_the_way_to_a_module_is_a_package() -> None:
    """Import-linter does not see what is below one that is not."""
    root = Path(jobctl.__file__).parents[1]
    folders = {folder for module in MODULES for folder in module.relative_to(root).parents if folder.name}
    assert [str(folder) for folder in sorted(folders) if not (root / folder / "__init__.py").exists()] == []
