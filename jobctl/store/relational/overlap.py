"""Judge the overlap of runs: when they are due, against those that are due or under way."""

from typing import TYPE_CHECKING

from jobctl.decide.runs.overlap import Answer, decide
from jobctl.model.run import Enqueued
from jobctl.store.relational.tally import Tally
from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3


def judge_due(connection: "sqlite3.Connection", tally: Tally, now: int) -> list[Enqueued]:
    """Judge what has become due, the earliest first: it may start or is skipped; those that are skipped.

    Of very many the rest is left for the next call.
    """
    first = first_due(connection)
    if first is None or first > now:
        return []
    skipped = []
    for run_id, overlap, job, queue, created_by, waits in connection.execute(query("unjudged"), (now,)).fetchall():
        connection.execute(query("judged"), (run_id,))
        if not waits:
            continue
        if judge(connection, tally, job, overlap, created_by, now) == "skip":
            _skip(connection, tally, run_id, job, queue, now)
            skipped.append(Enqueued(run_id, job, "skipped", "overlap", False))
        else:
            connection.execute(query("make_ready"), (run_id,))
    return skipped


def first_due(connection: "sqlite3.Connection") -> int | None:
    """When the next run is due that is to be judged then."""
    at: int | None = connection.execute(query("first_unjudged")).fetchone()[0]
    return at


def judge(connection: "sqlite3.Connection", tally: Tally, job: str, overlap: str, actor: str, now: int) -> Answer:
    """What becomes of a run of `job` that is due now; those that it replaces are ended or asked to stop."""
    under_way, waiting = connection.execute(query("in_the_way"), (job,)).fetchone() or (0, 0)
    answer = decide(overlap, under_way, waiting)
    if answer == "replace":
        _replace(connection, tally, job, actor, now)
    return answer


def _replace(connection: "sqlite3.Connection", tally: Tally, job: str, actor: str, now: int) -> None:
    """End what waits and ask for what runs to be stopped; what is promised for later stays."""
    for run_id, state, queue in connection.execute(query("replaceable"), (job,)).fetchall():
        if state == "running":
            connection.execute(query("ask_stop"), ("replaced", run_id))
            continue
        connection.execute(query("finish_waiting"), ("cancelled", "replaced", now, run_id))
        event = (run_id, now, "cancel", "waiting", "cancelled", "replaced", actor)
        connection.execute(query("insert_event"), event)
        tally.add(job, "cancelled", now, queue)


def _skip(connection: "sqlite3.Connection", tally: Tally, run_id: int, job: str, queue: str, now: int) -> None:
    connection.execute(query("skip_due"), (now, run_id))
    connection.execute(query("insert_event"), (run_id, now, "skip", "waiting", "skipped", "overlap", "jobctl"))
    tally.add(job, "skipped", now, queue)
