"""Threads that share transactions: each hears what became of its own wish."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from jobctl.actions.enqueue.group_commit import Desk
from jobctl.actions.enqueue.request import Wish
from jobctl.model.errors import Busy, JobctlError, UsageError
from jobctl.model.job import Job, Param
from jobctl.store.opening import open_store
from jobctl.store.sqlite.driver import sqlite3
from jobctl.store.values import RunFilter
from tests.kit.until import until
from tests.store.making import NOON, deploy

THREADS = 8


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(open_store(str(tmp_path / "jobctl.db"), patience=0.2)) as store:
        deploy(store, Job(name="backup", run="true", params={"size": Param(type="integer")}))
        yield Desk(store, lambda: NOON)


def _in_threads(work: Callable[[int], Any]) -> list[Any]:
    """What each thread got, or the error that it met."""
    found: list[Any] = [None] * THREADS

    def one(number: int) -> None:
        try:
            found[number] = work(number)
        except JobctlError as error:
            found[number] = error

    threads = [threading.Thread(target=one, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


def test_each_thread_gets_the_run_that_it_wished_for(desk: Desk, tmp_path: Path) -> None:
    def place(number: int) -> list[int]:
        return [desk.place(Wish("backup", {"size": 100 * number + n})).enqueued.run_id for n in range(20)]

    found = _in_threads(place)
    with closing(open_store(str(tmp_path / "jobctl.db"))) as store:
        sizes = {run.run_id: run.params["size"] for run in store.runs(RunFilter(limit=1000))}
    assert [[sizes[run_id] for run_id in some] for some in found] == [
        [100 * number + n for n in range(20)] for number in range(THREADS)
    ]


def test_wishes_that_come_while_another_one_is_committed_share_the_next_commit(tmp_path: Path) -> None:
    commits: list[datetime] = []

    def clock() -> datetime:
        commits.append(NOON)
        return NOON

    path = tmp_path / "jobctl.db"
    with closing(open_store(str(path))) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        deploy(store, Job(name="backup", run="true"))
        desk = Desk(store, clock)
        other.execute("BEGIN IMMEDIATE")
        first, *others = (threading.Thread(target=desk.place, args=(Wish("backup"),)) for _ in range(THREADS))
        first.start()
        until(lambda: commits, "the first is being committed")
        for thread in others:
            thread.start()
        until(lambda: len(desk._waiting) == len(others), "the others wait for it")
        other.execute("ROLLBACK")
        for thread in (first, *others):
            thread.join(30)
        assert len(commits) == 2
        assert len(store.runs(RunFilter())) == THREADS


def test_no_two_threads_get_the_same_run(desk: Desk) -> None:
    found = _in_threads(lambda _: [desk.place(Wish("backup")).enqueued.run_id for _ in range(20)])
    run_ids = [run_id for some in found for run_id in some]
    assert sorted(run_ids) == list(range(1, 20 * THREADS + 1))


def test_only_the_thread_whose_wish_is_wrong_is_told_so(desk: Desk) -> None:
    found = _in_threads(lambda number: desk.place(Wish("backup", {"size": "x" if number % 2 else number})))
    assert [isinstance(one, UsageError) for one in found] == [bool(number % 2) for number in range(THREADS)]


def test_every_thread_hears_that_the_transaction_has_failed(desk: Desk, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "jobctl.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert {type(one) for one in _in_threads(lambda _: desk.place(Wish("backup")))} == {Busy}


def test_threads_are_served_again_after_a_failure(desk: Desk, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "jobctl.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        _in_threads(lambda _: desk.place(Wish("backup")))
        other.execute("ROLLBACK")
    assert desk.place(Wish("backup")).enqueued.run_id == 1
