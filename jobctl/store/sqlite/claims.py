"""Rows of running runs as claims."""

import json
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from jobctl.model.claim import Claim
from jobctl.model.instant import from_ms
from jobctl.store.queries import query
from jobctl.store.sqlite.known import Known

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3


def claims_of(known: Known, connection: "sqlite3.Connection", run_ids: Sequence[int]) -> list[Claim]:
    """The claims that are held on the given runs, in their order."""
    instant = cache(from_ms)
    rows = connection.execute(query("claims"), (json.dumps(run_ids),)).fetchall()
    return [
        Claim(
            run_id=run_id,
            fence=fence,
            job=known.job(connection, definition_id),
            job_version=version,
            queue=queue,
            params={} if params == "{}" else json.loads(params),
            correlation_id=correlation_id or str(run_id),
            scheduled_for=None if scheduled_for is None else from_ms(scheduled_for),
            due_at=instant(due_at),
            claimed_at=instant(claimed_at),
            deadline_at=None if expires_at is None else from_ms(expires_at),
            failures=failures,
            losses=losses,
        )
        for (
            run_id,
            fence,
            definition_id,
            version,
            queue,
            params,
            correlation_id,
            scheduled_for,
            due_at,
            claimed_at,
            expires_at,
            failures,
            losses,
        ) in rows
    ]
