"""Daemons and holders that go away: nothing is lost, nothing runs twice, nothing is left."""

import os
import shutil
import signal
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobctl.execute.attempt import Ending
from jobctl.execute.holder import record as records
from jobctl.execute.holder_program import journal
from jobctl.execute.shell.takeover import Inherited
from jobctl.model.claim import Claim
from jobctl.model.outcome import Exited, Lost, NotStarted, Stopped, Unstartable
from tests.kit.claims import claim as make_claim
from tests.kit.shell_jobs import ShellJobs, holder_pid, lives, stop
from tests.kit.until import until

STARTED_AT = datetime(2026, 3, 8, 6, 30, tzinfo=UTC)


def inherit(jobs: ShellJobs, home: Path, *claims: Claim, blamed: bool = False) -> None:
    """The next daemon comes and takes over."""
    jobs.begin()
    inherited = [Inherited(claim, STARTED_AT, blamed) for claim in claims]
    jobs.shell.inherit([home], inherited, datetime.now(UTC))


def kill_holder_process(jobs: ShellJobs) -> int:
    pid = holder_pid(jobs.holder.folder)
    os.kill(pid, signal.SIGKILL)
    return pid


def printed_pid(jobs: ShellJobs, claim: Claim) -> int:
    return int(jobs.wrote(claim, b"\n").split()[0])


def test_case_01_a_child_lives_on_without_its_daemon_and_its_end_is_handed_to_the_next(jobs: ShellJobs) -> None:
    claim = jobs.start("echo $$; read line < go; exit 7", working_dir=str(fifo(jobs)))
    pid = printed_pid(jobs, claim)
    home = jobs.vanish()
    assert lives(pid)
    inherit(jobs, home, claim)
    (jobs.root / "go").write_text("\n")
    assert jobs.ending(claim).outcome == Exited(7)


def test_case_01_an_end_between_two_daemons_is_told_with_its_time(jobs: ShellJobs) -> None:
    claim = jobs.start("echo $$; read line < go; exit 7", working_dir=str(fifo(jobs)))
    pid = printed_pid(jobs, claim)
    home = jobs.vanish()
    before = datetime.now(UTC)
    (jobs.root / "go").write_text("\n")
    until(lambda: "x" in journal_marks(home), "its end is in the journal")
    after = datetime.now(UTC)
    assert not lives(pid)
    inherit(jobs, home, claim)
    ending = jobs.ending(claim)
    assert ending.outcome == Exited(7)
    assert before - timedelta(milliseconds=1) <= ending.finished_at <= after


def test_case_01_an_end_that_was_told_but_not_settled_is_told_again(jobs: ShellJobs) -> None:
    claim = jobs.start("exit 7")
    told = jobs.ending(claim)
    home = jobs.vanish()
    jobs.news.endings.clear()
    inherit(jobs, home, claim)
    assert jobs.ending(claim) == told


def test_a_refusal_that_was_not_settled_is_told_again(jobs: ShellJobs) -> None:
    claim = jobs.start(("no-such-command",))
    assert isinstance(jobs.ending(claim).outcome, Unstartable)
    home = jobs.vanish()
    jobs.news.endings.clear()
    inherit(jobs, home, claim)
    assert isinstance(jobs.ending(claim).outcome, Unstartable)


def test_what_is_settled_is_forgotten_and_the_holder_goes_with_its_daemon(jobs: ShellJobs) -> None:
    claim = jobs.start("exit 7")
    jobs.ending(claim)
    jobs.shell.settled([claim.key])
    home = jobs.vanish()
    until(lambda: not home.exists(), "the holder has removed its folder")


def test_case_01_a_claim_that_never_reached_the_holder_was_not_started(jobs: ShellJobs) -> None:
    other = jobs.start("echo $$; sleep 300")
    printed_pid(jobs, other)
    claim = jobs.claim("true")
    home = jobs.vanish()
    inherit(jobs, home, other, claim)
    assert jobs.ending(claim).outcome == NotStarted()


def test_what_was_only_claimed_ahead_does_not_hide_who_was_alone_when_all_died(jobs: ShellJobs) -> None:
    deadly = jobs.start("echo $$; sleep 300")
    printed_pid(jobs, deadly)
    waited = [jobs.claim("true"), jobs.claim("true")]
    kill_holder_process(jobs)
    inherit(jobs, jobs.vanish(), deadly, *waited)
    lost = jobs.ending(deadly).outcome
    assert isinstance(lost, Lost)
    assert lost.counts
    assert [jobs.ending(claim).outcome for claim in waited] == [NotStarted(), NotStarted()]


def test_of_two_that_ran_when_all_died_nobody_is_to_blame(jobs: ShellJobs) -> None:
    ran = [jobs.start("echo $$; sleep 300"), jobs.start("echo $$; sleep 300")]
    for claim in ran:
        printed_pid(jobs, claim)
    kill_holder_process(jobs)
    inherit(jobs, jobs.vanish(), *ran, jobs.claim("true"))
    lost = [jobs.ending(claim).outcome for claim in ran]
    assert [isinstance(one, Lost) and one.counts for one in lost] == [False, False]


def test_an_adopted_child_keeps_its_time_limit(jobs: ShellJobs) -> None:
    claim = jobs.start("echo $$; sleep 300", timeout=timedelta(seconds=1))
    pid = printed_pid(jobs, claim)
    home = jobs.vanish()
    inherit(jobs, home, claim)
    assert jobs.ending(claim).outcome == Stopped("timeout", signal="SIGTERM")
    assert not lives(pid)


def test_an_adopted_child_tells_its_progress(jobs: ShellJobs) -> None:
    script = """echo $$; read line < go; echo '{"percent": 50}' >&$JOBCTL_PROGRESS_FD; sleep 0.3"""
    claim = jobs.start(script, working_dir=str(fifo(jobs)))
    printed_pid(jobs, claim)
    home = jobs.vanish()
    inherit(jobs, home, claim)
    (jobs.root / "go").write_text("\n")
    jobs.ending(claim)
    assert [report.progress.percent for report in jobs.news.reports] == [50.0]


@pytest.mark.parametrize("others", [0, 1])
def test_the_last_progress_before_an_end_between_two_daemons_is_told(jobs: ShellJobs, others: int) -> None:
    """By the holder, or by its record: it goes when nothing is left to hold."""
    claims = [jobs.start("sleep 300") for _ in range(others)]
    claim = jobs.start("""echo $$; read line < go; echo '{"percent": 93}' >&3""", working_dir=str(fifo(jobs)))
    printed_pid(jobs, claim)
    holder = holder_pid(jobs.holder.folder)
    home = jobs.vanish()
    (jobs.root / "go").write_text("\n")
    until(lambda: "x" in journal_marks(home), "it has ended")
    until(lambda: others or not lives(holder), "a holder without a child has gone")
    inherit(jobs, home, *claims, claim)
    jobs.ending(claim)
    assert [(report.claim, report.progress.percent) for report in jobs.news.reports] == [(claim.key, 93.0)]


def test_a_child_whose_claim_nobody_has_is_killed_and_seen_dead(jobs: ShellJobs) -> None:
    pid = printed_pid(jobs, jobs.start("trap '' TERM; echo $$; sleep 300; sleep 300"))
    home = jobs.vanish()
    inherit(jobs, home)
    jobs.until(lambda: not lives(pid), "the child is dead")
    jobs.until(lambda: not home.exists(), "the holder has gone")


def test_an_adopted_holder_ends_when_all_is_settled(jobs: ShellJobs) -> None:
    claim = jobs.start("sleep 0.2")
    home = jobs.vanish()
    inherit(jobs, home, claim)
    jobs.ending(claim)
    jobs.shell.settled([claim.key])
    jobs.until(lambda: not home.exists(), "the holder has gone")


def test_a_holder_that_was_killed_takes_its_children_along_and_they_are_lost(jobs: ShellJobs) -> None:
    claim = jobs.start("echo $$; sleep 300")
    pid = printed_pid(jobs, claim)
    kill_holder_process(jobs)
    outcome = jobs.ending(claim).outcome
    assert isinstance(outcome, Lost)
    assert outcome.shared
    assert not lives(pid)


@pytest.mark.parametrize(
    "way",
    [
        "setsid sleep 300 & echo $!; wait",
        "(setsid sh -c 'echo $$; exec sleep 300' &); sleep 300",
        "(setsid env -i sh -c 'echo $$; exec sleep 300' &); sleep 300",
    ],
)
def test_a_holder_that_was_killed_leaves_no_runaway(jobs: ShellJobs, way: str) -> None:
    claim = jobs.start(way)
    pid = printed_pid(jobs, claim)
    kill_holder_process(jobs)
    assert isinstance(jobs.ending(claim).outcome, Lost)
    assert not lives(pid)


def test_who_reads_a_log_is_not_taken_for_a_leftover(jobs: ShellJobs) -> None:
    claim = jobs.start("echo $$; sleep 300")
    printed_pid(jobs, claim)
    reader = subprocess.Popen(
        ["tail", "-f", str(jobs.folder.log(claim.run_id, claim.fence))], env={}, stdout=subprocess.DEVNULL
    )
    try:
        kill_holder_process(jobs)
        jobs.ending(claim)
        assert lives(reader.pid)
    finally:
        reader.kill()
        reader.wait()


def test_a_loss_of_several_children_is_blamed_on_none(jobs: ShellJobs) -> None:
    claims = [jobs.start("echo $$; sleep 300") for _ in range(3)]
    for claim in claims:
        printed_pid(jobs, claim)
    kill_holder_process(jobs)
    outcomes = [jobs.ending(claim).outcome for claim in claims]
    assert [getattr(outcome, "counts", None) for outcome in outcomes] == [False, False, False]


def test_after_the_death_of_a_holder_the_next_start_has_a_new_one(jobs: ShellJobs) -> None:
    claim = jobs.start("echo $$; sleep 300")
    printed_pid(jobs, claim)
    first = kill_holder_process(jobs)
    jobs.ending(claim)
    assert jobs.run("exit 7").outcome == Exited(7)
    assert holder_pid(jobs.holder.folder) != first


def test_a_start_right_after_the_death_of_a_holder_is_not_left_without_an_end(jobs: ShellJobs) -> None:
    kill_holder_process(jobs)
    claim = jobs.start("exit 7")
    assert isinstance(jobs.ending(claim).outcome, Exited | Lost)


def test_daemon_and_holder_both_killed_the_next_daemon_kills_what_is_left(jobs: ShellJobs) -> None:
    claim = jobs.start("echo $$; sleep 300")
    pid = printed_pid(jobs, claim)
    holder = holder_pid(jobs.holder.folder)
    home = jobs.vanish()
    os.kill(holder, signal.SIGKILL)
    until(lambda: not lives(holder), "the holder is dead")
    assert lives(pid)
    inherit(jobs, home, claim, blamed=True)
    outcome = jobs.ending(claim).outcome
    assert isinstance(outcome, Lost)
    assert outcome.counts
    assert not lives(pid)
    assert home.exists()
    jobs.shell.settled([claim.key])
    assert not home.exists()


def test_daemon_and_holder_both_killed_ends_that_were_seen_are_told(jobs: ShellJobs) -> None:
    claim = jobs.start("exit 7")
    told = jobs.ending(claim)
    home = jobs.vanish()
    jobs.news.endings.clear()
    holder = holder_pid(home)
    # It may have gone by itself: it has no child, and the journal tells the end.
    stop(holder)
    until(lambda: not lives(holder), "the holder is dead")
    inherit(jobs, home, claim)
    assert jobs.ending(claim) == told


def test_the_end_that_a_killed_holder_saw_outlives_the_daemon_that_was_killed_right_after(jobs: ShellJobs) -> None:
    claim = jobs.start("exit 7")
    told = jobs.ending(claim)
    running = jobs.start("echo $$; sleep 300")
    printed_pid(jobs, running)
    kill_holder_process(jobs)
    assert isinstance(jobs.ending(running).outcome, Lost)
    home = jobs.vanish()
    jobs.news.endings.clear()
    inherit(jobs, home, claim, running)
    assert jobs.ending(claim) == told
    assert isinstance(jobs.ending(running).outcome, Lost)
    jobs.shell.settled([claim.key, running.key])
    assert not home.exists()


def test_the_only_end_that_a_killed_holder_saw_outlives_the_daemon_too(jobs: ShellJobs) -> None:
    claim = jobs.start("exit 7")
    told = jobs.ending(claim)
    kill_holder_process(jobs)
    jobs.until(lambda: not (jobs.holder.folder / journal.NAME).exists(), "the daemon has seen it die")
    home = jobs.vanish()
    jobs.news.endings.clear()
    inherit(jobs, home, claim)
    assert jobs.ending(claim) == told


def test_the_end_that_a_killed_holder_saw_is_told_beside_those_of_its_successor(jobs: ShellJobs) -> None:
    first = jobs.start("exit 7")
    told = jobs.ending(first)
    running = jobs.start("echo $$; sleep 300")
    printed_pid(jobs, running)
    kill_holder_process(jobs)
    jobs.ending(running)
    second = jobs.start("echo $$; read line < go; exit 8", working_dir=str(fifo(jobs)))
    printed_pid(jobs, second)
    home = jobs.vanish()
    jobs.news.endings.clear()
    inherit(jobs, home, first, running, second)
    assert jobs.ending(first) == told
    assert isinstance(jobs.ending(running).outcome, Lost)
    (jobs.root / "go").write_text("\n")
    assert jobs.ending(second).outcome == Exited(8)
    jobs.shell.settled([first.key, running.key, second.key])
    jobs.until(lambda: not home.exists(), "the folder is removed")


def test_what_a_killed_holder_told_is_forgotten_once_it_is_settled(jobs: ShellJobs) -> None:
    claim = jobs.start("echo $$; sleep 300")
    printed_pid(jobs, claim)
    kill_holder_process(jobs)
    jobs.ending(claim)
    home = jobs.holder.folder
    assert list(home.glob("before/*/journal"))
    jobs.shell.settled([claim.key])
    assert not home.exists()


def journal_marks(home: Path) -> list[str]:
    return [line[2] for line in (home / journal.NAME).read_text().splitlines()]


def test_a_holder_killed_between_the_intent_and_the_pid_is_resolved_by_the_mark(jobs: ShellJobs) -> None:
    claim = jobs.start("echo $$; sleep 300")
    pid = printed_pid(jobs, claim)
    home = jobs.holder.folder
    holder = holder_pid(home)
    until(lambda: journal_marks(home) == ["H", "I", "P"], "the pid is in the journal")
    jobs.vanish()
    os.kill(holder, signal.SIGKILL)
    lines = (home / journal.NAME).read_text().splitlines(keepends=True)
    (home / journal.NAME).write_text("".join(lines[:2]))
    inherit(jobs, home, claim)
    assert isinstance(jobs.ending(claim).outcome, Lost)
    assert not lives(pid)


def test_case_07_after_a_reboot_no_process_is_touched(jobs: ShellJobs) -> None:
    claim = jobs.start("echo $$; sleep 300", timeout=timedelta(seconds=300))
    pid = printed_pid(jobs, claim)
    home = jobs.root / "old"
    home.mkdir()
    record = records.read(jobs.holder.folder)
    assert record is not None
    text = (jobs.holder.folder / journal.NAME).read_text()
    (home / journal.NAME).write_text(text.replace(record.boot_id, "another-boot"))
    jobs.news.endings.clear()
    jobs.shell.inherit([home], [Inherited(claim, STARTED_AT, blamed=True)], datetime.now(UTC))
    assert isinstance(jobs.ending(claim).outcome, Lost)
    assert lives(pid)


def test_case_06_a_pid_that_another_process_has_now_is_not_taken_for_the_job(jobs: ShellJobs) -> None:
    bystander = jobs.start("echo $$; sleep 300", timeout=timedelta(seconds=300))
    pid = printed_pid(jobs, bystander)
    claim = jobs.claim("true")
    home = jobs.root / "old"
    record = records.read(jobs.holder.folder)
    assert record is not None
    home.mkdir()
    old = journal.Journal(str(home), "othertoken", record.boot_id, 1, 1)
    old.add(["I", f"run:{claim.run_id}.1"])
    old.add(["P", f"run:{claim.run_id}.1", pid])
    old.flush()
    jobs.shell.inherit([home], [Inherited(claim, STARTED_AT, blamed=True)], datetime.now(UTC))
    assert isinstance(jobs.ending(claim).outcome, Lost)
    assert lives(pid)


def test_case_13_a_daemon_whose_children_were_taken_over_tells_no_more_of_them(jobs: ShellJobs) -> None:
    claim = jobs.start("echo $$; read line < go; exit 7", working_dir=str(fifo(jobs)))
    pid = printed_pid(jobs, claim)
    sleeper, home = jobs.shell, jobs.holder.folder
    sleepers_selector = jobs.selector
    inherit(jobs, home, claim)

    def woken() -> bool:
        for key, _ in sleepers_selector.select(0):
            key.data()
        assert sleeper.news().endings == []
        return not sleeper.in_flight()

    until(woken, "the former daemon has let go")
    assert lives(pid)
    (jobs.root / "go").write_text("\n")
    assert jobs.ending(claim).outcome == Exited(7)


def test_a_callable_of_a_dead_daemon_is_lost(jobs: ShellJobs) -> None:
    callable_claim = jobs.claim(None, call="shop:pay")  # type: ignore[arg-type]
    home = jobs.vanish()
    inherit(jobs, home, callable_claim, blamed=True)
    outcome = jobs.ending(callable_claim).outcome
    assert outcome == Lost("its daemon died", counts=True)


def test_a_stop_whose_end_its_daemon_did_not_live_to_hear_keeps_its_reason(jobs: ShellJobs) -> None:
    claim = jobs.start("echo $$; sleep 300")
    pid = printed_pid(jobs, claim)
    jobs.shell.stop(claim.key, "shutdown", datetime.now(UTC))
    home = jobs.vanish()
    until(lambda: not lives(pid), "the job is dead")
    inherit(jobs, home, claim)
    assert jobs.ending(claim).outcome == Stopped("shutdown", signal="SIGTERM")


def test_a_stop_that_a_former_daemon_asked_for_is_carried_out_by_the_next(jobs: ShellJobs) -> None:
    grace = timedelta(milliseconds=100)
    claim = jobs.start("trap '' TERM; echo $$; while :; do sleep 0.02; done", stop_grace_period=grace)
    printed_pid(jobs, claim)
    jobs.shell.stop(claim.key, "timeout", datetime.now(UTC))
    inherit(jobs, jobs.vanish(), claim)
    assert jobs.ending(claim).outcome == Stopped("timeout", signal="SIGKILL")


def fifo(jobs: ShellJobs) -> Path:
    os.mkfifo(jobs.root / "go")
    return jobs.root


def test_endings_are_told_once(jobs: ShellJobs) -> None:
    claim = jobs.start("exit 7")
    jobs.ending(claim)
    for _ in range(5):
        jobs.turn()
    assert [isinstance(ending, Ending) for ending in jobs.news.endings] == [True]


def test_a_holder_whose_folder_was_deleted_ends_when_its_children_have(jobs: ShellJobs) -> None:
    jobs.start("exit 3")
    until(lambda: list(jobs.holder.folder.glob("*")), "the holder has its folder")
    pid = holder_pid(jobs.holder.folder)
    home = jobs.vanish()
    shutil.rmtree(home)
    until(lambda: not lives(pid), "the holder has ended")


def test_a_process_on_record_that_no_holder_knows_is_lost(jobs: ShellJobs) -> None:
    claim = make_claim(run_id=77)
    inherited = Inherited(claim, STARTED_AT, blamed=True, began=True)
    jobs.shell.inherit([jobs.root / "gone"], [inherited], datetime.now(UTC))
    assert isinstance(jobs.ending(claim).outcome, Lost)
