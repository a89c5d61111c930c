"""Overlap is judged when a run is due, against what is due or under way: a promise for later is in nobody's way."""

from typing import Any

import pytest

from jobctl.model.fire import DueSchedule, Fire, Fires, Recording
from jobctl.model.instant import MILLISECOND
from jobctl.model.job import Job, Schedule
from jobctl.store.opening import open_store
from jobctl.store.protocol import Store
from jobctl.store.values import RunFilter
from tests.store.making import at, daemon, deploy, enqueue, ids, request, settled, swap, take

CHRISTMAS = at(24_000_000)
POLICIES = ("skip", "queue", "replace")


def _states(store: Store, *run_ids: int) -> list[str]:
    found = [store.run(run_id) for run_id in run_ids]
    return [f"{run.state}/{run.reason}" for run in found if run is not None]


@pytest.mark.parametrize("overlap", POLICIES)
def test_a_run_promised_for_later_is_in_nobodys_way_until_then(store: Store, overlap: str) -> None:
    worker = daemon(store)
    (later,) = enqueue(store, request(overlap=overlap, due_at=CHRISTMAS))
    now = enqueue(store, request(overlap=overlap), now=at(1))
    assert ids(take(store, worker, at(1))) == now
    assert _states(store, later, *now) == ["waiting/None", "running/None"]


@pytest.mark.parametrize("overlap", POLICIES)
def test_a_run_promised_for_later_is_promised_also_while_another_runs(store: Store, overlap: str) -> None:
    worker = daemon(store)
    enqueue(store, request(overlap=overlap))
    (claim,) = take(store, worker, at(1))
    (later,) = enqueue(store, request(overlap=overlap, due_at=at(60)), now=at(2))
    assert (_states(store, claim.run_id, later), store.stop_requests(worker)) == (
        ["running/None", "waiting/None"],
        [],
    )
    swap(store, worker, at(3), settled(claim, at(3)))
    assert ids(take(store, worker, at(60))) == [later]


@pytest.mark.parametrize(
    ("overlap", "ends"),
    [
        ("skip", ["running/None", "skipped/overlap"]),
        ("queue", ["running/None", "waiting/None"]),
        ("replace", ["running/None", "waiting/None"]),
    ],
)
def test_a_delayed_run_is_judged_when_it_is_due(store: Store, overlap: str, ends: list[str]) -> None:
    worker = daemon(store)
    (later,) = enqueue(store, request(overlap=overlap, due_at=at(60)))
    (now,) = enqueue(store, request(overlap=overlap), now=at(50))
    take(store, worker, at(50))
    before = _states(store, later)
    given = swap(store, worker, at(60), capacity=5)
    assert (before, _states(store, now, later), given.claims) == (["waiting/None"], ends, [])
    assert [skipped.run_id for skipped in given.skipped] == ([later] if overlap == "skip" else [])
    assert [one.why for one in store.stop_requests(worker)] == (["replaced"] if overlap == "replace" else [])


def test_what_is_skipped_when_due_is_told_counted_and_lets_go_of_its_key(store: Store) -> None:
    worker = daemon(store)
    (later,) = enqueue(store, request(overlap="skip", due_at=at(60), key="k", unique_for_ms=3_600_000))
    enqueue(store, request(), now=at(50))
    swap(store, worker, at(60))
    event = store.events(later)[-1]
    assert (event.verb, event.from_state, event.to_state, event.reason) == ("skip", "waiting", "skipped", "overlap")
    assert (store.statistics("backup").skipped, store.enqueue([request(key="k")], at(61))[0].created) == (1, True)


def test_of_two_that_become_due_together_the_first_goes_and_the_second_is_judged_beside_it(store: Store) -> None:
    worker = daemon(store)
    second, first = enqueue(
        store, request(overlap="skip", due_at=at(61)), request(overlap="skip", due_at=at(60)), now=at(1)
    )
    assert ids(take(store, worker, at(100))) == [first]
    assert _states(store, second) == ["skipped/overlap"]


def test_a_delayed_run_that_was_due_first_goes_first_also_where_nobody_has_looked_yet(store: Store) -> None:
    worker = daemon(store)
    (later,) = enqueue(store, request(overlap="skip", due_at=at(60)))
    (manual,) = enqueue(store, request(overlap="skip"), now=at(60.2))
    assert (_states(store, manual), ids(take(store, worker, at(61)))) == (["skipped/overlap"], [later])


def test_a_run_that_waits_for_its_retry_is_in_the_way_of_one_that_becomes_due(store: Store) -> None:
    worker = daemon(store)
    (later,) = enqueue(store, request(overlap="skip", due_at=at(60)))
    enqueue(store, request(overlap="skip"), now=at(1))
    (claim,) = take(store, worker, at(1))
    swap(store, worker, at(2), settled(claim, at(2), "waiting", reason="retry", due_at=at(600)))
    assert (take(store, worker, at(60)), _states(store, later)) == ([], ["skipped/overlap"])


def test_replace_leaves_what_is_promised_for_later_and_ends_a_wait_for_a_retry(store: Store) -> None:
    worker = daemon(store)
    (later,) = enqueue(store, request(overlap="replace", due_at=CHRISTMAS))
    enqueue(store, request(overlap="replace"), now=at(1))
    (claim,) = take(store, worker, at(1))
    swap(store, worker, at(2), settled(claim, at(2), "waiting", reason="retry", due_at=at(600)))
    enqueue(store, request(overlap="replace"), now=at(3))
    assert _states(store, later, claim.run_id) == ["waiting/None", "cancelled/replaced"]


def test_queue_lets_one_wait_however_many_are_promised_for_later(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, *[request(overlap="queue", due_at=at(1000 + n)) for n in range(5)])
    enqueue(store, request(overlap="queue"), now=at(1))
    take(store, worker, at(1))
    second, third = store.enqueue([request(overlap="queue")] * 2, at(2))
    assert (second.state, third.state) == ("waiting", "skipped")


def test_a_promise_that_was_taken_back_and_retried_runs_once(store: Store) -> None:
    worker = daemon(store)
    (later,) = enqueue(store, request(overlap="skip", due_at=at(60)))
    store.cancel([later], "ann", at(1))
    store.retry([later], None, "ann", at(2))
    (claim,) = take(store, worker, at(2))
    assert take(store, worker, at(60)) == []
    swap(store, worker, at(61), settled(claim, at(61)))
    assert (_states(store, later), take(store, worker, at(62))) == (["succeeded/None"], [])


def test_a_run_that_may_overlap_is_not_judged_when_it_becomes_due(store: Store) -> None:
    worker = daemon(store)
    (later,) = enqueue(store, request(due_at=at(60)))
    enqueue(store, request(overlap="skip"), now=at(1))
    take(store, worker, at(1))
    assert ids(take(store, worker, at(60))) == [later]


def test_more_than_are_judged_at_once_are_all_judged_before_one_of_them_starts(store: Store) -> None:
    worker = daemon(store)
    promised = enqueue(store, *[request(overlap="skip", due_at=at(60))] * 1500)
    claims = take(store, worker, at(60)) + take(store, worker, at(60))
    assert ids(claims) == promised[:1]
    assert len(store.runs(RunFilter(state="skipped", limit=2000))) == 1499


def test_two_that_decide_at_the_same_time_judge_once(store: Store, second: Store) -> None:
    one, other = daemon(store, "a"), daemon(second, "b")
    (later,) = enqueue(store, request(overlap="skip", due_at=at(60)))
    enqueue(store, request(), now=at(50))
    answers = [swap(store, one, at(60)), swap(second, other, at(60))]
    assert [len(answer.skipped) for answer in answers] == [1, 0]
    assert [event.verb for event in store.events(later)].count("skip") == 1


def test_a_judgement_outlives_the_one_who_promised(store: Store, url: str) -> None:
    enqueue(store, request(overlap="skip", due_at=at(60)))
    enqueue(store, request(), now=at(50))
    store.close()
    again = open_store(url)
    assert len(swap(again, daemon(again), at(60)).skipped) == 1
    again.close()


def _tick(store: Store, **schedule: Any) -> DueSchedule:
    deploy(store, Job(name="tick", run="true", schedule=Schedule(**schedule), overlap="skip"))
    (due,) = store.due_schedules(at(60), 10)
    return due


def test_a_fire_with_jitter_is_judged_after_its_jitter(store: Store) -> None:
    worker = daemon(store)
    due = _tick(store, every=60 * 1000 * MILLISECOND)
    enqueue(store, request("tick"), now=at(59))
    (claim,) = take(store, worker, at(59))
    (fire,) = store.record([Recording(due, Fires((Fire(at(60), at(90)),), (), at(60), at(120)), None)], at(60))
    swap(store, worker, at(80), settled(claim, at(80)))
    assert (fire.state, ids(take(store, worker, at(90)))) == ("waiting", [fire.run_id])


def test_a_fire_with_jitter_is_skipped_when_another_runs_at_its_end(store: Store) -> None:
    worker = daemon(store)
    due = _tick(store, every=60 * 1000 * MILLISECOND)
    (fire,) = store.record([Recording(due, Fires((Fire(at(60), at(90)),), (), at(60), at(120)), None)], at(60))
    enqueue(store, request("tick"), now=at(89))
    take(store, worker, at(89))
    assert [one.run_id for one in swap(store, worker, at(90)).skipped] == [fire.run_id]
    assert [run.reason for run in store.fires("tick", 10)] == ["overlap"]


def test_what_is_in_the_way_and_what_is_promised_are_told_apart(store: Store) -> None:
    worker = daemon(store)
    late, later = enqueue(store, request(due_at=at(700)), request(due_at=at(600)), now=at(0))
    retried, due = enqueue(store, request(), request(), now=at(1))
    (claim, _) = take(store, worker, at(1))
    swap(store, worker, at(2), settled(claim, at(2), "waiting", reason="retry", due_at=at(600)))
    assert [run.run_id for run in store.in_the_way("backup", 5)] == [due, retried]
    assert [run.run_id for run in store.promised("backup", 5)] == [later, late]
