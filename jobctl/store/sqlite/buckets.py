"""The token buckets of rates, by the gate that they are behind."""

from typing import TYPE_CHECKING

from jobctl.decide.admission import Gate, Kind
from jobctl.decide.rate import Bucket
from jobctl.model.instant import from_ms, to_ms
from jobctl.store.queries import query

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3

RATES: dict[Kind, str] = {"queue_rate": "queue", "job_rate": "job"}
"""The gates that take tokens, with what their buckets are called in the table."""

_GATES = {name: kind for kind, name in RATES.items()}


def read_buckets(connection: "sqlite3.Connection") -> dict[Gate, Bucket]:
    """Every bucket that was ever drawn from."""
    rows = connection.execute(query("buckets")).fetchall()
    return {Gate(_GATES[kind], name): Bucket(tokens, from_ms(filled_at)) for kind, name, tokens, filled_at in rows}


def keep_bucket(connection: "sqlite3.Connection", gate: Gate, bucket: Bucket) -> None:
    """Keep a bucket as it is."""
    row = (RATES[gate.kind], gate.name, bucket.tokens, to_ms(bucket.filled_at))
    connection.execute(query("fill_bucket"), row)
