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
            run_id,
            fence,
            known.job(connection, definition_id),
            version,
            queue,
            {} if params == "{}" else json.loads(params),
            correlation_id or str(run_id),
            None if scheduled_for is None else from_ms(scheduled_for),
            instant(due_at),
            None if expires_at is None else from_ms(expires_at),
            *counts,
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
            expires_at,
            *counts,
        ) in rows
    ]
