"""An end that is seen is written and followed by the next claim at once, never only when the daemon looks again."""

from contextlib import closing
from itertools import pairwise

from jobctl import Client
from jobctl.store.sqlite.driver import sqlite3
from tests.kit.installation import Installation

CATALOG = """
jobs:
  nothing: {call: 'work:nothing', path: ['.']}
"""
ROUNDS = 16
POLL_MS = 1000


def test_of_callables_that_wait_none_begins_only_at_the_next_poll(here: Installation) -> None:
    (here.folder / "work.py").write_text("def nothing():\n    return None\n")
    here.apply(CATALOG)
    gaps = []
    with Client(str(here.db)) as client:
        for _ in range(ROUNDS):
            first = min(client.enqueue_many([{"job": "nothing"}] * 12))
            here.drain("--slots", "2")
            with closing(sqlite3.connect(here.db)) as connection:
                rows = connection.execute(
                    "SELECT claimed_at, finished_at FROM attempts WHERE run_id >= ? ORDER BY claimed_at", (first,)
                ).fetchall()
            gaps += [later[0] - before[1] for before, later in pairwise(rows)]
    assert [gap for gap in gaps if gap >= 0.9 * POLL_MS] == []
