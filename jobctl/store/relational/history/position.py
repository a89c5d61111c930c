"""Read where a run stands among the others."""

from typing import NamedTuple

from jobctl.decide.admission.admit import Lane
from jobctl.decide.explain.facts import MOST_COUNTED, InFlight, Standing
from jobctl.model.instant import near_ms
from jobctl.store.relational.cache import lane_of, rules_of
from jobctl.store.relational.history.jobs import pauses
from jobctl.store.relational.intake import KEY_LIVE
from jobctl.store.relational.session import Session
from jobctl.store.relational.work.ready_runs import under_way
from jobctl.store.relational.work.token_buckets import read_buckets
from jobctl.store.statements import Select


class _Place(NamedTuple):
    job: str
    lane_id: int
    ready: int
    priority: int
    due_at: int | None
    daemon_id: int | None
    expires_at: int | None
    stop: str | None
    key: str | None
    unique_until: int | None


class _InFlight(NamedTuple):
    run_id: int
    job: str
    lane_id: int


PLACE = Select("position", "place", _Place)
BEFORE = Select("position", "before", int)
BEFORE_IN_LANE = Select("position", "before_in_lane", int)
IN_FLIGHT = Select("position", "in_flight", _InFlight)


def standing(session: Session, run_id: int) -> Standing | None:
    """One run among the others."""
    with session.snapshot():
        place = session.one(PLACE, {"run_id": run_id})
        return None if place is None else _standing(session, run_id, place)


def _standing(session: Session, run_id: int, place: _Place) -> Standing:
    lane = lane_of(session, place.lane_id)
    return Standing(
        lane=lane,
        ready=bool(place.ready),
        daemon_id=place.daemon_id,
        expires_at=None if place.expires_at is None else near_ms(place.expires_at),
        stop=place.stop,
        key_holder=_key_holder(session, run_id, place),
        key_until=None if place.unique_until is None else near_ms(place.unique_until),
        before_in_lane=_count(session, BEFORE_IN_LANE, run_id, place),
        before=_count(session, BEFORE, run_id, place),
        under_way=_under_way(session, lane, run_id),
        rules=rules_of(session),
        buckets=read_buckets(session),
        in_flight=tuple(InFlight(row.run_id, row.job, lane_of(session, row.lane_id)) for row in session.all(IN_FLIGHT)),
        pauses=pauses(session),
    )


def _count(session: Session, select: Select[int], run_id: int, place: _Place) -> int:
    if not place.ready:
        return 0
    values = {
        "run_id": run_id,
        "lane_id": place.lane_id,
        "priority": place.priority,
        "due_at": place.due_at,
        "most": MOST_COUNTED,
    }
    return session.one(select, values) or 0


def _key_holder(session: Session, run_id: int, place: _Place) -> int | None:
    if not place.key:
        return None
    holder = session.one(KEY_LIVE, {"job": place.job, "key": place.key})
    return None if holder is None else _another(holder.run_id, run_id)


def _under_way(session: Session, lane: Lane, run_id: int) -> int | None:
    return _another(under_way(session, [lane.job]).get(lane.job), run_id) if lane.exclusive else None


def _another(found: int | None, run_id: int) -> int | None:
    """The run that was found, unless it is the one that is asked about."""
    return None if found == run_id else found
