"""A test of the tests: for each promise there is one that fails when it is broken."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants.breaking import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
# What is compiled comes along: only what is broken has to be compiled anew.
NOT_COPIED = shutil.ignore_patterns("mutants")
# Seconds: many a broken promise shows in something that is waited for in vain.
PATIENCE = "10"


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
    for file, old, new in mutant.edits:
        path = folder / "jobctl" / file
        text = path.read_text()
        assert text.count(old) == 1, f"{file} no longer holds {old!r} once"
        path.write_text(text.replace(old, new))
    return folder
