"""Catalogs written to a folder of their own and read as `jobs.yaml`."""

import os
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from jobctl.catalog.load import Loaded, load
from jobctl.model.job import Job


class Folder:
    """The folder that a test's catalogs are in, which is the current one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, text: str) -> Path:
        """Write a file; its text may be indented as a whole."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).removeprefix("\n"))
        return Path(name)

    def load(self, *names: str, zone: str = "UTC") -> Loaded:
        """Read catalogs by name."""
        return load([Path(name) for name in names or ("jobs.yaml",)], zone, os.geteuid())

    def read(self, text: str, zone: str = "UTC") -> Loaded:
        """Write `jobs.yaml` and read it."""
        self.write("jobs.yaml", text)
        return self.load(zone=zone)

    def problems(self, text: str) -> list[str]:
        """What is said about a `jobs.yaml`."""
        return [str(problem) for problem in self.read(text).problems]

    def job(self, text: str, zone: str = "UTC") -> Job:
        """The only job of a valid `jobs.yaml`."""
        loaded = self.read(text, zone)
        assert loaded.catalog is not None, [str(problem) for problem in loaded.problems]
        (job,) = loaded.catalog.jobs.values()
        return job


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """An empty folder for catalogs."""
    monkeypatch.chdir(tmp_path)
    return Folder(tmp_path)


Keys = Callable[[str], Job]


@pytest.fixture
def job_with(folder: Folder) -> Keys:
    """The job `a` that runs `true`, with more keys as typed (one a line)."""

    def read(keys: str) -> Job:
        body = textwrap.indent(textwrap.dedent(keys).strip("\n"), "    ")
        return folder.job(f"jobs:\n  a:\n    run: 'true'\n{body}\n")

    return read
