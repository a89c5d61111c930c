"""Rows of running runs as claims."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from jobctl.model.claim import Claim
from jobctl.model.instant import near_ms
from jobctl.model.job import UnreadableJob
from jobctl.store.relational.decoding import read_params
from jobctl.store.sqlite.known import Known
from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3


def claims_of(known: Known, connection: "sqlite3.Connection", run_ids: Sequence[int]) -> list[Claim]:
    """The claims that are held on the given runs, in their order.

    The job of one that cannot be read is a stand-in that says why: whoever executes it settles that.
    """
    instant = cache(near_ms)
    rows = connection.execute(query("claims"), (json.dumps(run_ids),)).fetchall()
    return [_claim(known, connection, instant, *row) for row in rows]


def _claim(
    known: Known,
    connection: "sqlite3.Connection",
    instant: Callable[[int], datetime],
    run_id: int,
    fence: int,
    definition_id: int,
    name: str,
    version: int | None,
    queue: str | None,
    text: str,
    correlation_id: str | None,
    scheduled_for: int | None,
    due_at: int | None,
    expires_at: int | None,
    failures: int,
    losses: int,
) -> Claim:
    job = known.job(connection, definition_id, name)
    params, wrong = read_params(text)
    if wrong is not None:
        job = UnreadableJob(name=name, unreadable=f"its params {wrong}")
    return Claim(
        run_id,
        fence,
        job,
        version,
        queue or "default",
        params,
        correlation_id or str(run_id),
        None if scheduled_for is None else near_ms(scheduled_for),
        instant(due_at or 0),
        None if expires_at is None else near_ms(expires_at),
        failures,
        losses,
    )
