"""`cancel` when the daemon is dead and its jobs are not."""

import os
from pathlib import Path
from typing import Any

from tests.kit.installation import Installation
from tests.kit.until import until

CATALOG = """
jobs:
  shell: {run: 'echo $$ > "pid.$JOBCTL_RUN_ID"; while [ ! -e go ]; do sleep 0.05; done'}
"""


def runs_left_behind(here: Installation, count: int) -> list[int]:
    """Runs whose daemon was killed."""
    here.apply(CATALOG)
    ids = [here.enqueue("shell") for _ in range(count)]
    daemon = here.daemon()
    for run_id in ids:
        here.until_state(run_id, "running")
    until(lambda: all(pid_file(here, run_id).exists() for run_id in ids), "the jobs have begun")
    daemon.kill()
    daemon.wait()
    return ids


def pid_file(here: Installation, run_id: int) -> Path:
    return here.folder / f"pid.{run_id}"


def lives(here: Installation, run_id: int) -> bool:
    try:
        os.kill(int(pid_file(here, run_id).read_text()), 0)
    except ProcessLookupError:
        return False
    return True


def test_it_stops_the_run_itself(here: Installation) -> None:
    (run_id,) = runs_left_behind(here, 1)
    said = here.jobctl("cancel", str(run_id))
    assert (said.stdout, said.stderr) == (
        f"run {run_id}: stopped\n",
        "note: no daemon is alive: stopping the runs here\n",
    )
    run: Any = here.run(run_id)
    assert (run["state"], run["reason"], run["attempt"]) == ("cancelled", "operator", 1)
    until(lambda: not lives(here, run_id), "the process is gone")
    assert here.json("status")["daemons"] == []


def test_what_it_does_not_cancel_goes_on_and_the_next_daemon_has_it(here: Installation) -> None:
    first, second = runs_left_behind(here, 2)
    here.jobctl("cancel", str(first))
    assert here.run(first)["state"] == "cancelled"
    assert (here.run(second)["state"], lives(here, second)) == ("running", True)
    here.daemon()
    (here.folder / "go").touch()
    run: Any = here.until_state(second, "succeeded", "failed")
    assert (run["state"], run["attempt"]) == ("succeeded", 1)
