"""A history made by SQL must be one that executions could have left."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from bench.ground import Ground, ground
from bench.history import NAMES, catalog, fill
from jobctl.store.sqlite.driver import sqlite3

SIZE = 5_000


@pytest.fixture(scope="module")
def where() -> Iterator[Ground]:
    with ground(catalog()) as made:
        fill(made, SIZE)
        yield made


def test_every_run_is_there_beside_the_one_that_each_job_really_had(where: Ground) -> None:
    assert where.value("SELECT count(*) FROM runs WHERE finished_at IS NOT NULL") == SIZE + len(NAMES)


def test_the_tallies_count_what_the_rows_say(where: Ground) -> None:
    counted = where.rows("SELECT job, state, sum(runs) FROM tallies GROUP BY 1, 2")
    assert counted == where.rows("SELECT job, state, count(*) FROM runs GROUP BY 1, 2")


def test_every_claim_has_its_attempt(where: Ground) -> None:
    assert where.value("SELECT count(*) FROM attempts") == where.value("SELECT sum(claims) FROM runs")


def test_no_row_refers_to_one_that_is_missing(where: Ground) -> None:
    with closing(sqlite3.connect(where.db)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_all_ways_to_end_are_in_it(where: Ground) -> None:
    states = where.rows("SELECT DISTINCT state FROM runs ORDER BY 1")
    assert [state for (state,) in states] == ["cancelled", "failed", "skipped", "succeeded"]


def test_ten_runs_are_found_only_by_looking_at_all(where: Ground) -> None:
    assert where.value("SELECT count(*) FROM runs WHERE exit_code = 99") == 10


def test_a_run_that_comes_after_it_is_executed(where: Ground) -> None:
    with where.client() as client:
        run = client.enqueue("nothing")
    where.drain()
    assert where.row("SELECT state FROM runs WHERE run_id = ?", run.run_id) == ("succeeded",)
