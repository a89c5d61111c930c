"""Write plain successes together: quick calls end many in a millisecond, and differ in nothing but their ids."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from jobctl.model.instant import to_ms
from jobctl.model.settlement import Settlement
from jobctl.store.relational.tally import Tally
from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3

# From here on one statement for all is cheaper than one for each.
_MANY = 5


class Overtaken(Exception):
    """The claim of one of them is stale."""


class _Alike(NamedTuple):
    """What ends have in common that are written together."""

    started_at: int
    finished_at: int
    fence: int


def is_plain(end: Settlement) -> bool:
    """Whether it is like most: a success that leaves a result and output at most."""
    return end.outcome == "succeeded" == end.state and end.error is None and end.exit_code is None


def succeed(connection: "sqlite3.Connection", ends: Sequence[Settlement], tally: Tally) -> None:
    """Write plain successes, each through its fence. Raises Overtaken: then the transaction is to be undone."""
    groups: dict[_Alike, list[Settlement]] = {}
    for end in ends:
        alike = _Alike(to_ms(end.started_at), to_ms(end.finished_at), end.claim.fence)
        if alike in groups:
            groups[alike].append(end)
        else:
            groups[alike] = [end]
    for alike, group in groups.items():
        for (job, queue), runs in Counter([(end.job, end.queue) for end in group]).items():
            tally.add(job, "succeeded", alike.finished_at, queue, runs)
        bare = [end.claim.run_id for end in group if end.result is None and end.output is None]
        if len(bare) < _MANY:
            _write_each(connection, alike, group)
            continue
        _write_bare(connection, alike, bare)
        if len(bare) < len(group):
            others = [end for end in group if end.result is not None or end.output is not None]
            _write_each(connection, alike, others)


def _write_bare(connection: "sqlite3.Connection", alike: _Alike, run_ids: list[int]) -> None:
    facts = (*alike, json.dumps(run_ids))
    if connection.execute(query("succeed_runs"), facts).rowcount != len(run_ids):
        raise Overtaken
    connection.execute(query("succeed_attempts"), facts)


def _write_each(connection: "sqlite3.Connection", alike: _Alike, ends: Sequence[Settlement]) -> None:
    times = alike[:2]
    runs = [(None if end.result is None else json.dumps(end.result), *times, *end.claim) for end in ends]
    if connection.executemany(query("succeed_run"), runs).rowcount != len(runs):
        raise Overtaken
    connection.executemany(query("succeed_attempt"), [(end.output, *times, *end.claim) for end in ends])
