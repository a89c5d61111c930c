"""Token buckets: a rate of `10/min` lets ten runs through at once, and then one for each token that drips in."""

from datetime import datetime, timedelta
from math import ceil, floor
from typing import NamedTuple

from jobctl.model.job import Rate

# A token that has dripped in but for an error of rounding counts.
_NEARLY = 1e-6


class Bucket(NamedTuple):
    """A token bucket as it was at `filled_at`."""

    tokens: float
    filled_at: datetime


def filled(bucket: Bucket | None, rate: Rate, now: datetime) -> Bucket:
    """A bucket as it is at `now`; None is a full one.

    >>> from datetime import UTC
    >>> then = datetime(2026, 3, 8, tzinfo=UTC)
    >>> filled(Bucket(0.0, then), Rate(10, timedelta(minutes=1)), then + timedelta(seconds=12)).tokens
    2.0
    """
    if bucket is None:
        return Bucket(float(rate.count), now)
    elapsed = max(timedelta(), now - bucket.filled_at)
    return Bucket(min(float(rate.count), bucket.tokens + rate.count * (elapsed / rate.per)), now)


def whole_tokens(bucket: Bucket) -> int:
    """How many runs a bucket lets through at once.

    >>> from datetime import UTC
    >>> whole_tokens(Bucket(1.9999999, datetime(2026, 3, 8, tzinfo=UTC)))
    2
    """
    return floor(bucket.tokens + _NEARLY)


def next_token_at(bucket: Bucket, rate: Rate) -> datetime:
    """The first whole millisecond at which the bucket holds a token."""
    missing = max(0.0, 1.0 - _NEARLY - bucket.tokens)
    milliseconds = ceil(missing * (rate.per / timedelta(milliseconds=1)) / rate.count)
    return bucket.filled_at + timedelta(milliseconds=milliseconds)
