"""A jobctl of its own for one test: real processes, a database and a catalog in one folder."""

import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import jobctl
from jobctl.store.sqlite.driver import sqlite3
from tests.kit.until import PATIENCE, until


class Installation:
    """Runs `jobctl` with its own database in `folder`, and daemons that end with the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.db = folder / "jobctl.db"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "JOBCTL_DB": str(self.db),
            "JOBCTL_RUNTIME_DIR": str(folder / "locks"),
            # The jobctl that the tests import, also when another one is installed.
            "PYTHONPATH": str(Path(jobctl.__file__).parents[1]),
        }
        self._daemons: list[subprocess.Popen[bytes]] = []

    def jobctl(self, *args: str, check: bool = True, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "jobctl", *args],
            cwd=self.folder,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE,
            check=False,
        )
        if check and done.returncode != 0:
            raise AssertionError(f"jobctl {' '.join(args)}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def json(self, *args: str, check: bool = True) -> Any:
        """What a command answers with `--json`."""
        return json.loads(self.jobctl(*args, "--json", check=check).stdout)

    def apply(self, catalog: str) -> None:
        """Deploy a catalog given as text."""
        (self.folder / "jobs.yaml").write_text(catalog)
        self.jobctl("apply")

    def enqueue(self, *args: str) -> int:
        """Enqueue a run; its id."""
        return int(self.jobctl("enqueue", *args).stdout)

    def run(self, run_id: int) -> Any:
        """One run, with attempts and events."""
        return self.json("show", str(run_id))

    def daemon(self, *args: str) -> subprocess.Popen[bytes]:
        """Start a daemon in the background; its log is `daemon.log`."""
        log = (self.folder / "daemon.log").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", "jobctl", "daemon", *args],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        log.close()
        self._daemons.append(process)
        if self.environment.get("JOBCTL_DB") == str(self.db) and not {"--db", "--dry-run"} & {*args}:
            until(lambda: self.db.exists() or process.poll() is not None, "the database is there")
        return process

    def drain(self, *args: str) -> None:
        """Run a daemon until nothing is left to do."""
        process = self.daemon("--until-idle", *args)
        assert process.wait(timeout=10 * PATIENCE) == 0, self.log()

    def log(self) -> str:
        """What daemons have said."""
        return (self.folder / "daemon.log").read_text()

    def until_state(self, run_id: int, *states: str) -> Any:
        """Wait until a run is in one of `states`; the run."""
        what = f"run {run_id} is {' or '.join(states)}"

        def look() -> Any:
            return self.may_be(run_id, *states) and (run := self.run(run_id))["state"] in states and run

        return until(look, what)

    def may_be(self, run_id: int, *states: str) -> bool:
        """Whether it is worth asking for a run: a command costs a hundred times this look at its row."""
        try:
            with closing(sqlite3.connect(f"file:{self.db}?mode=ro", uri=True)) as connection:
                row = connection.execute("SELECT state FROM runs WHERE run_id = ?", (run_id,)).fetchone()
        except sqlite3.Error:
            return True
        return row is None or row[0] in states

    def close(self) -> None:
        """End every daemon, the hard way if need be."""
        for process in self._daemons:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(timeout=PATIENCE)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
