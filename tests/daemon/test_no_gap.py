"""An end that is seen is written and followed by the next claim at once, never only when the daemon looks again."""

import subprocess
import sys
from contextlib import closing

from jobctl import Client
from jobctl.store.sqlite.driver import sqlite3
from tests.kit.installation import Installation
from tests.kit.until import until

CATALOG = """
jobs:
  nothing: {call: 'work:nothing', path: ['.']}
"""
# A daemon that looks again after an hour only: what waits for that is waited for in vain.
PATIENT = """
import runpy
from datetime import timedelta
from jobctl.daemon import intervals as waits
waits.POLL = timedelta(hours=1)
runpy.run_module("jobctl", run_name="__main__", alter_sys=True)
"""
ROUNDS = 16


def test_of_callables_that_wait_none_begins_only_at_the_next_poll(here: Installation) -> None:
    (here.folder / "work.py").write_text("def nothing():\n    return None\n")
    here.apply(CATALOG)
    daemon = subprocess.Popen(
        [sys.executable, "-c", PATIENT, "daemon", "--slots", "2"], cwd=here.folder, env=here.environment
    )
    try:
        with Client(str(here.db)) as client:
            for number in range(ROUNDS):
                client.enqueue_many([{"job": "nothing"}] * 12)
                until(lambda: open_runs(here) == 0, f"the runs of round {number} have ended")
    finally:
        daemon.terminate()
        daemon.wait(60)


def open_runs(here: Installation) -> int:
    with closing(sqlite3.connect(here.db)) as connection:
        count: int = connection.execute("SELECT count(*) FROM runs WHERE finished_at IS NULL").fetchone()[0]
        return count
