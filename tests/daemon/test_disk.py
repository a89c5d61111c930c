"""Real trouble with a real disk under a live daemon."""

import os
import resource
import selectors
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobctl import Client
from jobctl.execute.holder import record as records
from jobctl.execute.holder.client import Holder
from jobctl.execute.holder.leftovers import recover
from jobctl.execute.holder.messages import Spawn
from jobctl.store.sqlite.driver import sqlite3
from tests.kit.installation import Installation
from tests.kit.shell_jobs import holder_pid, lives
from tests.kit.small_disk import SmallDisk
from tests.kit.until import until

JOBS = Path(__file__).parents[1] / "kit" / "jobs"


def catalog(folder: Path) -> str:
    gate = f'while [ ! -e "{folder}/go" ]; do sleep 0.02; done'
    return f"""
defaults: {{path: [{JOBS}], working_dir: "{folder}"}}
jobs:
  gated: {{run: '{gate}; exit 5'}}
  talker: {{run: '{gate}; head -c 1000000 /dev/zero; touch done; exit 5'}}
  quick: {{run: 'true'}}
  call: {{call: 'plain:nothing'}}
  talks: {{run: 'head -c 20000 /dev/zero', keep: {{succeeded: 1ms}}}}
  silent: {{run: 'true', keep: {{succeeded: 1ms}}}}
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with SmallDisk(tmp_path / "disk", "size=4m,nr_inodes=400") as disk:
        yield disk


@pytest.fixture
def here(tmp_path: Path, disk: SmallDisk) -> Iterator[Installation]:
    """An installation whose database is on the small disk."""
    installation = Installation(tmp_path)
    installation.db = disk.folder / "jobctl.db"
    installation.environment["JOBCTL_DB"] = str(installation.db)
    installation.apply(catalog(tmp_path))
    yield installation
    installation.close()


def fill(here: Installation, disk: SmallDisk) -> None:
    """Fill the disk, and use up what the database has in reserve."""
    disk.fill()
    for _ in range(50):
        if here.jobctl("enqueue", "quick", "--in", "1d", check=False).returncode:
            return
    raise AssertionError("a full disk takes anything")


def gated(here: Installation, job: str) -> tuple[int, int]:
    """A run that is under way until `go`, and the pid of its daemon."""
    run_id = here.enqueue(job)
    daemon = here.daemon()
    here.until_state(run_id, "running")
    return run_id, daemon.pid


def _pid_in_journal(folder: Path, key: str) -> int | None:
    record = records.read(folder)
    birth = None if record is None else record.open.get(key)
    return None if birth is None else birth.pid


def check(here: Installation) -> None:
    connection = sqlite3.connect(here.db)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def test_case_15_enqueueing_on_a_full_disk_is_refused_and_promises_nothing(here: Installation, disk: SmallDisk) -> None:
    fill(here, disk)
    said = here.jobctl("enqueue", "quick", check=False)
    assert (said.returncode, said.stdout) == (5, "")
    assert said.stderr.startswith("error: the disk is full\nhint: nothing was written; free some space")
    disk.free()
    promised = here.enqueue("quick")
    assert here.json("runs", "--limit", "1")[0]["id"] == promised
    check(here)


def test_case_15_an_end_that_finds_the_disk_full_is_settled_once_there_is_space(
    here: Installation, disk: SmallDisk
) -> None:
    run_id, _ = gated(here, "gated")
    fill(here, disk)
    (here.folder / "go").touch()
    until(lambda: "the disk is full" in here.log(), "the daemon complains")
    disk.free()
    run = here.until_state(run_id, "failed")
    assert (run["exit_code"], run["attempt"]) == (5, 1)
    check(here)


def test_case_15_a_job_whose_log_finds_the_disk_full_keeps_its_real_exit(here: Installation, disk: SmallDisk) -> None:
    run_id, _ = gated(here, "talker")
    disk.fill()
    (here.folder / "go").touch()
    until((here.folder / "done").exists, "the job has written what it could")
    disk.free()
    run = here.until_state(run_id, "failed")
    assert (run["exit_code"], run["attempt"]) == (5, 1)
    check(here)


def test_case_15_a_holder_on_a_full_disk_waits_with_the_record_of_an_end(here: Installation, disk: SmallDisk) -> None:
    key = f"run:{'x' * 5000}"
    gate = f'while [ ! -e "{here.folder}/go" ]; do sleep 0.02; done; exit 5'
    with selectors.DefaultSelector() as selector:
        holder = Holder.start(disk.folder / "holders", "a", sys.executable, selector)
        pid = holder_pid(holder.folder)
        holder.spawn(Spawn(key, ("sh", "-c", gate), {"PATH": os.environ["PATH"]}, "/"))
        holder.close()
    child = until(lambda: _pid_in_journal(holder.folder, key), "the child has started")
    disk.fill()
    (here.folder / "go").touch()
    until(lambda: not Path(f"/proc/{child}").exists(), "the holder has seen the end")
    assert lives(pid)
    disk.free()
    until(lambda: not lives(pid), "the holder has gone")
    assert [getattr(event, "exit_code", None) for event in recover(holder.folder).ends] == [5]


def test_case_16_without_free_inodes_no_run_is_lost(here: Installation, disk: SmallDisk) -> None:
    here.daemon()
    until(lambda: "daemon started" in here.log(), "the daemon is up")
    disk.fill_inodes()
    runs = [here.enqueue(job) for job in ("quick", "call", "quick")]
    for run_id in runs:
        here.until_state(run_id, "succeeded", "failed")
    disk.free_inodes()
    here.until_state(here.enqueue("call"), "succeeded")


def test_case_16_a_daemon_without_free_descriptors_goes_on_when_it_has_some(here: Installation) -> None:
    daemon = here.daemon("--slots", "8")
    until(lambda: "daemon started" in here.log(), "the daemon is up")
    soft, hard = resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE)
    in_use = len(list(Path(f"/proc/{daemon.pid}/fd").iterdir()))
    resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (in_use + 1, hard))
    starved = [here.enqueue("call") for _ in range(3)]
    until(lambda: all(here.run(run_id)["attempt"] for run_id in starved), "the daemon has tried")
    resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (soft, hard))
    here.until_state(here.enqueue("call"), "succeeded")
    assert daemon.poll() is None
    for run_id in starved:
        here.until_state(run_id, "succeeded", "failed")


@pytest.mark.parametrize("verb", [("enqueue", "quick"), ("daemon",), ("apply",)])
def test_case_17_a_read_only_disk_is_named(here: Installation, disk: SmallDisk, verb: tuple[str, ...]) -> None:
    with disk.read_only():
        said = here.jobctl(*verb, check=False)
    assert (said.returncode, said.stdout) == (5, "")
    assert said.stderr.startswith(f"error: the database `{here.db}` is read-only\nhint: ")


def test_trouble_that_lasts_is_told_at_a_bounded_rate(here: Installation, disk: SmallDisk) -> None:
    gated(here, "gated")
    fill(here, disk)
    (here.folder / "go").touch()
    until(lambda: "the disk is full" in here.log(), "the daemon complains")
    begun = here.log().count("daemon")
    until(lambda: here.jobctl("status", "--json", check=False).returncode == 0, "reading still works")
    assert here.log().count("the disk is full") <= 2
    assert here.log().count("daemon") <= begun + 2
    disk.free()


def test_case_15_a_checkpoint_that_finds_the_disk_full_loses_nothing(here: Installation, disk: SmallDisk) -> None:
    reader = sqlite3.connect(here.db, isolation_level=None)
    with Client(str(here.db)) as client:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM runs").fetchall()
        promised = client.enqueue_many([{"job": "quick", "correlation_id": "x" * 200}] * 2000)
        disk.fill()
        reader.close()
    in_the_file = here.db.stat().st_size
    assert here.db.with_name("jobctl.db-wal").stat().st_size > in_the_file
    disk.free()
    with Client(str(here.db)) as client:
        assert {run.run_id for run in client.runs(limit=3000)} == set(promised)
    check(here)


def finished(here: Installation, job: str, count: int) -> None:
    """Runs beyond their keep, which no daemon has pruned yet, and no daemon any more."""
    for _ in range(count):
        here.enqueue(job)
    here.drain()
    assert here.json("prune", "--dry-run")["runs"] == count


def logs(here: Installation) -> list[Path]:
    return list(here.db.with_name("jobctl.db.d").glob("logs/*/*.log"))


def test_case_15_pruning_makes_room_on_a_full_disk(here: Installation, disk: SmallDisk) -> None:
    finished(here, "talks", 12)
    disk.fill()
    assert here.jobctl("enqueue", "quick", check=False).returncode == 5
    assert here.jobctl("prune").stdout == "12 runs deleted, with logs\n"
    assert logs(here) == []
    here.enqueue("quick")
    check(here)


def test_case_15_pruning_makes_room_beside_a_daemon_that_finds_the_disk_full(
    here: Installation, disk: SmallDisk
) -> None:
    run_id, _ = gated(here, "gated")
    for silent in [here.enqueue("silent") for _ in range(12)]:
        here.until_state(silent, "succeeded")
    fill(here, disk)
    (here.folder / "go").touch()
    until(lambda: "the disk is full" in here.log(), "the daemon complains")
    assert here.jobctl("prune").stdout == "12 runs deleted, with logs\n"
    here.until_state(run_id, "failed")
    check(here)


def test_case_15_a_daemon_prunes_when_the_disk_is_full(here: Installation, disk: SmallDisk) -> None:
    here.daemon()
    runs = [here.enqueue("talks") for _ in range(12)]
    for run_id in runs:
        here.until_state(run_id, "succeeded")
    fill(here, disk)
    until(lambda: not logs(here), "the logs make room")
    here.until_state(here.enqueue("quick"), "succeeded")
    check(here)


def test_case_15_where_pruning_finds_no_room_it_says_what_to_do(here: Installation, disk: SmallDisk) -> None:
    finished(here, "silent", 3)
    (here.db.with_name("jobctl.db.d") / "spare").unlink()
    disk.fill()
    said = here.jobctl("prune", check=False)
    assert (said.returncode, said.stdout) == (5, "")
    assert said.stderr.startswith(
        "error: the disk is full, and deleting a run has to be written as well\nhint: free 1 MiB"
    )
    disk.free()
    assert here.jobctl("prune").stdout == "3 runs deleted, with logs\n"


def test_on_a_full_disk_without_a_daemon_all_that_reads_answers(here: Installation, disk: SmallDisk) -> None:
    run_id = here.enqueue("talker")
    here.jobctl("cancel", str(run_id))
    disk.fill()
    assert not Path(f"{here.db}-shm").exists()
    for verb in ("runs", "status", "jobs", f"show {run_id}", f"explain {run_id}", "doctor --quick"):
        answer = here.jobctl(*verb.split(), check=False)
        assert "the disk is full" not in answer.stderr, verb
    assert here.jobctl("enqueue", "quick", check=False).returncode == 5
    disk.free()
    assert here.enqueue("quick") == run_id + 1
