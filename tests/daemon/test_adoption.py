import os
import shutil
import signal
from pathlib import Path

from tests.kit.installation import Installation
from tests.kit.shell_jobs import holder_pid, lives
from tests.kit.until import until

JOBS = Path(__file__).parents[1] / "kit" / "jobs"


def catalog(folder: Path) -> str:
    return f"""
defaults: {{path: [{JOBS}]}}
jobs:
  shell:
    run: |
      echo start >> "{folder}/journal"
      while [ ! -e "{folder}/go" ]; do sleep 0.02; done
      echo end >> "{folder}/journal"
      exit 5
  limited: {{run: 'sleep 300', timeout: 5s}}
  callable: {{call: 'waiting:talk_until', params: {{first: {{default: begun}}, path: {{default: "{folder}/go"}}}}}}
"""


def journal(here: Installation) -> list[str]:
    path = here.folder / "journal"
    return path.read_text().split() if path.exists() else []


def killed_daemon(here: Installation, run_id: int) -> None:
    daemon = here.daemon()
    here.until_state(run_id, "running")
    until(lambda: journal(here) or here.run(run_id)["job"] != "shell", "the job has begun")
    daemon.kill()
    daemon.wait()


def test_case_01_a_shell_job_outlives_its_daemon_and_the_next_one_records_its_real_exit(here: Installation) -> None:
    here.apply(catalog(here.folder))
    run_id = here.enqueue("shell")
    killed_daemon(here, run_id)
    here.daemon()
    until(lambda: "taken over" in here.log(), "the run is taken over")
    (here.folder / "go").touch()
    run = here.until_state(run_id, "failed")
    assert (run["exit_code"], run["attempt"], journal(here)) == (5, 1, ["start", "end"])


def test_case_01_a_shell_job_that_ended_while_no_daemon_ran_keeps_its_real_exit(here: Installation) -> None:
    here.apply(catalog(here.folder))
    run_id = here.enqueue("shell")
    killed_daemon(here, run_id)
    (here.folder / "go").touch()
    holder = holder_of(here)
    until(lambda: not lives(holder), "the job has ended, and its holder has gone")
    here.daemon()
    run = here.until_state(run_id, "failed")
    assert (run["exit_code"], run["attempt"], journal(here)) == (5, 1, ["start", "end"])


def holder_of(here: Installation) -> int:
    (home,) = (here.folder / "jobctl.db.d" / "holders").iterdir()
    return holder_pid(home)


def test_a_job_of_a_dead_daemon_ends_in_peace_when_the_database_is_gone_and_its_holder_with_it(
    here: Installation,
) -> None:
    here.apply(catalog(here.folder))
    killed_daemon(here, here.enqueue("shell"))
    holder = holder_of(here)
    for file in here.folder.glob("jobctl.db*"):
        if file.is_file():
            file.unlink()
    assert lives(holder)
    (here.folder / "go").touch()
    until(lambda: not lives(holder), "the holder has gone")
    assert journal(here) == ["start", "end"]


def test_a_job_of_a_dead_daemon_ends_in_peace_when_the_state_folder_is_gone_and_its_holder_with_it(
    here: Installation,
) -> None:
    here.apply(catalog(here.folder))
    killed_daemon(here, here.enqueue("shell"))
    holder = holder_of(here)
    shutil.rmtree(here.folder / "jobctl.db.d")
    assert lives(holder)
    (here.folder / "go").touch()
    until(lambda: not lives(holder), "the holder has gone")
    assert journal(here) == ["start", "end"]


def test_nothing_of_a_dead_daemon_stays_in_the_state_folder(here: Installation) -> None:
    here.apply(catalog(here.folder))
    run_id = here.enqueue("shell")
    killed_daemon(here, run_id)
    (here.folder / "go").touch()
    here.drain()
    folder = here.folder / "jobctl.db.d"
    until(lambda: not [*(folder / "wake").iterdir(), *(folder / "holders").iterdir()], "both folders are empty")


def test_an_adopted_job_keeps_its_timeout(here: Installation) -> None:
    here.apply(catalog(here.folder))
    run_id = here.enqueue("limited")
    killed_daemon(here, run_id)
    here.daemon()
    run = here.until_state(run_id, "failed")
    assert (run["reason"], run["attempt"]) == ("timeout", 1)


def test_an_adopted_job_can_be_cancelled(here: Installation) -> None:
    here.apply(catalog(here.folder))
    run_id = here.enqueue("shell")
    killed_daemon(here, run_id)
    here.daemon()
    until(lambda: "taken over" in here.log(), "the run is taken over")
    here.jobctl("cancel", str(run_id))
    assert here.until_state(run_id, "cancelled")["attempt"] == 1


def test_a_job_survives_two_daemons_that_are_killed(here: Installation) -> None:
    here.apply(catalog(here.folder))
    run_id = here.enqueue("shell")
    killed_daemon(here, run_id)
    second = here.daemon()
    until(lambda: "taken over" in here.log(), "the run is taken over")
    second.kill()
    second.wait()
    here.daemon()
    until(lambda: here.log().count("taken over") == 2, "the run is taken over again")
    (here.folder / "go").touch()
    run = here.until_state(run_id, "failed")
    assert (run["exit_code"], run["attempt"], journal(here)) == (5, 1, ["start", "end"])


def test_a_callable_dies_with_its_daemon_and_runs_again_once(here: Installation) -> None:
    here.apply(catalog(here.folder))
    run_id = here.enqueue("callable")
    killed_daemon(here, run_id)
    here.daemon()
    until(lambda: here.run(run_id)["attempt"] == 2, "the run is tried again")
    (here.folder / "go").touch()
    run = here.until_state(run_id, "succeeded")
    assert [attempt["outcome"] for attempt in run["attempts"]] == ["lost", "succeeded"]


def test_what_held_the_jobs_being_killed_too_is_a_loss_and_no_second_copy(here: Installation) -> None:
    here.apply(catalog(here.folder))
    run_id = here.enqueue("shell")
    killed_daemon(here, run_id)
    for holder in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = holder.read_bytes()
        except OSError:
            continue
        if b"holder_program" in line and str(here.folder).encode() in line:
            os.kill(int(holder.parent.name), signal.SIGKILL)
    here.daemon()
    until(lambda: here.run(run_id)["attempt"] == 2, "the run is tried again")
    (here.folder / "go").touch()
    here.until_state(run_id, "failed")
    assert journal(here) == ["start", "start", "end"]
