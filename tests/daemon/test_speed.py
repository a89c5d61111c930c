"""A guard against getting slow: ratios of processor time within one run, which other work beside hardly changes.

Each bound is about twice what was measured, on a machine with seven times as much to do as it has cores: 3.1, 0.24 and
2.2. The speed of the disk is in none of them.
"""

import resource
from collections.abc import Callable
from contextlib import closing

from bench.ground import Ground
from bench.limit import loop
from jobctl import Client
from jobctl.store.sqlite.driver import sqlite3
from tests.kit.installation import Installation

CATALOG = """
jobs:
  nothing: {call: 'work:nothing', path: ['.']}
"""


def cost(work: Callable[[], object]) -> float:
    """Processor seconds of this process and of the children that have ended."""
    before = spent()
    work()
    return spent() - before


def spent() -> float:
    ours, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return ours.ru_utime + ours.ru_stime + children.ru_utime + children.ru_stime


def prepared(here: Installation) -> Client:
    (here.folder / "work.py").write_text("def nothing():\n    return None\n")
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


def test_a_quick_callable_costs_some_times_what_a_bare_loop_over_the_same_rows_costs(here: Installation) -> None:
    with prepared(here) as client:
        bare = Ground(here.folder)
        client.enqueue_many([{"job": "nothing"}] * 5000)
        limit = cost(lambda: loop(bare))
        client.enqueue_many([{"job": "nothing"}] * 5000)
        ours = cost(lambda: here.drain("--slots", "2"))
    start = cost(lambda: here.drain("--slots", "2"))
    # Added, not taken away: what a start costs differs by more than some runs do.
    assert ours < 6.5 * limit + 2 * start


def test_a_run_among_a_thousand_costs_a_third_of_a_run_alone_at_most(here: Installation) -> None:
    with prepared(here) as client:
        client.enqueue("nothing")
        together = min(cost(lambda: client.enqueue_many([{"job": "nothing"}] * 1000)) for _ in range(3))
        one_by_one = min(cost(lambda: [client.enqueue("nothing") for _ in range(100)]) for _ in range(3))
    assert together / 1000 < one_by_one / 100 / 3


def test_an_enqueue_costs_little_more_than_its_row(here: Installation) -> None:
    prepared(here).close()
    with Client(f"sqlite://{here.db}?synchronous=normal") as client:
        client.enqueue("nothing")
        with closing(sqlite3.connect(here.db, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = NORMAL")
            columns = ", ".join(r[1] for r in connection.execute("PRAGMA table_info(runs)") if r[1] != "run_id")
            copy = f"INSERT INTO runs ({columns}) SELECT {columns} FROM runs WHERE run_id = 1"
            ours = min(cost(lambda: [client.enqueue("nothing") for _ in range(200)]) for _ in range(3))
            bare = min(cost(lambda: [connection.execute(copy) for _ in range(200)]) for _ in range(3))
    assert ours < 4.5 * bare
