"""The program as it was before a commit, from the history of this repository."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def before(added: str, folder: Path) -> Path:
    """The package as it was before the file `added` came into it, unpacked in `folder`, for PYTHONPATH."""
    commit = _git("log", "--diff-filter=A", "--format=%H", "--", added).decode().split()[-1]
    archive = _git("archive", "--format=tar", f"{commit}^", "jobctl")
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive, check=True)
    return folder


def _git(*args: str) -> bytes:
    return subprocess.run(["git", *args], cwd=ROOT, capture_output=True, check=True).stdout
