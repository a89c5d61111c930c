"""Rows of running runs as claims."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from jobctl.model.claim import Claim
from jobctl.model.instant import near_ms
from jobctl.model.job import UnreadableJob
from jobctl.store.relational.cache import job_of
from jobctl.store.relational.decoding import read_params
from jobctl.store.relational.session import Session
from jobctl.store.statements import Select


class _ClaimRow(NamedTuple):
    run_id: int
    fence: int
    definition_id: int
    job: str
    version: int | None
    queue: str | None
    params: str
    correlation_id: str | None
    scheduled_for: int | None
    due_at: int | None
    expires_at: int | None
    failures: int
    losses: int
    lost: int


CLAIMS = Select("claim", "claims", _ClaimRow)


def claims_of(session: Session, run_ids: Sequence[int]) -> list[Claim]:
    """The claims that are held on the given runs, in their order.

    The job of one that cannot be read is a stand-in that says why: whoever executes it settles that.
    """
    instant = cache(near_ms)
    return [_claim(session, instant, row) for row in session.all(CLAIMS, {"run_ids": json.dumps(run_ids)})]


def _claim(session: Session, instant: Callable[[int], datetime], row: _ClaimRow) -> Claim:
    job = job_of(session, row.definition_id, row.job)
    params, wrong = read_params(row.params)
    if wrong is not None:
        job = UnreadableJob(name=row.job, unreadable=f"its params {wrong}")
    return Claim(
        row.run_id,
        row.fence,
        job,
        row.version,
        row.queue or "default",
        params,
        row.correlation_id or str(row.run_id),
        None if row.scheduled_for is None else near_ms(row.scheduled_for),
        instant(row.due_at or 0),
        None if row.expires_at is None else near_ms(row.expires_at),
        row.failures,
        row.losses,
        row.lost,
    )
