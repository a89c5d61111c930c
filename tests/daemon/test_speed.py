"""A guard against getting slow: ratios within one run, with bounds that only a real loss of speed crosses."""

import time
from collections.abc import Callable
from contextlib import closing

from jobctl import Client
from jobctl.store.sqlite.driver import sqlite3
from tests.kit.installation import Installation

CATALOG = """
jobs:
  nothing: {call: 'letters:nothing', path: ['.']}
"""


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def prepared(here: Installation) -> Client:
    (here.folder / "letters.py").write_text("def nothing():\n    return None\n")
    here.apply(CATALOG)
    return Client(str(here.db))


def test_many_quick_callables_share_their_commits(here: Installation) -> None:
    with prepared(here) as client:
        client.enqueue_many([{"job": "nothing"}] * 4000)
        here.drain("--slots", "2")
    with closing(sqlite3.connect(here.db)) as connection:
        runs, instants = connection.execute("SELECT count(*), count(DISTINCT claimed_at) FROM attempts").fetchone()
    assert runs >= 4000
    assert instants < 4000 / 20


def test_a_thousand_in_one_call_cost_less_than_a_hundred_one_by_one(here: Installation) -> None:
    with prepared(here) as client:
        client.enqueue("nothing")
        together = seconds(lambda: client.enqueue_many([{"job": "nothing"}] * 1000))
        one_by_one = seconds(lambda: [client.enqueue("nothing") for _ in range(100)])
    assert together < 2 * one_by_one


def test_an_enqueue_costs_little_more_than_its_row(here: Installation) -> None:
    """Without waiting for the disk, whose speed changes by the second."""
    prepared(here).close()
    client_took, bare_took = [], []
    with Client(f"sqlite://{here.db}?synchronous=normal") as client:
        client.enqueue("nothing")
        with closing(sqlite3.connect(here.db, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = NORMAL")
            columns = ", ".join(r[1] for r in connection.execute("PRAGMA table_info(runs)") if r[1] != "run_id")
            copy = f"INSERT INTO runs ({columns}) SELECT {columns} FROM runs WHERE run_id = 1"
            for _ in range(5):
                client_took.append(seconds(lambda: [client.enqueue("nothing") for _ in range(100)]))
                bare_took.append(seconds(lambda: [connection.execute(copy) for _ in range(100)]))
    assert min(client_took) < 8 * min(bare_took)


def test_two_hundred_queues_full_of_waiting_runs_slow_no_drain_down(here: Installation) -> None:
    """A hundred runs at the head of 20,000 that are due later."""
    with prepared(here) as client:
        client.enqueue_many([{"job": "nothing"}] * 300)
        alone = seconds(lambda: here.drain("--slots", "2"))
        later = "2099-01-01T00:00:00Z"
        client.enqueue_many([{"job": "nothing", "queue": f"q{n % 200}", "at": later} for n in range(20_000)])
        client.enqueue_many([{"job": "nothing"}] * 300)
        behind = seconds(lambda: here.drain("--slots", "2"))
    assert behind < 4 * alone
