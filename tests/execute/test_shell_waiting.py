"""Attempts of quick shell jobs wait in the holder while no slot is free, and begin there as others end."""

import json
import resource
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobctl.execute.holder_program.journal import Journal
from jobctl.execute.holder_program.supervisor import Care
from jobctl.execute.holder_program.watch import Watch
from jobctl.execute.shell.pace import LANE
from jobctl.execute.shell.takeover import Inherited
from jobctl.model.claim import Claim
from jobctl.model.outcome import Exited, Lost, NotStarted, Outcome, Stopped, Unstartable
from tests.kit.shell_jobs import ShellJobs, holder_pid, stop
from tests.kit.until import until

BLOCKS = "echo began >> journal; while [ ! -e go ]; do sleep 0.005; done"


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[ShellJobs]:
    """One slot, and a job that has been quick so far."""
    jobs = ShellJobs(tmp_path, slots=1)
    learn(jobs)
    yield jobs
    jobs.close()


def learn(jobs: ShellJobs) -> None:
    def quick() -> bool:
        jobs.run(("true",))
        return knows(jobs, "backup")

    until(quick, "the job is known as quick")


def knows(jobs: ShellJobs, job: str) -> bool:
    welcome = jobs.shell.prefetch(datetime.now(UTC))
    return welcome is not None and job in welcome.quick


def note(jobs: ShellJobs, word: str, **keys: Any) -> Claim:
    return sent(jobs, jobs.start(f"echo {word} >> journal", **keys))


def sent(jobs: ShellJobs, claim: Claim) -> Claim:
    """What the daemon does at the end of each turn."""
    jobs.holder.tidy()
    return claim


def journal(jobs: ShellJobs) -> list[str]:
    path = jobs.root / "journal"
    return path.read_text().split() if path.exists() else []


def blocked(jobs: ShellJobs) -> Claim:
    """The attempt that has the slot, and has begun."""
    claim = jobs.start(BLOCKS)
    until(lambda: journal(jobs), "it has begun")
    return claim


def go(jobs: ShellJobs) -> None:
    (jobs.root / "go").touch()


def outcome(jobs: ShellJobs, claim: Claim) -> Outcome:
    return jobs.ending(claim).outcome


def test_a_job_is_quick_only_once_it_has_been_quick_often_enough(tmp_path: Path) -> None:
    jobs = ShellJobs(tmp_path, slots=1)
    jobs.run(("true",))
    assert not knows(jobs, "backup")
    learn(jobs)
    jobs.close()


def test_a_slow_run_makes_its_job_no_longer_quick(jobs: ShellJobs) -> None:
    jobs.run("sleep 0.2")
    assert not knows(jobs, "backup")


def test_what_is_welcome_is_some_milliseconds_of_work_and_less_with_each_that_waits(jobs: ShellJobs) -> None:
    now = datetime.now(UTC)
    jobs.shell.start(jobs.claim(BLOCKS), now)
    before = jobs.shell.prefetch(now)
    jobs.shell.start(jobs.claim("true"), now)
    after = jobs.shell.prefetch(now)
    assert before is not None
    assert after is not None
    cost = before.quick["backup"][1]
    assert sum(before.room.values()) == LANE - cost
    assert sum(after.room.values()) == max(LANE - 2 * cost, 0)
    go(jobs)


def test_nothing_is_welcome_behind_an_attempt_that_lasts(jobs: ShellJobs) -> None:
    now = datetime.now(UTC)
    jobs.shell.start(jobs.claim(BLOCKS), now)
    later = jobs.shell.prefetch(now + timedelta(milliseconds=30))
    assert later is not None
    assert sum(later.room.values()) == 0
    go(jobs)


def test_what_waits_begins_in_its_order_though_the_daemon_does_nothing(jobs: ShellJobs) -> None:
    first = blocked(jobs)
    waiting = [note(jobs, f"{number}") for number in range(4)]
    go(jobs)
    until(lambda: journal(jobs) == ["began", "0", "1", "2", "3"], "all have run, one after the other")
    assert [outcome(jobs, claim) for claim in (first, *waiting)] == [Exited(0)] * 5


def test_what_waits_takes_no_slot_and_is_in_flight(jobs: ShellJobs) -> None:
    first = blocked(jobs)
    waiting = [note(jobs, f"{number}") for number in range(4)]
    assert jobs.shell.busy() == 1
    assert jobs.shell.in_flight() == [claim.key for claim in (first, *waiting)]
    assert jobs.shell.streaming()
    go(jobs)


@pytest.mark.parametrize("slots", [1, 2, 3])
def test_never_more_are_there_at_once_than_slots(tmp_path: Path, slots: int) -> None:
    jobs = ShellJobs(tmp_path, slots=slots)
    learn(jobs)
    now = datetime.now(UTC)
    claims = [jobs.claim("echo + >> journal; sleep 0.003; echo - >> journal") for _ in range(40)]
    for claim in claims:
        jobs.shell.start(claim, now)
        assert jobs.shell.busy() <= slots
    ran = [claim for claim in claims if outcome(jobs, claim) == Exited(0)]
    there = [0]
    for sign in journal(jobs):
        there.append(there[-1] + (1 if sign == "+" else -1))
    assert 1 <= max(there) <= slots
    assert journal(jobs).count("+") == len(ran) >= slots
    jobs.close()


def test_an_attempt_that_waited_is_told_with_the_instants_at_which_it_was_there(jobs: ShellJobs) -> None:
    first = blocked(jobs)
    waiting = note(jobs, "after")
    go(jobs)
    until(lambda: "after" in journal(jobs), "it has run")
    assert jobs.ending(waiting).started_at >= jobs.ending(first).finished_at


def test_the_time_limit_of_one_that_waited_begins_with_it(jobs: ShellJobs) -> None:
    limit = timedelta(milliseconds=400)
    blocked(jobs)
    waiting = sent(jobs, jobs.start("echo began >> journal; sleep 300", timeout=limit))
    go(jobs)
    until(lambda: journal(jobs) == ["began", "began"], "it has begun")
    ending = jobs.ending(waiting)
    assert ending.outcome == Stopped("timeout", signal="SIGTERM")
    assert ending.finished_at - ending.started_at >= limit


def test_what_cannot_be_started_lets_the_next_one_begin(jobs: ShellJobs) -> None:
    blocked(jobs)
    missing = jobs.start(("no-such-command",))
    after = note(jobs, "after")
    go(jobs)
    until(lambda: "after" in journal(jobs), "the next one has run")
    assert isinstance(outcome(jobs, missing), Unstartable)
    assert outcome(jobs, after) == Exited(0)


def test_what_waits_behind_a_slow_attempt_goes_back(jobs: ShellJobs) -> None:
    slow = blocked(jobs)
    waiting = [note(jobs, f"{number}") for number in range(3)]
    assert [outcome(jobs, claim) for claim in waiting] == [NotStarted()] * 3
    assert jobs.shell.in_flight() == [slow.key]
    go(jobs)
    assert outcome(jobs, slow) == Exited(0)
    assert journal(jobs) == ["began"]


def test_stopping_one_that_waits_harms_nobody(jobs: ShellJobs) -> None:
    first = blocked(jobs)
    waiting, other = note(jobs, "stopped"), note(jobs, "other")
    jobs.shell.stop(waiting.key, "operator", datetime.now(UTC))
    go(jobs)
    until(lambda: "other" in journal(jobs), "the other one has run")
    assert [outcome(jobs, claim) for claim in (first, waiting, other)] == [Exited(0), NotStarted(), Exited(0)]
    assert journal(jobs) == ["began", "other"]


def test_stopping_one_that_has_just_begun_stops_it(jobs: ShellJobs) -> None:
    blocked(jobs)
    waiting = sent(jobs, jobs.start("echo here >> journal; sleep 300"))
    go(jobs)
    until(lambda: "here" in journal(jobs), "it has begun, and the daemon does not know")
    jobs.shell.stop(waiting.key, "operator", datetime.now(UTC))
    assert outcome(jobs, waiting) == Stopped("operator", signal="SIGTERM")


def test_killing_one_that_has_just_begun_kills_it(jobs: ShellJobs) -> None:
    blocked(jobs)
    waiting = sent(jobs, jobs.start("trap '' TERM; echo here >> journal; sleep 300"))
    go(jobs)
    until(lambda: "here" in journal(jobs), "it has begun, and the daemon does not know")
    jobs.shell.kill(waiting.key, "shutdown", datetime.now(UTC))
    assert outcome(jobs, waiting) == Stopped("shutdown", signal="SIGKILL")


def test_reload_sends_back_what_waits(jobs: ShellJobs) -> None:
    first = blocked(jobs)
    waiting = [note(jobs, f"{number}") for number in range(3)]
    jobs.shell.reload()
    go(jobs)
    assert [outcome(jobs, claim) for claim in (first, *waiting)] == [Exited(0), *[NotStarted()] * 3]
    assert journal(jobs) == ["began"]


def test_a_slot_that_others_leave_is_for_what_waits(jobs: ShellJobs) -> None:
    blocked(jobs)
    waiting = note(jobs, "waited")
    jobs.slots = 2
    jobs.shell.prefetch(datetime.now(UTC))
    until(lambda: "waited" in journal(jobs), "it has run beside the other one")
    assert outcome(jobs, waiting) == Exited(0)
    assert jobs.shell.busy() == 1
    go(jobs)


@pytest.mark.parametrize("keys", [{"idempotent": False}, {"secrets": {"TOKEN": "env:TOKEN"}}, {"group": "0"}])
def test_what_runs_at_most_once_or_as_somebody_else_never_waits(jobs: ShellJobs, keys: dict[str, Any]) -> None:
    blocked(jobs)
    assert outcome(jobs, note(jobs, "never", **keys)) == NotStarted()
    assert not knows(jobs, "backup")
    go(jobs)


def test_where_nothing_is_waited_for_what_finds_no_slot_goes_back(jobs: ShellJobs) -> None:
    jobs.slots = 0
    assert outcome(jobs, note(jobs, "never")) == NotStarted()
    assert journal(jobs) == []


def test_what_waited_when_the_daemon_died_was_not_started(jobs: ShellJobs) -> None:
    first = blocked(jobs)
    waiting = [note(jobs, f"{number}") for number in range(3)]
    home = jobs.vanish()
    jobs.begin()
    now = datetime.now(UTC)
    jobs.shell.inherit([home], [Inherited(claim, now, blamed=False) for claim in (first, *waiting)], now)
    assert [outcome(jobs, claim) for claim in waiting] == [NotStarted()] * 3
    go(jobs)
    assert outcome(jobs, first) == Exited(0)
    assert journal(jobs) == ["began"]


def test_what_had_begun_when_the_daemon_died_is_told_as_it_ended(jobs: ShellJobs) -> None:
    first = blocked(jobs)
    waiting = [note(jobs, f"{number}") for number in range(3)]
    go(jobs)
    until(lambda: journal(jobs)[1:] == ["0", "1", "2"], "all have run")
    home = jobs.vanish()
    jobs.begin()
    now = datetime.now(UTC)
    jobs.shell.inherit([home], [Inherited(claim, now, blamed=False) for claim in (first, *waiting)], now)
    assert [outcome(jobs, claim) for claim in (first, *waiting)] == [Exited(0)] * 4


def test_what_waited_in_a_holder_that_was_killed_was_not_started_and_is_no_loss(jobs: ShellJobs) -> None:
    first = blocked(jobs)
    waiting = [note(jobs, f"{number}") for number in range(3)]
    stop(holder_pid(jobs.holder.folder))
    lost = outcome(jobs, first)
    assert isinstance(lost, Lost)
    assert lost.shared
    assert [outcome(jobs, claim) for claim in waiting] == [NotStarted()] * 3
    assert journal(jobs) == ["began"]
    jobs.shell.settled([ending.claim.key for ending in jobs.news.endings])
    assert jobs.run(("true",)).outcome == Exited(0)
    assert not (jobs.holder.folder / "before").exists()


def test_nothing_runs_twice_and_nothing_is_forgotten_when_what_waits_is_stopped_all_the_time(jobs: ShellJobs) -> None:
    jobs.slots = 2
    now = datetime.now(UTC)
    claims = [jobs.claim(f"echo {number} >> journal") for number in range(120)]
    for number, claim in enumerate(claims):
        jobs.shell.start(claim, now)
        if number % 4 == 3:
            jobs.shell.stop(claims[number - 2].key, "operator", now)
            jobs.turn(0)
    outcomes = {claim.run_id: outcome(jobs, claim) for claim in claims}
    assert len(jobs.news.endings) == len({ending.claim.key for ending in jobs.news.endings})
    words = [int(word) for word in journal(jobs)]
    assert len(words) == len(set(words))
    ran = {number for number, claim in enumerate(claims) if outcomes[claim.run_id] == Exited(0)}
    assert ran <= set(words)
    assert not {n for n, claim in enumerate(claims) if outcomes[claim.run_id] == NotStarted()} & set(words)
    assert jobs.shell.in_flight() == []


def test_where_the_start_cannot_be_recorded_what_waits_goes_back(tmp_path: Path) -> None:
    told: list[str] = []
    care = Care("token", Journal(str(tmp_path), "token", "boot", 1, 1), Watch(), told.append)
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, usual[1]))
    try:
        care.spawn_behind({"key": "run:1.1"}, 1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert [json.loads(event)[:2] for event in told] == [["n", "run:1.1"]]
