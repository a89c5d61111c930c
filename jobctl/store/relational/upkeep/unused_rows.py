"""Delete what no run that is kept needs any more: rows of daemons that have ended, lanes in which nothing is."""

from datetime import datetime, timedelta
from typing import NamedTuple

from jobctl.model.instant import near_ms, to_ms
from jobctl.store.relational.session import Session
from jobctl.store.statements import Change, Select


class _Daemon(NamedTuple):
    daemon_id: int


class _Lane(NamedTuple):
    lane_id: int


CREATED_FIRST = Select("runs", "created_first", int)
FORGOTTEN_DAEMONS = Select("upkeep", "forgotten_daemons", _Daemon)
EMPTY_LANES = Select("upkeep", "empty_lanes", _Lane)
DELETE_DAEMON = Change("upkeep", "delete_daemon", _Daemon)
DELETE_LANE = Change("upkeep", "delete_lane", _Lane)

_MOST = 500
# No run that was created later than this after a daemon's end was executed by it, whatever was done to the clock.
_MARGIN = timedelta(days=1)
# After that runs that are kept for longer no longer tell where they were executed.
_LONGEST = timedelta(days=90)


def sweep(session: Session, now: datetime) -> None:
    """Delete some, found by reading; where there are none nothing is written."""
    with session.reading():
        daemons = session.all(FORGOTTEN_DAEMONS, {"before": to_ms(_before(session, now)), "most": _MOST})
        lanes = session.all(EMPTY_LANES, {"most": _MOST})
    if not daemons and not lanes:
        return
    with session.writing(wake=False):
        session.many(DELETE_DAEMON, daemons)
        session.many(DELETE_LANE, lanes)
        session.memory.forget_ids()


def _before(session: Session, now: datetime) -> datetime:
    """Whoever ended before this has executed no run that is kept, or too long ago."""
    oldest = session.one(CREATED_FIRST)
    first = now if oldest is None else min(now, near_ms(oldest))
    return max(first - _MARGIN, now - _LONGEST)
