"""Rules of the house that no linter knows."""

from pathlib import Path

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
