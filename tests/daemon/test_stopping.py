import signal
from pathlib import Path

import pytest

from tests.kit.installation import Installation
from tests.kit.until import until

JOBS = Path(__file__).parents[1] / "kit" / "jobs"
CATALOG = """
jobs:
  short: {run: 'echo begun; while [ ! -e go ]; do sleep 0.02; done; echo ended'}
  long: {run: 'sleep 300'}
  once: {run: 'sleep 300', idempotent: false}
  stubborn: {run: 'trap "" TERM; echo begun; while :; do sleep 0.05; done', stop_grace_period: 1h}
"""


def test_case_09_a_stop_lets_running_work_end(here: Installation) -> None:
    here.apply(CATALOG)
    run_id = here.enqueue("short")
    daemon = here.daemon()
    here.until_state(run_id, "running")
    daemon.send_signal(signal.SIGTERM)
    until(lambda: "stopping" in here.log(), "the daemon has heard the signal")
    (here.folder / "go").touch()
    assert daemon.wait(timeout=60) == 0
    assert here.run(run_id)["state"] == "succeeded"


def test_case_09_what_outlasts_the_grace_goes_back_to_waiting_without_a_failure(here: Installation) -> None:
    here.apply(CATALOG)
    run_id = here.enqueue("long")
    daemon = here.daemon("--grace", "100ms")
    here.until_state(run_id, "running")
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(timeout=60) == 0
    run = here.run(run_id)
    assert (run["state"], run["reason"], run["failures"]) == ("waiting", "interrupted", 0)


def test_what_must_not_start_twice_ends_lost_when_it_is_interrupted(here: Installation) -> None:
    here.apply(CATALOG)
    run_id = here.enqueue("once")
    daemon = here.daemon("--grace", "100ms")
    here.until_state(run_id, "running")
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(timeout=60) == 0
    assert (here.run(run_id)["state"], here.run(run_id)["reason"]) == ("failed", "lost")


def test_case_09_a_second_signal_stops_at_once(here: Installation) -> None:
    here.apply(CATALOG)
    run_id = here.enqueue("stubborn")
    daemon = here.daemon("--grace", "1h")
    until(lambda: "begun" in here.jobctl("logs", str(run_id)).stdout, "the job ignores TERM")
    daemon.send_signal(signal.SIGTERM)
    until(lambda: "stopping" in here.log(), "the daemon has heard the first signal")
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(timeout=60) == 0
    assert here.run(run_id)["state"] == "waiting"


def test_a_stopping_daemon_claims_nothing_new(here: Installation) -> None:
    here.apply(CATALOG)
    running = here.enqueue("short")
    daemon = here.daemon()
    here.until_state(running, "running")
    daemon.send_signal(signal.SIGTERM)
    until(lambda: "stopping" in here.log(), "the daemon has heard the signal")
    late = here.enqueue("short")
    (here.folder / "go").touch()
    assert daemon.wait(timeout=60) == 0
    assert here.run(late)["attempt"] == 0


def test_an_idle_daemon_stops_at_once(here: Installation) -> None:
    here.apply(CATALOG)
    daemon = here.daemon("--grace", "1h")
    until(lambda: "daemon started" in here.log(), "the daemon is up")
    daemon.send_signal(signal.SIGINT)
    assert daemon.wait(timeout=60) == 0


def test_a_daemon_that_leaves_hands_shell_jobs_to_the_next_one(here: Installation) -> None:
    here.apply(CATALOG)
    run_id = here.enqueue("long")
    daemon = here.daemon()
    here.until_state(run_id, "running")
    daemon.send_signal(signal.SIGUSR2)
    assert daemon.wait(timeout=60) == 0
    assert here.run(run_id)["state"] == "running"
    here.daemon()
    until(lambda: "taken over" in here.log(), "the run is taken over")
    here.jobctl("cancel", str(run_id))
    assert here.until_state(run_id, "cancelled")["attempt"] == 1


def test_a_daemon_that_leaves_lets_callables_end(here: Installation) -> None:
    params = "{first: {default: x}, path: {type: string}}"
    here.apply(f"jobs:\n  nap: {{call: 'waiting:talk_until', path: [{JOBS}], params: {params}}}\n")
    run_id = here.enqueue("nap", "-p", f"path={here.folder / 'go'}")
    daemon = here.daemon()
    here.until_state(run_id, "running")
    daemon.send_signal(signal.SIGUSR2)
    until(lambda: "waiting up to" in here.log(), "the daemon has heard the signal")
    (here.folder / "go").touch()
    assert daemon.wait(timeout=60) == 0
    assert here.run(run_id)["state"] == "succeeded"


def test_stopping_says_how_long_it_waits_and_for_how_many(here: Installation) -> None:
    here.apply(CATALOG)
    run_id = here.enqueue("short")
    daemon = here.daemon("--grace", "90s")
    here.until_state(run_id, "running")
    daemon.send_signal(signal.SIGTERM)
    until(lambda: "stopping" in here.log(), "the daemon has heard the signal")
    (here.folder / "go").touch()
    assert daemon.wait(timeout=60) == 0
    assert "stopping: waiting up to 1m30s for 1 run\n" in here.log()


@pytest.mark.parametrize("args", [("--name", ""), ("--name", "a\nb"), ("--queue", "a b")])
def test_a_name_that_cannot_be_is_refused(here: Installation, args: tuple[str, str]) -> None:
    done = here.jobctl("daemon", *args, check=False)
    assert (done.returncode, done.stdout) == (2, "")


def test_case_18_a_daemon_without_its_database_can_be_stopped_and_the_next_one_learns_the_end(
    here: Installation,
) -> None:
    here.apply("jobs:\n  job: {run: 'until test -e go; do sleep 0.02; done; exit 7'}\n")
    run_id = here.enqueue("job")
    daemon = here.daemon("--grace", "1s")
    here.until_state(run_id, "running")
    away = here.db.with_name("away.db")
    here.db.rename(away)
    (here.folder / "go").touch()
    until(lambda: "was replaced or removed" in here.log(), "the daemon has noticed")
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(timeout=60) == 5
    assert "ends of 1 run could not be written" in here.log()
    away.rename(here.db)
    here.daemon()
    run = here.until_state(run_id, "failed", "succeeded", "waiting")
    assert (run["state"], run["exit_code"], run["attempt"]) == ("failed", 7, 1)
