"""How often a daemon says that it lives and looks for dead ones, and how long a silent one still counts as alive.

Quick by design: `enqueue` imports this at every start.
"""

from datetime import datetime, timedelta

# A daemon that has nothing to do writes nothing else.
BEAT = timedelta(seconds=10)
LOOK = timedelta(seconds=2)
LEASE = timedelta(seconds=30)


def is_silent(seen_at: datetime, now: datetime) -> bool:
    """Whether a daemon that was last heard of at `seen_at` must be taken for dead where nothing else tells.

    >>> from datetime import UTC
    >>> now = datetime(2026, 3, 8, 7, tzinfo=UTC)
    >>> is_silent(now - LEASE, now), is_silent(now - timedelta(seconds=31), now)
    (False, True)
    """
    return now - seen_at > LEASE
