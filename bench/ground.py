"""A jobctl of its own for one measurement: a folder, a catalog, a database, real processes."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from bench.leaving import started
from jobctl.client import Client
from jobctl.store.sqlite.driver import sqlite3

JOBCTL = (sys.executable, "-m", "jobctl")
CODE = """
import time

def nothing():
    return None

def talk():
    print("a line of output")
    return 42

def doze(seconds):
    time.sleep(seconds)

def stamp(path):
    with open(path, "a") as file:
        file.write(f"{time.time()!r}\\n")
"""

CATALOG = """
limits: {gate: 1}
jobs:
  nothing: {call: work:nothing}
  talk: {call: work:talk}
  stamp: {call: work:stamp, params: {path: {type: string}}}
  gated: {call: work:doze, params: {seconds: {type: number}}, uses: gate}
  direct: {run: [/bin/true]}
  shell: {run: "true"}
"""


class Ground:
    """Runs `jobctl` in `folder`."""

    def __init__(self, folder: Path, options: str = "") -> None:
        self.folder = folder
        self.db = folder / "jobctl.db"
        self.url = f"sqlite://{self.db}{options}"
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "JOBCTL_DB": self.url, "TZ": "UTC"}
        if "PYTHONPATH" in os.environ:
            self.environment["PYTHONPATH"] = os.environ["PYTHONPATH"]

    def apply(self, catalog: str = CATALOG) -> None:
        """Deploy a catalog, with the code of its callables beside it."""
        (self.folder / "work.py").write_text(CODE)
        (self.folder / "jobs.yaml").write_text(catalog)
        self.jobctl("apply")

    def jobctl(self, *args: str) -> str:
        """Run one command to its end."""
        command = [*JOBCTL, *args]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def client(self) -> Client:
        """A client of the database."""
        return Client(self.url)

    def fill(self, job: str, runs: int) -> None:
        """Enqueue runs of a job."""
        with self.client() as client:
            for start in range(0, runs, 1000):
                client.enqueue_many([{"job": job}] * min(1000, runs - start))

    @contextmanager
    def daemon(self, *args: str) -> Iterator["subprocess.Popen[bytes]"]:
        """A daemon in the background."""
        command = [*JOBCTL, "daemon", *args]
        options = {"cwd": self.folder, "env": self.environment}
        with (
            (self.folder / "daemon.log").open("ab") as log,
            started(command, **options, stdout=log, stderr=log) as (process,),
        ):
            yield process

    def drain(self, *args: str) -> float:
        """Have a daemon execute everything that waits; runs a second, from the first claim to the last end."""
        first = self.value("SELECT min(run_id) FROM runs WHERE state = 'waiting'")
        with self.daemon("--until-idle", *args) as process:
            process.wait(600)
        runs, start, end = self.row(
            "SELECT count(*), min(claimed_at), max(finished_at) FROM attempts WHERE run_id >= ?", first
        )
        return float(1000 * runs / max(end - start, 1))

    def row(self, sql: str, *values: object) -> tuple[Any, ...]:
        """One row of the database."""
        with closing(sqlite3.connect(self.db)) as connection:
            found: tuple[Any, ...] = connection.execute(sql, values).fetchone()
            return found

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the database."""
        with closing(sqlite3.connect(self.db)) as connection:
            return connection.execute(sql, values).fetchall()

    def value(self, sql: str, *values: object) -> int:
        """One value of the database."""
        return int(self.row(sql, *values)[0])


@contextmanager
def ground(catalog: str | None = CATALOG, options: str = "") -> Iterator[Ground]:
    """A ground that is gone afterwards; `options` end the URL of its database."""
    folder = Path(tempfile.mkdtemp(prefix="jobctl-bench-"))
    try:
        made = Ground(folder, options)
        if catalog is not None:
            made.apply(catalog)
        yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def rate(count: int, work: Callable[[], object]) -> float:
    """How many a second: `work` does all of them."""
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def quantile(values: list[float], share: float) -> float:
    """The value below which `share` of them are."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
