"""Calls that are known to be quick wait in a worker behind others; none of them pays for what another one does."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobctl.model.claim import Claim
from jobctl.model.outcome import Exited, Lost, NotStarted, Outcome, Returned, Stopped
from tests.kit.crew import Crew, now
from tests.kit.until import until


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    """One worker, and a job that has been quick so far."""
    with Crew(tmp_path / "state", slots=1) as crew:
        until(lambda: quick(crew), "the job is known as quick")
        yield crew


def quick(crew: Crew) -> bool:
    """Whether its job is known as quick after one more run, each of which is slow where a machine has much to do."""
    crew.run("plain:nothing")
    return "demo" in known(crew)


def start(crew: Crew, call: str, facts: dict[str, Any] | None = None, **params: Any) -> Claim:
    return crew.start(crew.job(call, **(facts or {})), **params)


def outcome(crew: Crew, begun: Claim) -> Outcome:
    return crew.ending(begun.key).outcome


def test_a_job_is_known_as_quick_once_it_has_been_quick_often_enough(crew: Crew) -> None:
    crew.run("plain:add", job={"name": "new"}, a=1, b=1)
    assert "new" not in known(crew)
    until(lambda: crew.run("plain:add", job={"name": "new"}, a=1, b=1) and "new" in known(crew), "it is known too")


def known(crew: Crew) -> set[str]:
    prefetch = crew.workers.prefetch(now())
    return set() if prefetch is None else set(prefetch.quick)


def test_a_slow_call_makes_its_job_no_longer_quick(crew: Crew) -> None:
    crew.run("waiting:sleep", seconds=0.05)
    assert crew.workers.prefetch(now()) is None or not crew.workers.prefetch(now()).quick  # type: ignore[union-attr]


def test_quick_calls_wait_in_one_worker_and_take_one_slot(crew: Crew) -> None:
    at, job = now(), crew.job("plain:add")
    begun = [crew.start_at(at, job, a=n, b=1) for n in range(300)]
    assert crew.workers.busy() == 1
    assert [outcome(crew, claim) for claim in begun] == [Returned(n + 1) for n in range(300)]


def test_each_of_many_has_its_own_log(crew: Crew) -> None:
    at, job = now(), crew.job("talking:hello")
    begun = [crew.start_at(at, job) for _ in range(20)]
    for claim in begun:
        assert isinstance(outcome(crew, claim), Returned)
        assert crew.log(claim) == "hello world\n"


def test_what_waits_behind_a_slow_call_goes_back(crew: Crew) -> None:
    slow = start(crew, "waiting:sleep", seconds=300)
    behind = [start(crew, "plain:nothing") for _ in range(3)]
    assert [outcome(crew, claim) for claim in behind] == [NotStarted()] * 3
    assert crew.workers.in_flight() == [slow.key]
    crew.workers.kill(slow.key, "operator", now())


def test_a_death_is_the_loss_of_the_call_under_way_alone(crew: Crew) -> None:
    before = start(crew, "plain:nothing")
    deadly = start(crew, "plain:kill_itself", signal=int(signal.SIGKILL))
    behind = [start(crew, "plain:nothing") for _ in range(3)]
    assert outcome(crew, before) == Returned(None)
    assert isinstance(outcome(crew, deadly), Lost)
    assert [outcome(crew, claim) for claim in behind] == [NotStarted()] * 3


def test_what_waits_goes_back_when_a_child_outlives_its_worker(crew: Crew) -> None:
    crew.run("plain:fork_a_child", job={"name": "forks"})
    deadly = start(crew, "plain:kill_itself", signal=int(signal.SIGKILL))
    behind = [start(crew, "plain:nothing") for _ in range(3)]
    assert isinstance(outcome(crew, deadly), Lost)
    assert [outcome(crew, claim) for claim in behind] == [NotStarted()] * 3


def test_stopping_a_call_that_waits_harms_nobody(crew: Crew) -> None:
    slow = start(crew, "waiting:sleep", seconds=0.4)
    behind, other = start(crew, "plain:nothing"), start(crew, "plain:nothing")
    crew.workers.stop(behind.key, "operator", now())
    assert outcome(crew, behind) == NotStarted()
    assert isinstance(outcome(crew, slow), Returned)
    assert isinstance(outcome(crew, other), Returned | NotStarted)


def test_stopping_the_call_under_way_sends_back_what_waits(crew: Crew, tmp_path: Path) -> None:
    started = tmp_path / "started"
    slow = start(crew, "waiting:spin_as", started=str(started))
    behind = start(crew, "plain:nothing")
    crew.until(lambda: started.exists() and started.read_text(), "it spins")
    crew.workers.stop(slow.key, "operator", now())
    assert isinstance(outcome(crew, slow), Stopped)
    assert outcome(crew, behind) == NotStarted()


def test_what_runs_at_most_once_never_waits_behind_another(crew: Crew) -> None:
    slow = start(crew, "waiting:sleep", seconds=300)
    once = start(crew, "plain:nothing", {"idempotent": False})
    assert outcome(crew, once) == NotStarted()
    crew.workers.kill(slow.key, "operator", now())


def test_what_runs_at_most_once_is_never_known_as_quick(crew: Crew) -> None:
    for _ in range(4):
        assert crew.run("plain:nothing", job={"name": "once", "idempotent": False}) == Returned(None)
    assert known(crew) == {"demo"}


def test_reload_sends_back_what_waits(crew: Crew, tmp_path: Path) -> None:
    started = tmp_path / "started"
    slow = start(crew, "waiting:talk", seconds=0.5, first="hello", started=str(started))
    behind = start(crew, "plain:nothing")
    crew.workers.tick(now())
    until(started.exists, "it talked")
    crew.workers.reload()
    assert outcome(crew, behind) == NotStarted()
    assert isinstance(outcome(crew, slow), Returned)


def test_no_call_is_executed_twice_or_forgotten_when_calls_are_taken_back_all_the_time(
    crew: Crew, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    at, job = now(), crew.job("plain:note")
    begun = [crew.start_at(at, job, path=str(notes), text=f"{n}") for n in range(400)]
    for claim in reversed(begun[::4]):
        crew.workers.stop(claim.key, "operator", at)
        crew.go_round(at)
    returned = {str(n) for n, claim in enumerate(begun) if outcome(crew, claim) == Returned(None)}
    stopped = {str(n) for n, claim in enumerate(begun) if isinstance(outcome(crew, claim), Stopped)}
    noted = notes.read_text().split()
    assert len(noted) == len(set(noted))
    # One that is stopped while it is under way may have come to its note.
    assert returned <= set(noted) <= returned | stopped
    assert {type(outcome(crew, claim)) for claim in begun} <= {Returned, NotStarted, Stopped}


def test_calls_larger_than_all_buffers_share_a_worker(crew: Crew) -> None:
    at, job = now(), crew.job("plain:length_of")
    begun = [crew.start_at(at, job, text="x" * (10_000 + n)) for n in range(60)]
    assert crew.workers.busy() == 1
    assert [outcome(crew, claim) for claim in begun] == [Returned(10_000 + n) for n in range(60)]


def test_a_worker_goes_on_after_more_was_taken_back_than_it_could_be_sent(crew: Crew) -> None:
    slow = start(crew, "waiting:sleep", seconds=0.3)
    behind = [start(crew, "plain:length_of", text="x" * 10_000) for _ in range(60)]
    assert {type(outcome(crew, claim)) for claim in behind} == {NotStarted}
    assert isinstance(outcome(crew, slow), Returned)
    for _ in range(4):
        assert crew.run("plain:add", a=1, b=2) == Returned(3)


def test_of_a_batch_all_that_had_ended_before_the_death_of_its_worker_is_told(crew: Crew) -> None:
    at, job, deadly = now(), crew.job("plain:nothing"), crew.job("plain:drop_dead")
    before = [crew.start_at(at, job) for _ in range(50)]
    dead = crew.start_at(at, deadly, code=3)
    behind = [crew.start_at(at, job) for _ in range(50)]
    assert [outcome(crew, claim) for claim in before] == [Returned(None)] * 50
    assert outcome(crew, dead) == Exited(3)
    assert [outcome(crew, claim) for claim in behind] == [NotStarted()] * 50
    assert crew.workers.in_flight() == []


def killed(ended: Outcome) -> bool:
    return isinstance(ended, Lost) and (ended.signal, ended.counts) == ("SIGKILL", True)


FORGED = {
    "no json": "hello",
    "no reply": "7",
    "nothing": "{}",
    "a list of nothing": "[]",
    "another shape": "[RUN,1,{},null,[]]",
    "no text": '{"end":[RUN,1,0,0,0],"kind":"skipped","message":7}',
    "no text that can be kept": '{"end":[RUN,1,0,0,0],"kind":"skipped","message":"\\ud800"}',
    "an end that is none": '{"end":7}',
    "no way to end": '{"end":[RUN,1,0,0,0],"kind":"exploded"}',
    "an instant beyond time": "[RUN,1,1e300,99999999999999999999,0]",
    "no progress": '{"progress":{}}',
    "no percent": '{"progress":{"run_id":RUN,"fence":1,"percent":1e999,"message":null}}',
    "no status of a process": '{"end":[RUN,1,0,0,0],"kind":"exited","code":9223372036854775808}',
    "a time that nothing takes": "[RUN,1,0,0,1" + "0" * 400 + "]",
    "no number of JSON": "[RUN,1,0,0,0,NaN,null]",
    "half a character": '[RUN,1,0,0,0,["\\ud800"],null]',
}
DISTRUSTED = Lost("its worker was killed: a job wrote into the pipes between daemon and worker")


@pytest.mark.parametrize("line", FORGED.values(), ids=FORGED.keys())
def test_a_job_that_forges_replies_loses_its_worker_and_harms_nobody(crew: Crew, line: str) -> None:
    before = start(crew, "plain:nothing")
    forger = start(crew, "forging:say", line=line.replace("RUN", str(before.run_id + 1)))
    behind = start(crew, "plain:nothing")
    assert forger.run_id == before.run_id + 1
    assert outcome(crew, before) == Returned(None)
    assert outcome(crew, forger) == DISTRUSTED
    assert outcome(crew, behind) == NotStarted()
    assert crew.run("plain:add", a=1, b=2) == Returned(3)


def test_a_job_that_forges_tokens_has_begun_whatever_they_say(crew: Crew) -> None:
    assert crew.run("forging:say_that_nothing_has_begun") == DISTRUSTED
    assert crew.run("plain:add", a=1, b=2) == Returned(3)


def test_progress_of_another_run_is_not_believed(crew: Crew) -> None:
    line = '{"progress":{"run_id":1180591620717411303424,"fence":1,"percent":5,"message":null}}'
    call = start(crew, "forging:say_and_return", line=line)
    assert outcome(crew, call) == Returned(None)
    assert crew.told.reports == []


def test_a_reply_that_is_nested_too_deeply_is_forged(crew: Crew) -> None:
    assert crew.run("forging:say_deep", levels=100_000) == DISTRUSTED
    assert crew.run("plain:add", a=1, b=2) == Returned(3)
