"""Looking for runs in a long history: work that grows with the page, not with what was ever run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jobctl.model.job import Job
from jobctl.store.opening import open_store
from jobctl.store.protocol import Store
from jobctl.store.relational.store import RelationalStore
from jobctl.store.sqlite.driver import sqlite3
from jobctl.store.values import RunFilter
from tests.store.inside import connection_of
from tests.store.making import NOON, at, daemon, deploy, deployed_request, finish, request

RUNS = 200_000
# Steps of SQLite's machine: a page costs some ten thousand, history a hundred times that.
FEW, STEP = 60_000, 1_000
JOBS = ("busy", "moved", "rare", "tagged", "untagged")

# A run a second since noon: all of them ended, and each sort of them ended long ago.
FILL = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :runs)
INSERT INTO runs (run_id, job, job_version, definition_id, lane_id, state, priority, ready, params, unique_for, key,
    correlation_id, claims, exit_code, created_at, created_by, started_at, finished_at)
SELECT :base + i, old.job, old.job_version, old.definition_id, old.lane_id,
    CASE WHEN i <= 300 THEN 'failed' WHEN i <= 350 THEN 'cancelled' ELSE 'succeeded' END,
    0, 0, '{}', 0, CASE WHEN i = 400 THEN 'k' END, CASE WHEN i = 401 THEN 'c' END, 1,
    CASE WHEN i <= 300 THEN 7 WHEN i <= 350 THEN NULL ELSE 0 END,
    :noon + i * 1000, 'ann', :noon + i * 1000, :noon + i * 1000
FROM n JOIN runs old ON old.run_id = CASE WHEN i <= 60 THEN 3 WHEN i <= 120 THEN 4 WHEN i <= 180 THEN 2 ELSE 1 END
"""
TALLY = """
INSERT INTO tallies (job, state, hour_at, queue, runs)
SELECT r.job, r.state, r.finished_at - r.finished_at % 3600000, l.queue, count(*)
FROM runs r JOIN lanes l ON l.lane_id = r.lane_id WHERE r.finished_at IS NOT NULL AND r.run_id > :base
GROUP BY 1, 2, 3, 4
ON CONFLICT DO UPDATE SET runs = runs + excluded.runs
"""


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelationalStore]:
    """200,000 runs, nearly all of `busy` and successful; what is different is 55 hours old."""
    path = tmp_path_factory.mktemp("long") / "jobctl.db"
    store = open_store(str(path))
    _one_run_each(store)
    _fill(path)
    assert isinstance(store, RelationalStore)
    yield store
    store.close()


def _one_run_each(store: Store) -> None:
    worker = daemon(store)
    deploy(store, *(Job(name=name, run="true", tags=("nightly",) if name == "tagged" else ()) for name in JOBS))
    for number, (name, queue) in enumerate(
        [("busy", "default"), ("busy", "moved"), ("rare", "rare"), ("tagged", "default")], 1
    ):
        store.enqueue([deployed_request(store, name, queue=queue)], NOON)
        finish(store, worker, number, at(0))


def _fill(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    facts = {"runs": RUNS, "base": 4, "noon": int(NOON.timestamp() * 1000)}
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    connection.execute(FILL, facts)
    connection.execute(TALLY, {"base": 4})
    connection.execute("COMMIT")
    connection.close()


def _looked_for(store: RelationalStore, where: RunFilter) -> tuple[list[int], int]:
    """The ids that are found, and about how many steps that took."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += STEP
        return 0

    connection = connection_of(store)
    connection.set_progress_handler(count, STEP)
    try:
        return [run.run_id for run in store.runs(where)], steps
    finally:
        connection.set_progress_handler(None, 0)


@pytest.mark.parametrize(
    ("where", "newest", "count"),
    [
        (RunFilter(), RUNS + 4, 50),
        (RunFilter(before=1_000), 999, 50),
        (RunFilter(queue="rare"), 64, 50),
        (RunFilter(queue="rare", before=10), 9, 6),
        (RunFilter(queue="rare", state="succeeded"), 3, 1),
        (RunFilter(queue="moved", job="busy"), 184, 50),
        (RunFilter(queue="nowhere"), None, 0),
        (RunFilter(tag="nightly"), 124, 50),
        (RunFilter(tag="nobody's"), None, 0),
        (RunFilter(exit_code=7), 304, 50),
        (RunFilter(exit_code=99), None, 0),
        (RunFilter(exit_code=0), RUNS + 4, 50),
        (RunFilter(state="failed"), 304, 50),
        (RunFilter(state="cancelled"), 354, 50),
        (RunFilter(state="skipped"), None, 0),
        (RunFilter(state="waiting"), None, 0),
        (RunFilter(state="running"), None, 0),
        (RunFilter(job="busy", state="waiting"), None, 0),
        (RunFilter(job="rare"), 64, 50),
        (RunFilter(job="untagged"), None, 0),
        (RunFilter(job="busy", state="failed"), 304, 50),
        (RunFilter(job="busy", state="skipped"), None, 0),
        (RunFilter(job="tagged", state="succeeded"), 4, 1),
        (RunFilter(job="busy", exit_code=7, queue="moved"), 184, 50),
        (RunFilter(since_at=at(RUNS - 9)), RUNS + 4, 10),
        (RunFilter(since_at=at(RUNS + 9)), None, 0),
        (RunFilter(until_at=at(10)), 13, 13),
        (RunFilter(until_at=at(-10)), None, 0),
        (RunFilter(since_at=at(100_000), until_at=at(100_007)), 100_010, 7),
        (RunFilter(since_at=at(100_000), queue="rare"), None, 0),
        (RunFilter(key="k"), 404, 1),
        (RunFilter(correlation_id="c"), 405, 1),
    ],
)
def test_a_page_is_found_without_a_walk_through_history(
    long: RelationalStore, where: RunFilter, newest: int | None, count: int
) -> None:
    ids, steps = _looked_for(long, where)
    assert (max(ids, default=None), len(ids), steps < FEW) == (newest, count, True), steps
    assert ids == sorted(ids, reverse=True)


def test_a_look_that_no_index_helps_ends_within_its_reach_and_says_where(long: RelationalStore) -> None:
    looked = long.look(RunFilter(search="nowhere"), 40_000)
    assert (looked.runs, looked.reached) == ([], RUNS + 5 - 40_000)


def test_a_look_that_ends_with_history_says_nothing(long: RelationalStore) -> None:
    assert long.look(RunFilter(search="nowhere"), 10 * RUNS) == ([], None)


def test_a_look_goes_on_below_where_it_ended(long: RelationalStore) -> None:
    where, reached, found = RunFilter(search="rare"), None, list[int]()
    while not found or reached is not None:
        looked = long.look(where, 40_000)
        found += [run.run_id for run in looked.runs]
        reached = looked.reached
        where = where._replace(before=reached)
    assert found == [*range(64, 14, -1)]


def test_a_look_along_two_indexes_ends_within_its_reach_too(long: RelationalStore) -> None:
    looked = long.look(RunFilter(job="busy", search="nowhere"), 30_000)
    assert looked.runs == []
    assert looked.reached is not None
    assert RUNS - 60_000 < looked.reached < RUNS - 29_000


def test_a_run_whose_instant_is_a_little_before_that_of_its_elder_is_found(store: Store) -> None:
    for seconds in (100, 130, 101, 102, 500):
        store.enqueue([request()], at(seconds))
    assert [run.run_id for run in store.runs(RunFilter(since_at=at(120)))] == [5, 2]
    assert [run.run_id for run in store.runs(RunFilter(until_at=at(120)))] == [4, 3, 1]
