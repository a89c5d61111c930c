"""The command line in this process: quick, with a real database."""

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from jobctl.cli.main import run


class Said(NamedTuple):
    """What one command wrote, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The data on stdout."""
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        """The error object on stderr."""
        return json.loads(self.err.splitlines()[-1])["error"]


class Prompt:
    """Runs `jobctl` in `folder`, with a database of its own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.db = folder / "jobctl.db"
        self._monkeypatch = monkeypatch
        monkeypatch.chdir(folder)
        monkeypatch.setenv("JOBCTL_DB", str(self.db))
        monkeypatch.setenv("COLUMNS", "100")
        for name in ("JOBCTL_CATALOG", "JOBCTL_CORRELATION_ID", "JOBCTL_PROGRESS_FD", "SUDO_USER", "FORCE_COLOR"):
            monkeypatch.delenv(name, raising=False)

    def __call__(self, *args: str, stdin: str | bytes = b"") -> Said:
        """Run one command line."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        out, err = io.BytesIO(), io.BytesIO()
        with self._streams(data, out, err):
            status = run(list(args))
        return Said(status, out.getvalue().decode(), err.getvalue().decode())

    def ok(self, *args: str, stdin: str | bytes = b"") -> Said:
        """Run one that must succeed."""
        said = self(*args, stdin=stdin)
        assert said.status == 0, f"jobctl {' '.join(args)}: exit {said.status}\n{said.out}\n{said.err}"
        return said

    def apply(self, catalog: str, name: str = "jobs.yaml") -> None:
        """Deploy a catalog given as text."""
        (self.folder / name).write_text(catalog)
        self.ok("apply", name)

    def enqueue(self, *args: str) -> int:
        """Enqueue a run; its id."""
        return int(self.ok("enqueue", *args).out)

    def run(self, run_id: int) -> Any:
        """One run."""
        return self.ok("show", str(run_id), "--json").json

    @contextmanager
    def _streams(self, stdin: bytes, out: io.BytesIO, err: io.BytesIO) -> Iterator[None]:
        with self._monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
            # As Python opens them: talk about what is no text is escaped.
            writers = {
                "stdout": io.TextIOWrapper(out, encoding="utf-8"),
                "stderr": io.TextIOWrapper(err, encoding="utf-8", errors="backslashreplace"),
            }
            for name, writer in writers.items():
                patch.setattr(sys, name, writer)
            yield
            for writer in writers.values():
                writer.detach()
