"""Rows of running runs as claims."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from jobctl.model.claim import Claim
from jobctl.model.defaults import QUEUE
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
    # Unpacked, which takes a third of the time of asking for each by name: this is done for every run there is.
    (
        run_id,
        fence,
        definition_id,
        name,
        version,
        queue,
        text,
        correlation_id,
        nominal,
        due_at,
        expires_at,
        failures,
        losses,
        lost,
    ) = row
    job = job_of(session, definition_id, name)
    params, wrong = read_params(text)
    if wrong is not None:
        job = UnreadableJob(name=name, unreadable=f"its params {wrong}")
    return Claim(
        run_id,
        fence,
        job,
        version,
        queue or QUEUE,
        params,
        correlation_id or str(run_id),
        None if nominal is None else near_ms(nominal),
        instant(due_at or 0),
        None if expires_at is None else near_ms(expires_at),
        failures,
        losses,
        lost,
    )
