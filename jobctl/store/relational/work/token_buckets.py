"""The token buckets of rates, by the gate that they are behind."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from jobctl.decide.admission.admit import Gate, Kind, gates, rate_of
from jobctl.decide.admission.token_bucket import Bucket, filled
from jobctl.model.instant import near_ms, to_ms
from jobctl.store.relational.cache import lane_of, rules_of
from jobctl.store.relational.session import Session
from jobctl.store.statements import Change, Select


class _BucketRow(NamedTuple):
    kind: str
    name: str
    tokens: float
    filled_at: int


BUCKETS = Select("claim", "buckets", _BucketRow)
FILL_BUCKET = Change("claim", "fill_bucket")
LANES_OF = Select("claim", "lanes_of", int)

RATES: dict[Kind, str] = {"queue_rate": "queue", "job_rate": "job"}
"""The gates that take tokens, with what their buckets are called in the table."""

_MUCH = 1e15
_GATES = {name: kind for kind, name in RATES.items()}


def read_buckets(session: Session) -> dict[Gate, Bucket]:
    """Every bucket that was ever drawn from."""
    return {
        Gate(_GATES[row.kind], row.name): Bucket(min(max(row.tokens, 0.0), _MUCH), near_ms(row.filled_at))
        for row in session.all(BUCKETS)
        if row.kind in _GATES
    }


def keep_bucket(session: Session, gate: Gate, bucket: Bucket) -> None:
    """Keep a bucket as it is."""
    row = _BucketRow(RATES[gate.kind], gate.name, bucket.tokens, to_ms(bucket.filled_at))
    session.run(FILL_BUCKET, row._asdict())


def put_back(session: Session, run_ids: Sequence[int], now: datetime) -> None:
    """Claims of these runs have come to nothing: the tokens that they took are there again."""
    rules = rules_of(session)
    lanes = [lane_of(session, lane_id) for lane_id in session.all(LANES_OF, {"run_ids": json.dumps(run_ids)})]
    tokens = Counter(gate for lane in lanes for gate in gates(lane, rules) if gate.kind in RATES)
    buckets = read_buckets(session) if tokens else {}
    for gate, count in tokens.items():
        rate = rate_of(gate, rules)
        if rate is not None and gate in buckets:
            left = filled(buckets[gate], rate, now).tokens
            keep_bucket(session, gate, Bucket(min(float(rate.count), left + count), now))
