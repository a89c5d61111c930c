"""A test of the tests: for each promise there is one that fails when it is broken."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants.breaking import MUTANTS, Edit, Mutant

ROOT = Path(__file__).parents[2]
# What is compiled comes along: only what is broken has to be compiled anew.
NOT_COPIED = shutil.ignore_patterns("mutants")
# Seconds: many a broken promise shows in something that is waited for in vain.
PATIENCE = "10"


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name.replace(" ", "-") for mutant in MUTANTS])
def test_what_is_to_be_broken_is_there(mutant: Mutant) -> None:
    texts = {edit: (ROOT / "jobctl" / edit.file).read_text(encoding="utf-8") for edit in mutant.edits}
    assert [edit.file for edit, text in texts.items() if broken(text, edit) == text] == []


@pytest.mark.long
@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name.replace(" ", "-") for mutant in MUTANTS])
def test_a_broken_promise_is_noticed(tmp_path: Path, mutant: Mutant) -> None:
    copy = broken_copy(tmp_path, mutant)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "", mutant.test],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "JOBCTL_TEST_PATIENCE": PATIENCE},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert f"FAILED {mutant.test}" in done.stdout, done.stdout + done.stderr


def broken_copy(folder: Path, mutant: Mutant) -> Path:
    """The program and its tests, with the promise broken."""
    for part in ("jobctl", "tests"):
        shutil.copytree(ROOT / part, folder / part, ignore=NOT_COPIED)
    shutil.copy(ROOT / "pyproject.toml", folder)
    for edit in mutant.edits:
        path = folder / "jobctl" / edit.file
        path.write_text(broken(path.read_text(encoding="utf-8"), edit), encoding="utf-8")
    return folder


def broken(text: str, edit: Edit) -> str:
    """The text of a file with the edit made."""
    assert text.count(edit.old) == 1, f"{edit.file} no longer holds {edit.old!r} once"
    return text.replace(edit.old, edit.new)
