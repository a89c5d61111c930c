"""Limits and stops: whatever an attempt started is dead when its end is told."""

import os
import signal
from datetime import UTC, datetime, timedelta

import pytest

from jobctl.execute.shell.takeover import Inherited
from jobctl.model.outcome import Exited, Stopped
from tests.kit.shell_jobs import ShellJobs, holder_pid, lives

SHORT = timedelta(milliseconds=300)

# Each prints the pid of a process that a simple kill would miss, and waits.
RUNAWAYS = {
    "a child": "sleep 300 & echo $!",
    "a grandchild": "(sleep 300 & echo $!; wait) & sleep 0.1",
    "a new session": "setsid sh -c 'echo $$; exec sleep 300' & sleep 0.2",
    "a double fork": "(setsid sh -c 'echo $$; exec sleep 300' &) ; sleep 0.2",
    "a double fork with a cleared environment": "(setsid env -i sh -c 'echo $$; exec sleep 300' &) ; sleep 0.2",
    "a double fork with nothing left": (
        "(setsid env -i sh -c 'echo $$; exec sleep 300 </dev/null >/dev/null 2>&1 3>&-' &) ; sleep 0.2"
    ),
    "one that ignores SIGTERM": "(trap '' TERM; sh -c 'echo $$; sleep 300; sleep 300') & sleep 0.1",
}


@pytest.mark.parametrize("way", RUNAWAYS)
def test_case_04_and_05_a_timeout_kills_whatever_was_started(jobs: ShellJobs, way: str) -> None:
    claim = jobs.start(RUNAWAYS[way] + "; wait; sleep 300", stop_grace_period=SHORT)
    runaway = int(jobs.wrote(claim, b"\n").split()[0])
    jobs.shell.stop(claim.key, "timeout", datetime.now(UTC))
    outcome = jobs.ending(claim).outcome
    assert isinstance(outcome, Stopped)
    assert outcome.why == "timeout"
    assert not lives(runaway)


def test_case_05_a_job_that_ignores_the_stop_signal_is_killed_after_its_grace_period(jobs: ShellJobs) -> None:
    ending = jobs.run("trap '' TERM; while :; do sleep 0.1; done", timeout=SHORT, stop_grace_period=SHORT)
    assert ending.outcome == Stopped("timeout", signal="SIGKILL")
    assert ending.finished_at - ending.started_at >= 2 * SHORT


def test_a_stop_sends_the_jobs_own_signal(jobs: ShellJobs) -> None:
    claim = jobs.start("trap 'echo bye; exit 5' USR1; echo ready; while :; do sleep 0.05; done", stop_signal="SIGUSR1")
    jobs.wrote(claim, b"ready")
    jobs.shell.stop(claim.key, "operator", datetime.now(UTC))
    assert jobs.ending(claim).outcome == Stopped("operator", exit_code=5)
    assert jobs.output(claim).endswith(b"bye\n")


def test_the_first_reason_of_a_stop_stays(jobs: ShellJobs) -> None:
    claim = jobs.start("echo ready; sleep 300")
    jobs.wrote(claim, b"ready")
    jobs.shell.stop(claim.key, "shutdown", datetime.now(UTC))
    jobs.shell.kill(claim.key, "operator", datetime.now(UTC))
    outcome = jobs.ending(claim).outcome
    assert isinstance(outcome, Stopped)
    assert outcome.why == "shutdown"


def test_a_kill_gives_no_grace(jobs: ShellJobs) -> None:
    claim = jobs.start("trap 'echo caught' TERM; echo ready; sleep 300")
    jobs.wrote(claim, b"ready")
    jobs.shell.kill(claim.key, "shutdown", datetime.now(UTC))
    assert jobs.ending(claim).outcome == Stopped("shutdown", signal="SIGKILL")
    assert jobs.output(claim) == b"ready\n"


def test_a_stopped_process_is_woken_to_be_stopped(jobs: ShellJobs) -> None:
    claim = jobs.start("trap 'exit 4' TERM; echo ready; kill -STOP $$; sleep 300")
    jobs.wrote(claim, b"ready")
    jobs.shell.stop(claim.key, "operator", datetime.now(UTC))
    assert isinstance(jobs.ending(claim).outcome, Stopped)


def test_a_deadline_stops_an_attempt(jobs: ShellJobs) -> None:
    ending = jobs.run("sleep 300", {"deadline_at": datetime.now(UTC) + SHORT})
    assert ending.outcome == Stopped("deadline", signal="SIGTERM")


def test_case_10_a_stop_that_follows_the_start_at_once_strands_nothing(jobs: ShellJobs) -> None:
    claim = jobs.start("sleep 300")
    jobs.shell.stop(claim.key, "operator", datetime.now(UTC))
    assert jobs.ending(claim).outcome == Stopped("operator", signal="SIGTERM")


def test_a_stop_of_an_unknown_claim_is_ignored(jobs: ShellJobs) -> None:
    jobs.shell.stop(jobs.claim("true").key, "operator", datetime.now(UTC))
    assert jobs.shell.in_flight() == []


def test_a_stop_leaves_other_jobs_alone(jobs: ShellJobs) -> None:
    bystander = jobs.start("echo ready; sleep 0.6; exit 9")
    victim = jobs.start("echo ready; sleep 300")
    jobs.wrote(bystander, b"ready")
    jobs.wrote(victim, b"ready")
    jobs.shell.kill(victim.key, "operator", datetime.now(UTC))
    assert jobs.ending(victim).outcome == Stopped("operator", signal="SIGKILL")
    assert jobs.ending(bystander).outcome == Exited(9)


def test_what_a_job_leaves_behind_on_purpose_goes_on(jobs: ShellJobs) -> None:
    ending = jobs.run("setsid sleep 300 </dev/null >/dev/null 2>&1 & echo $!")
    leftover = int(jobs.output(ending))
    assert lives(leftover)
    assert jobs.run("sleep 300", timeout=SHORT).outcome == Stopped("timeout", signal="SIGTERM")
    assert lives(leftover)


def test_many_forks_cannot_outrun_a_kill(jobs: ShellJobs) -> None:
    script = "f() { trap '' TERM; sleep 0.02; f & echo $BASHPID; sleep 0.1; }; f & f & f & wait; sleep 300"
    claim = jobs.start(script, shell="bash")
    jobs.wrote(claim, b"\n")
    jobs.shell.kill(claim.key, "operator", datetime.now(UTC))
    assert jobs.ending(claim).outcome == Stopped("operator", signal="SIGKILL")
    pids = [int(pid) for pid in jobs.output(claim).split()]
    assert not [pid for pid in pids if lives(pid)]


def test_the_limit_is_known_in_advance(jobs: ShellJobs) -> None:
    claim = jobs.claim("sleep 300", timeout=timedelta(seconds=30))
    now = datetime.now(UTC)
    jobs.shell.start(claim, now)
    assert jobs.shell.tick(now) == now + timedelta(seconds=30)
    jobs.shell.kill(claim.key, "operator", now)
    jobs.until(lambda: bool(jobs.news.endings), "it has ended")
    assert signal.SIGKILL.name == getattr(jobs.news.endings[0].outcome, "signal", None)


def test_a_job_that_halts_its_holder_keeps_nobody_waiting(jobs: ShellJobs, caplog: pytest.LogCaptureFixture) -> None:
    """It is noticed while anything is expected of the holder, told, and continued; by a daemon that comes later too."""
    halting = jobs.start("kill -STOP $PPID; echo done; exit 7")
    assert jobs.ending(halting).outcome == Exited(7)
    assert caplog.text.count("was stopped by a signal") == 1
    os.mkfifo(jobs.root / "go")
    left = jobs.start("echo begun; read line < go; exit 8")
    jobs.wrote(left, b"begun")
    home = jobs.vanish()
    os.kill(holder_pid(home), signal.SIGSTOP)
    jobs.begin()
    jobs.shell.inherit([home], [Inherited(left, datetime.now(UTC), blamed=True)], datetime.now(UTC))
    (jobs.root / "go").write_text("\n")
    assert jobs.ending(left).outcome == Exited(8)
