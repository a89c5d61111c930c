"""Workers, jobs and daemons that are killed: what a loss is, and that it has an end."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jobctl.decide.runs.settle import settle
from jobctl.execute.host.identity import identify
from jobctl.model.outcome import Lost
from jobctl.store.opening import open_store
from jobctl.store.sqlite.driver import sqlite3
from jobctl.store.values import Want
from tests.kit.installation import Installation
from tests.kit.memory_group import inside, memory_group
from tests.kit.shell_jobs import lives
from tests.kit.until import until

JOBS = Path(__file__).parents[1] / "kit" / "jobs"


def catalog(folder: Path) -> str:
    return f"""
defaults: {{path: [{JOBS}], working_dir: "{folder}"}}
jobs:
  good: {{run: 'true'}}
  greedy: {{run: [{sys.executable}, {JOBS}/greedy.py, "{{{{ params.megabytes }}}}"], params: {{megabytes: integer}}}}
  greedy_call: {{call: 'greedy:use_memory', params: {{megabytes: integer}}, idempotent: false}}
  felling: {{run: 'kill -9 $PPID; sleep 5'}}
  felling_call: {{call: 'killing:kill_holder'}}
  late: {{run: 'sleep 0.3; kill -9 $PPID; sleep 5'}}
  slow: {{run: 'sleep 1'}}
  slow_call: {{call: 'killing:nap', params: {{seconds: {{type: number, default: 1.0}}}}}}
  sleeper: {{run: 'echo $$ > pid; sleep 300'}}
  suicide: {{call: 'plain:kill_itself', params: {{signal: {{type: integer, default: 9}}}}}}
  careful: {{call: 'plain:kill_itself', params: {{signal: {{type: integer, default: 9}}}}, idempotent: false}}
  assassin: {{call: 'killing:kill_daemon', params: {{path: {{default: "{folder}/daemon.pid"}}}}}}
"""


def outcomes(run: Any) -> list[str]:
    return [attempt["outcome"] for attempt in run["attempts"]]


def test_case_02_a_worker_that_is_killed_is_a_loss_with_its_signal_and_the_daemon_goes_on(here: Installation) -> None:
    here.apply(catalog(here.folder))
    lost, good = here.enqueue("careful"), here.enqueue("good")
    here.drain()
    run = here.run(lost)
    assert (run["state"], run["reason"], run["signal"], outcomes(run)) == ("failed", "lost", "SIGKILL", ["lost"])
    assert here.run(good)["state"] == "succeeded"


@pytest.mark.parametrize("culprit", ["felling", "felling_call", "late"])
@pytest.mark.parametrize("other", ["slow", "slow_call"])
def test_who_takes_others_down_each_time_is_found_out_and_they_end_well(
    here: Installation, culprit: str, other: str
) -> None:
    here.apply(catalog(here.folder))
    guilty, innocent = here.enqueue(culprit), here.enqueue(other)
    here.drain("--slots", "2")
    assert [here.run(run_id)["state"] for run_id in (guilty, innocent)] == ["failed", "succeeded"]
    assert here.run(guilty)["reason"] == "poison"


def test_case_12_a_job_that_kills_its_worker_each_time_is_given_up_after_three_losses(here: Installation) -> None:
    here.apply(catalog(here.folder))
    run_id = here.enqueue("suicide")
    here.drain()
    run = here.run(run_id)
    assert (run["state"], run["reason"], outcomes(run)) == ("failed", "poison", ["lost"] * 3)


def test_case_12_a_job_that_kills_its_daemon_each_time_is_given_up_after_three_losses(here: Installation) -> None:
    here.apply(catalog(here.folder))
    run_id = here.enqueue("assassin")
    deaths = 0
    while (daemon := here.daemon("--until-idle")) and deaths < 10:
        (here.folder / "daemon.pid").write_text(str(daemon.pid))
        if daemon.wait(timeout=60) == 0:
            break
        deaths += 1
    run = here.run(run_id)
    assert (run["state"], run["reason"], deaths) == ("failed", "poison", 3)


def test_case_03_a_job_that_is_killed_as_for_want_of_memory_is_a_failure_that_says_so(here: Installation) -> None:
    here.apply(catalog(here.folder))
    run_id = here.enqueue("sleeper")
    here.daemon("--grace", "0s")
    pid = begun(here)
    os.kill(pid, signal.SIGKILL)
    run = here.until_state(run_id, "failed")
    assert (run["signal"], run["exit_code"], outcomes(run)) == ("SIGKILL", None, ["failed"])
    assert run["error"] in (
        "killed by SIGKILL, not for memory as far as its cgroup tells",
        "killed by SIGKILL, perhaps out of memory",  # where the kernel tells nothing
    )


@pytest.mark.parametrize("kind", ["greedy", "greedy_call"])
def test_case_03_what_the_kernel_kills_for_want_of_memory_is_told_from_other_kills(
    here: Installation, kind: str
) -> None:
    here.apply(catalog(here.folder))
    with memory_group() as group:
        # Where no cgroup can be made nothing is greedy, and the kill is the job's own.
        run_id = here.enqueue(kind, "-p", "megabytes=1000" if group else "megabytes=0")
        drain = inside(group, sys.executable, "-m", "jobctl", "daemon", "--until-idle")
        subprocess.run(drain, cwd=here.folder, env=here.environment, check=True, timeout=60, capture_output=True)
        error = here.run(run_id)["error"]
    assert "killed by SIGKILL" in error
    assert ("out of memory (its cgroup counts a kill)" in error) == (group is not None)


def test_case_03_a_daemon_that_is_killed_as_for_want_of_memory_takes_no_job_along(here: Installation) -> None:
    here.apply(catalog(here.folder))
    run_id = here.enqueue("sleeper")
    daemon = here.daemon("--grace", "0s")
    pid = begun(here)
    daemon.kill()
    daemon.wait()
    here.daemon("--grace", "0s")
    until(lambda: "taken over" in here.log(), "the run is taken over")
    assert (lives(pid), here.run(run_id)["attempt"]) == (True, 1)


def test_case_11_a_daemon_that_was_given_up_settles_nothing_when_it_wakes(here: Installation) -> None:
    here.apply(catalog(here.folder))
    run_id = here.enqueue("sleeper")
    zombie = here.daemon("--name", "zombie", "--grace", "0s")
    pid = begun(here)
    here.until_state(run_id, "running")
    os.kill(zombie.pid, signal.SIGSTOP)
    give_up(here)
    os.kill(pid, signal.SIGKILL)
    os.kill(zombie.pid, signal.SIGCONT)
    until(lambda: "stale settlement ignored" in here.log(), "the zombie has tried")
    run = here.run(run_id)
    assert (run["state"], run["reason"], outcomes(run)) == ("failed", "lost", ["lost"])


def begun(here: Installation) -> int:
    """The process of the job that sleeps."""
    path = here.folder / "pid"
    return int(until(lambda: path.exists() and path.read_text().strip(), "the job has begun"))


def give_up(here: Installation) -> None:
    """What a daemon on another host does with the run of one that has been silent past its lease."""
    store, now = open_store(str(here.db)), datetime.now(UTC)
    me = replace(identify("heir", 0, (), foreground=False), host="elsewhere", boot_id="other")
    heir = store.register(me, now)
    dead = next(daemon for daemon in store.daemons() if daemon.identity.name == "zombie")
    estate = store.take_over(dead.daemon_id, heir, now)
    assert estate is not None
    [left] = estate.claims
    lost = settle(left.claim, Lost("given up"), now, now, dice=0.5)._replace(state="failed", due_at=None)
    assert store.exchange(heir, [lost], Want(0), now).stale == []
    store.beat(heir, "stopped", now)
    store.close()


def test_case_07_after_a_reboot_what_ran_is_lost_and_runs_again(here: Installation) -> None:
    here.apply(catalog(here.folder))
    run_id = here.enqueue("sleeper")
    daemon = here.daemon()
    pid = begun(here)
    here.until_state(run_id, "running")
    daemon.kill()
    daemon.wait()
    pretend_another_boot(here)
    (here.folder / "pid").unlink()
    here.daemon("--grace", "0s")
    again = begun(here)
    run = here.run(run_id)
    assert (outcomes(run)[0], run["attempt"], run["failures"]) == ("lost", 2, 0)
    assert (again != pid, lives(pid)) == (True, True)
    os.kill(pid, signal.SIGKILL)


def pretend_another_boot(here: Installation) -> None:
    """Everything that the dead daemon and its holder have written comes from an earlier boot of this host."""
    connection = sqlite3.connect(here.db)
    boot, holders = connection.execute("SELECT boot_id, holders FROM daemons").fetchone()
    connection.execute("UPDATE daemons SET boot_id = 'earlier'")
    connection.commit()
    connection.close()
    [holder] = json.loads(holders)
    journal = Path(holder) / "journal"
    pid = json.loads(journal.read_text().splitlines()[0])[3]
    os.kill(pid, signal.SIGKILL)
    until(lambda: not lives(pid), "the holder is gone")
    journal.write_text(journal.read_text().replace(boot, "earlier"))
