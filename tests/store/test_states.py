"""The table of states holds in the store: what it forbids changes nothing."""

from collections.abc import Callable
from typing import get_args

import pytest

from jobctl.decide.runs.states import STATES, TABLE
from jobctl.model.claim import ClaimKey
from jobctl.model.run import State
from jobctl.store.protocol import Store
from tests.store.making import at, daemon, enqueue, finish, request, settled, swap, take


def _bring(store: Store, worker: int, state: State) -> int:
    """A run in `state`."""
    (run_id,) = enqueue(store, request(expires_at=at(50), due_at=at(0.5), overlap="skip"))
    if state == "running":
        take(store, worker, at(1), only=run_id)
    elif state != "waiting":
        finish(store, worker, run_id, at(1), state)
    return run_id


def _settle(store: Store, worker: int, run_id: int) -> None:
    """Settle the claim that the run holds, or one that it could have held."""
    (other,) = enqueue(store, request("other"))
    (claim,) = take(store, worker, at(2), only=other)
    run = store.run(run_id)
    assert run is not None
    named = ClaimKey(run_id, run.attempt)
    swap(store, worker, at(3), settled(claim, at(3))._replace(claim=named))


def _skip(store: Store, worker: int, _: int) -> None:
    """Another run was there before this one is due."""
    enqueue(store, request(), now=at(0.2))
    swap(store, worker, at(2))


VERBS: dict[str, Callable[[Store, int, int], object]] = {
    "claim": lambda store, worker, run_id: take(store, worker, at(2), only=run_id),
    "settle": _settle,
    "cancel": lambda store, worker, run_id: store.cancel([run_id], "ann", at(2)),
    "expire": lambda store, worker, run_id: swap(store, worker, at(60)),
    "skip": _skip,
    "retry": lambda store, worker, run_id: store.retry([run_id], None, "ann", at(2)),
}


def test_every_verb_of_the_table_is_tried() -> None:
    assert {verb for state, verb in TABLE if state is not None} == set(VERBS)


def test_the_table_names_every_state() -> None:
    assert set(STATES) == set(get_args(State))


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", STATES)
def test_a_verb_does_what_the_table_says_and_nothing_else(store: Store, state: State, verb: str) -> None:
    worker = daemon(store)
    run_id = _bring(store, worker, state)
    before = store.run(run_id)
    VERBS[verb](store, worker, run_id)
    after = store.run(run_id)
    assert before is not None
    assert after is not None
    if (state, verb) in TABLE:
        assert after.state in TABLE[state, verb]
    else:
        assert after == before
