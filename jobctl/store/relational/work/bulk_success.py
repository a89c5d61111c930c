"""Write plain successes together: quick calls end many in a millisecond, and differ in nothing but their ids."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from jobctl.model.instant import to_ms
from jobctl.model.settlement import Settlement
from jobctl.store.relational.session import Session
from jobctl.store.relational.tally import Tally
from jobctl.store.statements import Change

# From here on one statement for all is cheaper than one for each.
_MANY = 5


class Overtaken(Exception):
    """The claim of one of them is stale."""


class _Alike(NamedTuple):
    """What ends have in common that are written together."""

    started_at: int
    finished_at: int
    fence: int


class _Result(NamedTuple):
    result: str | None
    started_at: int
    finished_at: int
    run_id: int
    fence: int


class _Output(NamedTuple):
    output: bytes | None
    started_at: int
    finished_at: int
    run_id: int
    fence: int


SUCCEED_RUN = Change("ends", "succeed_run", _Result)
SUCCEED_ATTEMPT = Change("ends", "succeed_attempt", _Output)
SUCCEED_RUNS = Change("ends", "succeed_runs")
SUCCEED_ATTEMPTS = Change("ends", "succeed_attempts")


def is_plain(end: Settlement) -> bool:
    """Whether it is like most: a success that leaves a result and output at most."""
    return end.outcome == "succeeded" == end.state and end.error is None and end.exit_code is None


def succeed(session: Session, ends: Sequence[Settlement], tally: Tally) -> None:
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
            _write_each(session, alike, group)
            continue
        _write_bare(session, alike, bare)
        if len(bare) < len(group):
            others = [end for end in group if end.result is not None or end.output is not None]
            _write_each(session, alike, others)


def _write_bare(session: Session, alike: _Alike, run_ids: list[int]) -> None:
    facts = alike._asdict() | {"run_ids": json.dumps(run_ids)}
    if session.run(SUCCEED_RUNS, facts) != len(run_ids):
        raise Overtaken
    session.run(SUCCEED_ATTEMPTS, facts)


def _write_each(session: Session, alike: _Alike, ends: Sequence[Settlement]) -> None:
    times = alike[:2]
    runs = [(None if end.result is None else json.dumps(end.result), *times, *end.claim) for end in ends]
    if session.many(SUCCEED_RUN, runs) != len(runs):
        raise Overtaken
    session.many(SUCCEED_ATTEMPT, [(end.output, *times, *end.claim) for end in ends])
