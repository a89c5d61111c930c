"""Several daemons and many command lines on one database."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from jobctl import Client
from jobctl.decide.lease import LEASE
from jobctl.store.opening import open_store
from jobctl.store.sqlite.driver import sqlite3
from tests.kit.installation import Installation
from tests.kit.until import until


def catalog(here: Installation) -> str:
    return f"""
defaults: {{working_dir: "{here.folder}"}}
jobs:
  note: {{run: 'echo $JOBCTL_RUN_ID >> journal; sleep 0.02'}}
  ticking: {{run: 'true', every: 1s, overlap: allow}}
  gated: {{run: 'echo $JOBCTL_RUN_ID >> journal; while [ ! -e go ]; do sleep 0.02; done; exit 5'}}
"""


def promise(here: Installation, job: str, count: int) -> list[int]:
    with Client(str(here.db)) as client:
        return client.enqueue_many([{"job": job}] * count)


def journal(here: Installation) -> list[int]:
    path = here.folder / "journal"
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def test_case_08_two_daemons_share_the_work_and_run_nothing_twice(here: Installation) -> None:
    here.apply(catalog(here).replace("every: 1s, ", ""))
    ids = promise(here, "note", 200)
    daemons = [here.daemon("--until-idle", "--name", name, "--slots", "4") for name in ("one", "two")]
    assert [daemon.wait(timeout=60) for daemon in daemons] == [0, 0]
    assert Counter(journal(here)) == Counter(ids)
    connection = sqlite3.connect(here.db)
    shares = connection.execute("SELECT count(*) FROM attempts GROUP BY daemon_id").fetchall()
    connection.close()
    assert len(shares) == 2


def test_case_08_two_daemons_fire_each_time_once(here: Installation) -> None:
    here.apply(catalog(here))
    for name in ("one", "two"):
        here.daemon("--name", name)
    until(lambda: len(here.json("runs", "--job", "ticking")) >= 4, "four times have come")
    times = [datetime.fromisoformat(run["scheduled_for"]) for run in here.json("runs", "--job", "ticking")]
    assert {later - earlier for later, earlier in pairwise(times)} == {timedelta(seconds=1)}


def test_case_13_a_daemon_that_was_stopped_past_its_lease_goes_on_with_what_it_had(here: Installation) -> None:
    here.apply(catalog(here).replace("every: 1s, ", ""))
    run_id = here.enqueue("gated")
    sleeper = here.daemon("--name", "sleeper")
    until(lambda: journal(here), "the job has begun")
    os.kill(sleeper.pid, signal.SIGSTOP)
    store = open_store(str(here.db))
    [daemon] = store.daemons()
    store.beat(daemon.daemon_id, "running", datetime.now(UTC) - timedelta(minutes=10))
    store.close()
    here.daemon("--name", "other")
    here.until_state(promise(here, "note", 1)[0], "succeeded")
    os.kill(sleeper.pid, signal.SIGCONT)
    (here.folder / "go").touch()
    run = here.until_state(run_id, "failed")
    assert (run["exit_code"], run["attempt"], journal(here).count(run_id)) == (5, 1, 1)


def test_case_19_fifty_command_lines_at_once_beside_a_busy_daemon_all_succeed(here: Installation) -> None:
    here.apply(catalog(here).replace("every: 1s, ", ""))
    promise(here, "note", 300)
    here.daemon("--slots", "4")
    until(lambda: journal(here), "the daemon is busy")
    command = [sys.executable, "-m", "jobctl", "enqueue", "note", "--json"]
    pipe = subprocess.PIPE
    running = [
        subprocess.Popen(command, cwd=here.folder, env=here.environment, stdout=pipe, stderr=pipe, text=True)
        for _ in range(50)
    ]
    said = [process.communicate(timeout=60) for process in running]
    assert {process.returncode for process in running} == {0}, [err for _, err in said if err]
    assert len({json.loads(out)["id"] for out, _ in said}) == 50
    [daemon] = here.json("status")["daemons"]
    assert datetime.now(UTC) - datetime.fromisoformat(daemon["seen_at"]) < LEASE


def test_case_20_readers_beside_many_commits_leave_the_log_of_the_database_small(here: Installation) -> None:
    here.apply(catalog(here))
    done = threading.Event()

    def read() -> None:
        store = open_store(str(here.db))
        while not done.is_set():
            store.status(datetime.now(UTC))
        store.close()

    reader = threading.Thread(target=read)
    reader.start()
    size = wal_bytes_after(here, 600)
    done.set()
    reader.join()
    assert size < 8_000_000


def test_case_20_a_reader_that_held_the_log_of_the_database_for_long_does_so_no_longer_when_it_leaves(
    here: Installation,
) -> None:
    here.apply(catalog(here))
    reader = sqlite3.connect(here.db, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM runs").fetchall()
    held = wal_bytes_after(here, 400)
    reader.close()
    assert held > 4_000_000
    assert wal_bytes_after(here, 400) < held + 4_000_000


def wal_bytes_after(here: Installation, commits: int) -> int:
    """How large the write-ahead log is after so many commits."""
    with Client(str(here.db)) as client:
        for _ in range(commits):
            client.enqueue("note")
        return here.db.with_name("jobctl.db-wal").stat().st_size


def test_case_18_a_database_that_is_replaced_under_a_daemon_is_not_written_and_used_again_when_it_is_back(
    here: Installation,
) -> None:
    here.apply(catalog(here).replace("every: 1s, ", ""))
    run_id = here.enqueue("gated")
    daemon = here.daemon()
    until(lambda: journal(here), "the job has begun")
    here.until_state(run_id, "running")
    aside = here.db.with_name("aside.db")
    here.db.rename(aside)
    here.db.write_bytes(b"")
    (here.folder / "go").touch()
    until(lambda: "was replaced or removed" in here.log(), "the daemon complains")
    assert here.db.read_bytes() == b""
    aside.rename(here.db)
    run = here.until_state(run_id, "failed")
    assert (run["exit_code"], run["attempt"], daemon.poll()) == (5, 1, None)


def test_case_21_who_does_not_hear_of_his_promise_may_ask_again_with_its_key(here: Installation) -> None:
    here.apply(catalog(here))
    command = [sys.executable, "-m", "jobctl", "enqueue", "note", "--key", "order-7"]
    process = subprocess.Popen(command, cwd=here.folder, env=here.environment, stdout=subprocess.DEVNULL)
    with Client(str(here.db)) as client:
        until(lambda: client.runs(key="order-7"), "the promise is on disk")
        process.kill()
        process.wait()
        first = client.runs(key="order-7")[0].run_id
    assert [here.enqueue("note", "--key", "order-7") for _ in range(2)] == [first, first]
