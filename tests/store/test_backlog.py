"""What waits for its time makes no other run dearer; work is counted: SQLite's steps, and Python calls."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from jobctl.model.job import Job
from jobctl.store.protocol import Store
from jobctl.store.relational.store import RelationalStore
from tests.store.inside import connection_of
from tests.store.making import NOON, at, daemon, deploy, request, settled, swap

STEP = 100
RUNS, BATCH, LATER, QUEUES = 500, 100, 10_000, 200


class Work(NamedTuple):
    """What was done meanwhile."""

    steps: int
    calls: int


@contextmanager
def counted(store: RelationalStore) -> Iterator[list[Work]]:
    """The list holds the work once the block has ended."""
    steps = calls = 0
    done: list[Work] = []

    def step() -> int:
        nonlocal steps
        steps += STEP
        return 0

    def call(frame: object, event: str, _: Any) -> None:
        nonlocal calls
        calls += event == "call"

    connection = connection_of(store)
    connection.set_progress_handler(step, STEP)
    before = sys.getprofile()
    sys.setprofile(call)
    try:
        yield done
    finally:
        sys.setprofile(before)
        connection.set_progress_handler(None, 0)
        done.append(Work(steps, calls))


def drained(store: RelationalStore, worker: int) -> Work:
    """What it takes to claim and to settle runs in batches."""
    store.enqueue([request("nothing")] * RUNS, NOON)
    ended = 0
    with counted(store) as work:
        claims = swap(store, worker, at(1), capacity=BATCH).claims
        while claims:
            ended += len(claims)
            claims = swap(store, worker, at(1), *(settled(c, at(1)) for c in claims), capacity=BATCH).claims
    assert ended == RUNS
    return work[0]


def test_ten_thousand_runs_that_are_due_later_in_two_hundred_queues_make_no_other_one_dearer(store: Store) -> None:
    assert isinstance(store, RelationalStore)
    deploy(store, Job(name="nothing", run="true"))
    worker = daemon(store)
    drained(store, worker)
    alone = drained(store, worker)
    store.enqueue([request("nothing", queue=f"q{n % QUEUES}", due_at=at(10**6)) for n in range(LATER)], NOON)
    behind = drained(store, worker)
    assert (behind.steps < 1.2 * alone.steps, behind.calls < 1.2 * alone.calls) == (True, True), (alone, behind)
