"""The token buckets of rates, by the gate that they are behind."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from jobctl.decide.admission.admit import Gate, Kind, gates, rate_of
from jobctl.decide.admission.token_bucket import Bucket, filled
from jobctl.model.instant import near_ms, to_ms
from jobctl.store.sqlite.known import Known
from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3

RATES: dict[Kind, str] = {"queue_rate": "queue", "job_rate": "job"}
"""The gates that take tokens, with what their buckets are called in the table."""

_MUCH = 1e15
_GATES = {name: kind for kind, name in RATES.items()}


def read_buckets(connection: "sqlite3.Connection") -> dict[Gate, Bucket]:
    """Every bucket that was ever drawn from."""
    rows = connection.execute(query("buckets")).fetchall()
    return {
        Gate(_GATES[kind], name): Bucket(min(max(tokens, 0.0), _MUCH), near_ms(filled_at))
        for kind, name, tokens, filled_at in rows
        if kind in _GATES
    }


def keep_bucket(connection: "sqlite3.Connection", gate: Gate, bucket: Bucket) -> None:
    """Keep a bucket as it is."""
    row = (RATES[gate.kind], gate.name, bucket.tokens, to_ms(bucket.filled_at))
    connection.execute(query("fill_bucket"), row)


def put_back(known: Known, connection: "sqlite3.Connection", run_ids: Sequence[int], now: datetime) -> None:
    """Claims of these runs have come to nothing: the tokens that they took are there again."""
    rules = known.rules(connection)
    lanes = [
        known.lane(connection, row[0]) for row in connection.execute(query("lanes_of_runs"), (json.dumps(run_ids),))
    ]
    tokens = Counter(gate for lane in lanes for gate in gates(lane, rules) if gate.kind in RATES)
    buckets = read_buckets(connection) if tokens else {}
    for gate, count in tokens.items():
        rate = rate_of(gate, rules)
        if rate is not None and gate in buckets:
            left = filled(buckets[gate], rate, now).tokens
            keep_bucket(connection, gate, Bucket(min(float(rate.count), left + count), now))
