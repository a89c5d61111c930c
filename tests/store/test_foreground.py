"""Runs that belong to the process that promised them."""

from typing import Any

from jobctl.model.queues import EXEC_QUEUE
from jobctl.model.run import Request
from jobctl.model.view import Pause
from jobctl.store.protocol import Store
from tests.store.making import at, daemon, identity, ids, request, take


def _end(store: Store, run_id: int) -> tuple[str, str | None]:
    run = store.run(run_id)
    assert run is not None
    return run.state, run.reason


def _held(store: Store, **changes: Any) -> Request:
    """A request that its own process waits for, since the queue is paused."""
    store.pause("queue", EXEC_QUEUE, Pause(None, None, "ann", at(0)))
    return request(queue=EXEC_QUEUE, overlap="skip", **changes)


def test_a_run_of_a_wrapped_command_is_given_to_no_daemon(store: Store) -> None:
    wrapper, worker = store.register(identity("own", foreground=True), at(0)), daemon(store)
    store.begin(wrapper, _held(store), at(1))
    store.resume("queue", EXEC_QUEUE, at(2))
    assert take(store, worker, at(3)) == []
    assert ids(take(store, wrapper, at(3), 1, only=1)) == [1]


def test_a_run_that_waits_for_a_process_that_has_ended_is_cancelled_by_the_next(store: Store) -> None:
    wrapper, second = (store.register(identity(name, foreground=True), at(0)) for name in ("one", "two"))
    store.begin(wrapper, _held(store), at(1))
    store.beat(wrapper, "stopped", at(2))
    enqueued, _ = store.begin(second, _held(store), at(3))
    assert (enqueued.state, _end(store, 1)) == ("waiting", ("cancelled", "interrupted"))


def test_a_run_that_waits_for_a_living_process_is_left_alone(store: Store) -> None:
    wrapper, second = (store.register(identity(name, foreground=True), at(0)) for name in ("one", "two"))
    store.begin(wrapper, _held(store), at(1))
    enqueued, _ = store.begin(second, _held(store), at(3))
    assert (enqueued.state, enqueued.reason, _end(store, 1)[0]) == ("skipped", "overlap", "waiting")


def test_what_waits_for_a_dead_process_ends_when_it_is_taken_over(store: Store) -> None:
    wrapper, worker = store.register(identity("own", foreground=True), at(0)), daemon(store)
    store.begin(wrapper, _held(store), at(1))
    estate = store.take_over(wrapper, worker, at(2))
    assert estate is not None
    assert estate.claims == []
    assert _end(store, 1) == ("cancelled", "interrupted")
