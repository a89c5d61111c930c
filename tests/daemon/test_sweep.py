"""The daemon's store fails, or the daemon is killed, at each call of its life in turn."""

import os
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobctl import Client
from jobctl.actions.apply import apply
from jobctl.actions.plan import preview, want
from jobctl.daemon.settings import Settings
from jobctl.daemon.signals import Signals
from jobctl.daemon.start import serve
from jobctl.execute.state_folder import StateFolder
from jobctl.model.instant import iso
from jobctl.store.opening import open_store
from tests.daemon.programs.stumbling_daemon import UNREACHED
from tests.kit.until import PATIENCE

pytestmark = pytest.mark.long
ROOT = Path(__file__).parents[2]
JOBS = Path(__file__).parents[1] / "kit" / "jobs"
LONGEST_LIFE = 200
AT_A_TIME = 3


def catalog(folder: Path, at: datetime) -> str:
    note = f'echo "$JOBCTL_RUN_ID $JOBCTL_JOB" >> "{folder}/journal"'
    return f"""
defaults: {{path: [{JOBS}], working_dir: "{folder}"}}
jobs:
  good: {{run: '{note}; sleep 0.25'}}
  bad: {{run: '{note}; exit 5', on_failure: 'echo "$JOBCTL_RUN_ID follow" >> "{folder}/journal"'}}
  once: {{run: '{note}', idempotent: false}}
  call: {{call: 'journalling:note', params: {{journal: {{default: "{folder}/journal"}}, number: {{default: call}}}}}}
  timed: {{run: '{note}', at: "{iso(at)}"}}
"""


class Life:
    """One database with some work, and a daemon that stumbles at the Nth call of its store."""

    def __init__(self, folder: Path, nth: int, way: str) -> None:
        folder.mkdir()
        self.folder = folder
        self.db = str(folder / "jobctl.db")
        self._prepare()
        self._daemon = self._live(nth, way)

    def wait(self) -> int:
        """Wait for the end of the daemon: its exit status."""
        return self._daemon.wait(timeout=10 * PATIENCE)

    def runs(self) -> dict[str, tuple[str, int | None]]:
        """How each run has ended, once a healthy daemon has seen to it."""
        store = open_store(self.db)
        folder, settings = StateFolder(Path(f"{self.db}.d")), Settings(slots=4, until_idle=True)
        with Signals() as signals:
            serve(store, folder, settings, os.environ, signals, None)
        store.close()
        with Client(self.db) as client:
            return {run.job: (run.state, run.exit_code) for run in client.runs()}

    def notes(self) -> Counter[str]:
        """How often each job has run."""
        return Counter(line.split()[1] for line in (self.folder / "journal").read_text().splitlines())

    def log(self) -> str:
        """What the daemon that stumbled has said."""
        return (self.folder / "daemon.log").read_text()

    def _prepare(self) -> None:
        """Deployed a while ago: the time of the timed job has come since."""
        path, now = self.folder / "jobs.yaml", datetime.now(UTC)
        path.write_text(catalog(self.folder, now - timedelta(minutes=1)))
        store, deployed_at = open_store(self.db), now - timedelta(hours=1)
        wanted = preview(store, want([path], "UTC", os.geteuid()), prune=False, now=deployed_at)
        apply(store, wanted, "ann", None, deployed_at)
        store.close()
        with Client(self.db) as client:
            client.enqueue_many([{"job": job} for job in ("good", "bad", "once", "call")])

    def _live(self, nth: int, way: str) -> "subprocess.Popen[bytes]":
        program = [sys.executable, "-m", "tests.daemon.programs.stumbling_daemon", self.db, str(nth), way]
        with (self.folder / "daemon.log").open("wb") as log:
            return subprocess.Popen(program, cwd=ROOT, stderr=log)


def lives(tmp_path: Path, way: str) -> Iterator[Life]:
    """A life for each call at which a daemon can stumble; some are lived while others are looked at."""
    ahead: deque[Life] = deque()
    status = 0
    for nth in range(1, LONGEST_LIFE):
        ahead.append(Life(tmp_path / str(nth), nth, way))
        if len(ahead) > AT_A_TIME:
            status = ahead[0].wait()
            yield ahead.popleft()
        if status == UNREACHED:
            break
    assert status == UNREACHED, "the daemon's life has no end"
    for life in ahead:
        life.wait()


RIGHT = {
    "good": ("succeeded", 0),
    "bad": ("failed", 5),
    "once": ("succeeded", 0),
    "call": ("succeeded", None),
    "timed": ("succeeded", 0),
    "bad:on_failure": ("succeeded", 0),
}
ONCE_EACH = {"good": 1, "bad": 1, "once": 1, "call": 1, "timed": 1, "follow": 1}
# A callable dies with its daemon and is called again; a shell job is adopted.
ONCE_OR_TWICE = ONCE_EACH | {"call": 2}


def test_a_store_that_fails_once_at_any_call_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    for life in lives(tmp_path, "once"):
        assert life.runs() == RIGHT, life.log()
        assert life.notes() == ONCE_EACH, life.log()


def test_case_10_a_stop_at_any_call_strands_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    for life in lives(tmp_path, "stopped after"):
        with Client(life.db) as client:
            assert client.runs(state="running") == [], life.log()
        assert life.runs() == RIGHT, life.log()
        assert life.notes() == ONCE_EACH, life.log()


def test_case_21_an_answer_that_is_lost_at_any_call_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    for life in lives(tmp_path, "answer lost"):
        assert life.runs() == RIGHT, life.log()
        assert life.notes() == ONCE_EACH, life.log()


@pytest.mark.parametrize("way", ["for good", "killed after"])
def test_case_01_a_daemon_killed_at_any_call_loses_nothing_and_starts_no_second_copy(tmp_path: Path, way: str) -> None:
    for life in lives(tmp_path, way):
        assert life.runs() == RIGHT, life.log()
        assert life.notes() in (ONCE_EACH, ONCE_OR_TWICE), life.log()
