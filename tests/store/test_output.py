"""What attempts have printed, where it comes with their settlement."""

from typing import Any

import pytest

from jobctl.model.claim import Claim
from jobctl.model.settlement import Settlement
from jobctl.store.protocol import Store
from jobctl.store.values import RunFilter
from tests.store.making import NOON, at, daemon, enqueue, finish, request, settled, swap, take

BYTES = b"caf\xc3\xa9 \xff\x00\n"


def _returned(claim: Claim, **changes: Any) -> Settlement:
    """A success as callables have it: without an exit status."""
    return settled(claim, at(5), outcome="succeeded", exit_code=None, **changes)


@pytest.mark.parametrize("state", ["succeeded", "failed", "waiting"])
def test_output_is_kept_byte_for_byte_with_the_settlement(store: Store, state: str) -> None:
    worker = daemon(store)
    enqueue(store, request())
    finish(store, worker, 1, at(5), state, output=BYTES)
    assert (store.output(1, 1), store.newest_output(1)) == (BYTES, 1)


def test_a_result_and_output_of_a_success_are_both_on_record(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    (claim,) = take(store, worker, at(1))
    swap(store, worker, at(6), _returned(claim, result={"x": [1, "é"]}, output=BYTES, started_at=at(2)))
    run, (attempt,) = store.run(1), store.attempts(1)
    assert run is not None
    assert (run.state, run.result, run.started_at, run.finished_at) == ("succeeded", {"x": [1, "é"]}, at(2), at(5))
    assert (attempt.outcome, attempt.started_at, attempt.finished_at) == ("succeeded", at(2), at(5))
    assert store.output(1, 1) == BYTES


def test_results_and_output_of_many_are_not_mixed_up(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, *[request()] * 6)
    claims = take(store, worker, at(1))
    ends = [_returned(claim, result=n or None, output=b"%d" % n if n % 2 else None) for n, claim in enumerate(claims)]
    ends[3] = settled(claims[3], at(5), "failed", output=b"failed")
    swap(store, worker, at(6), *ends)
    assert [run.result for run in reversed(store.runs(RunFilter()))] == [None, 1, 2, None, 4, 5]
    assert [store.output(n, 1) for n in range(1, 7)] == [None, b"1", None, b"failed", None, b"5"]


def test_an_attempt_that_printed_nothing_has_no_output(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    finish(store, worker, 1, at(5))
    assert (store.output(1, 1), store.newest_output(1)) == (None, None)


def test_a_run_that_nobody_knows_has_no_output(store: Store) -> None:
    assert (store.output(7, 1), store.newest_output(7)) == (None, None)


def test_each_attempt_keeps_its_output(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    finish(store, worker, 1, at(1), "waiting", due_at=at(1), output=b"first\n")
    finish(store, worker, 1, at(2), "waiting", due_at=at(2), output=b"second\n")
    finish(store, worker, 1, at(3))
    assert [store.output(1, number) for number in (1, 2, 3)] == [b"first\n", b"second\n", None]
    assert store.newest_output(1) == 2


def test_a_stale_settlement_leaves_no_output(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    (old,) = take(store, worker, at(1))
    swap(store, worker, at(2), settled(old, at(2), "waiting", reason="lost", due_at=at(2)))
    take(store, worker, at(3))
    assert swap(store, worker, at(4), settled(old, at(4), output=b"late")).stale == [old.key]
    assert (store.output(1, 1), store.output(1, 2)) == (None, None)


def test_output_goes_with_its_run(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    finish(store, worker, 1, at(5), output=b"gone\n")
    assert [run.run_id for run in store.prune(NOON.replace(year=NOON.year + 5), 10)] == [1]
    assert (store.output(1, 1), store.newest_output(1)) == (None, None)
