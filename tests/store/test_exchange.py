"""Claims and settlements: the fence, the order, what is written."""

from typing import Any

import pytest

from jobctl.model.claim import ClaimKey
from jobctl.model.job import Queue
from jobctl.store.protocol import Store
from jobctl.store.values import RunFilter
from tests.store.making import NOON, at, daemon, deploy, enqueue, ids, request, settled, swap, take


def test_a_claim_says_everything_about_its_run(store: Store) -> None:
    worker = daemon(store)
    facts: dict[str, Any] = {"params": '{"a": 1}', "correlation_id": "c", "due_at": at(2), "expires_at": at(50)}
    (run_id,) = enqueue(store, request(**facts, scheduled_for=at(-3)))
    (claim,) = take(store, worker, at(4))
    assert (claim.run_id, claim.fence, claim.job.name, claim.queue) == (run_id, 1, "backup", "default")
    assert (claim.params, claim.correlation_id) == ({"a": 1}, "c")
    assert (claim.due_at, claim.deadline_at, claim.scheduled_for) == (at(2), at(50), at(-3))


def test_a_run_without_a_correlation_id_correlates_with_itself(store: Store) -> None:
    worker = daemon(store)
    (run_id,) = enqueue(store, request())
    assert take(store, worker, at(1))[0].correlation_id == str(run_id)


def test_claims_come_by_priority_then_due_then_id(store: Store) -> None:
    worker = daemon(store)
    enqueue(
        store,
        request("a", due_at=at(2)),
        request("b", due_at=at(1), queue="other"),
        request("c", due_at=at(3), priority=5),
        request("d", due_at=at(1)),
        request("e", due_at=at(9), priority=-1),
    )
    assert ids(take(store, worker, at(10))) == [3, 2, 4, 1, 5]


def test_no_more_is_claimed_than_is_wanted(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, *[request()] * 5)
    assert ids(take(store, worker, at(1), 2)) == [1, 2]


def test_a_daemon_takes_only_from_its_queues(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(queue="a"), request(queue="b"))
    assert ids(take(store, worker, at(1), queues=("b",))) == [2]


def test_only_one_run_is_taken_when_only_it_is_wanted(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(), request(), request())
    assert ids(take(store, worker, at(1), only=2)) == [2]


def test_a_run_is_given_once(store: Store, second: Store) -> None:
    one, other = daemon(store, "one"), daemon(store, "other")
    enqueue(store, *[request()] * 10)
    assert ids(take(store, one, at(1), 6)) + ids(take(second, other, at(2), 6)) == list(range(1, 11))


def test_a_settled_run_has_its_end_on_record(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    (claim,) = take(store, worker, at(1))
    end = settled(claim, at(5), "failed", reason="timeout", failures=1, exit_code=3, error="bad", started_at=at(2))
    swap(store, worker, at(6), end._replace(signal="SIGTERM", result={"x": 1}))
    run = store.run(1)
    assert run is not None
    assert (run.state, run.reason, run.failures, run.exit_code, run.signal) == ("failed", "timeout", 1, 3, "SIGTERM")
    assert (run.error, run.result, run.host, run.attempt) == ("bad", {"x": 1}, "web", 1)
    assert (run.started_at, run.finished_at) == (at(2), at(5))


def test_a_settled_attempt_has_its_end_on_record(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    (claim,) = take(store, worker, at(1))
    swap(store, worker, at(6), settled(claim, at(5), "failed", exit_code=3, error="bad", started_at=at(2)))
    (attempt,) = store.attempts(1)
    assert (attempt.number, attempt.outcome, attempt.exit_code, attempt.error) == (1, "exited", 3, "bad")
    assert (attempt.started_at, attempt.finished_at, attempt.host) == (at(2), at(5), "web")


def test_a_settlement_with_an_old_fence_is_stale_and_writes_nothing(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    (old,) = take(store, worker, at(1))
    swap(store, worker, at(2), settled(old, at(2), "waiting", reason="lost", due_at=at(2)))
    (new,) = take(store, worker, at(3))
    before = (store.run(1), store.attempts(1))
    assert swap(store, worker, at(4), settled(old, at(4))).stale == [old.key]
    assert (new.fence, (store.run(1), store.attempts(1))) == (2, before)


@pytest.mark.parametrize("many", [1, 6])
def test_successes_of_calls_with_an_old_fence_are_stale_and_write_nothing(store: Store, many: int) -> None:
    worker = daemon(store)
    enqueue(store, *[request() for _ in range(many)])
    old = take(store, worker, at(1))
    lost = [settled(claim, at(2), "waiting", reason="lost", due_at=at(2)) for claim in old]
    swap(store, worker, at(2), *lost)
    assert len(take(store, worker, at(3))) == many
    before = store.runs(RunFilter())
    ends = [settled(claim, at(4), outcome="succeeded", exit_code=None) for claim in old]
    assert swap(store, worker, at(4), *ends).stale == [claim.key for claim in old]
    assert store.runs(RunFilter()) == before


def test_of_many_calls_that_end_together_each_gets_its_own_end(store: Store) -> None:
    """As a daemon settles quick callables: most are alike, some leave something, one is stale."""
    worker = daemon(store)
    enqueue(store, *[request() for _ in range(20)])
    claims = take(store, worker, at(1))
    alike: dict[str, Any] = {"outcome": "succeeded", "exit_code": None}
    ends = [settled(claim, at(2), **alike) for claim in claims]
    ends[3] = settled(claims[3], at(2), result={"sum": 3}, **alike)
    ends[5] = settled(claims[5], at(4), **alike)
    ends[7] = settled(claims[7], at(2), "failed", outcome="failed", error="no", exit_code=None)
    ends[9] = ends[9]._replace(claim=ClaimKey(claims[9].run_id, 2))
    assert swap(store, worker, at(5), *ends).stale == [ends[9].claim]
    runs = {run.run_id: run for run in store.runs(RunFilter(limit=50))}
    states = {claim.run_id: runs[claim.run_id].state for claim in claims}
    assert [states.pop(claims[n].run_id) for n in (7, 9)] == ["failed", "running"]
    assert set(states.values()) == {"succeeded"}
    assert runs[claims[3].run_id].result == {"sum": 3}
    assert runs[claims[5].run_id].finished_at == at(4)
    assert runs[claims[4].run_id].finished_at == at(2)
    assert store.attempts(claims[4].run_id)[0].finished_at == at(2)


def test_a_settlement_of_a_run_that_is_not_running_is_stale(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    (claim,) = take(store, worker, at(1))
    swap(store, worker, at(2), settled(claim, at(2)))
    assert swap(store, worker, at(3), settled(claim, at(3), "failed")).stale == [claim.key]


def test_a_settlement_of_an_unknown_run_is_stale(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    (claim,) = take(store, worker, at(1))
    ghost = settled(claim, at(2))._replace(claim=ClaimKey(99, 1))
    assert swap(store, worker, at(2), ghost).stale == [ClaimKey(99, 1)]


def test_a_claim_settled_twice_in_one_exchange_is_settled_once(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    (claim,) = take(store, worker, at(1))
    given = swap(store, worker, at(2), settled(claim, at(2)), settled(claim, at(2), "failed"))
    run = store.run(1)
    assert run is not None
    assert (given.stale, run.state) == ([claim.key], "succeeded")


def test_a_stale_settlement_brings_no_follow_up(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    (claim,) = take(store, worker, at(1))
    swap(store, worker, at(2), settled(claim, at(2)))
    swap(store, worker, at(3), settled(claim, at(3), "failed", follow_up=request("backup:on_failure")))
    assert len(store.runs(RunFilter())) == 1


def test_a_follow_up_is_enqueued_with_the_settlement(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    (claim,) = take(store, worker, at(1))
    end = settled(claim, at(2), "failed", follow_up=request("backup:on_failure"))
    (follow_up,) = swap(store, worker, at(2), end, capacity=1).claims
    assert follow_up.job.name == "backup:on_failure"


def test_a_retry_waits_until_it_is_due(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    (claim,) = take(store, worker, at(1))
    swap(store, worker, at(2), settled(claim, at(2), "waiting", reason="retry", failures=1, due_at=at(30)))
    assert take(store, worker, at(29)) == []
    (again,) = take(store, worker, at(30))
    assert (again.fence, again.failures, again.due_at) == (2, 1, at(30))


def test_a_run_past_its_deadline_is_skipped_as_expired(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(expires_at=at(10)))
    assert take(store, worker, at(10)) == []
    run = store.run(1)
    assert run is not None
    assert (run.state, run.reason, run.finished_at) == ("skipped", "expired", at(10))


def test_a_run_that_was_to_be_stopped_does_not_wait_again(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    (claim,) = take(store, worker, at(1))
    store.cancel([1], "ann", at(2))
    swap(store, worker, at(3), settled(claim, at(3), "waiting", reason="retry", due_at=at(30)))
    run = store.run(1)
    assert run is not None
    assert (run.state, run.reason, run.finished_at) == ("cancelled", "operator", at(3))


def test_an_exchange_says_when_the_next_run_is_due(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(due_at=at(40)), request(due_at=at(20)))
    assert swap(store, worker, at(1), capacity=1).wake_at == at(20)


def test_an_exchange_says_when_the_next_run_expires(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(due_at=at(40), expires_at=at(15)))
    assert swap(store, worker, at(1), capacity=1).wake_at == at(15)


def test_an_exchange_with_nothing_ahead_does_not_ask_to_come_again(store: Store) -> None:
    assert swap(store, daemon(store), at(1), capacity=1).wake_at is None


def test_an_exchange_counts_as_a_heartbeat(store: Store) -> None:
    worker = daemon(store)
    swap(store, worker, at(30))
    assert store.daemons()[0].seen_at == at(30)


def test_an_exchange_with_nothing_to_do_writes_nothing(store: Store, second: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(due_at=at(40)))
    swap(store, worker, at(1), capacity=1)
    assert store.daemons()[0].seen_at == NOON


def test_a_run_whose_turn_has_not_come_is_no_reason_to_write(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(overlap="queue"))
    (claim,) = take(store, worker, at(1))
    enqueue(store, request(overlap="queue"), now=at(2))
    swap(store, worker, at(3), settled(claim, at(3), "waiting", reason="retry", due_at=at(60)))
    swap(store, worker, at(4), capacity=1)
    assert store.daemons()[0].seen_at == at(3)


def test_runs_behind_very_many_that_are_held_are_found(store: Store) -> None:
    worker = daemon(store)
    deploy(store, queues=[Queue("full", slots=0)])
    enqueue(store, *[request(queue="full", priority=1)] * 200, request(), request())
    assert ids(take(store, worker, at(1), 1)) + ids(take(store, worker, at(2), 50)) == [201, 202]


def test_a_life_is_told_in_events(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    (claim,) = take(store, worker, at(1))
    swap(store, worker, at(2), settled(claim, at(2), "failed", reason="timeout"))
    store.retry([1], None, "bob", at(3))
    store.cancel([1], "eve", at(4))
    assert [(e.at, e.verb, e.from_state, e.to_state, e.reason, e.actor) for e in store.events(1)] == [
        (NOON, "enqueue", None, "waiting", None, "ann"),
        (at(1), "claim", "waiting", "running", None, "web-01"),
        (at(2), "settle", "running", "failed", "timeout", "web-01"),
        (at(3), "retry", "failed", "waiting", None, "bob"),
        (at(4), "cancel", "waiting", "cancelled", "operator", "eve"),
    ]
