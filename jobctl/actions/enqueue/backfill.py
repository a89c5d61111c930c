"""Promise runs for the nominal times of a schedule that have none."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from jobctl.actions.enqueue.answers import Promised
from jobctl.actions.enqueue.batches import batches
from jobctl.actions.enqueue.place import find_definition, place
from jobctl.actions.enqueue.request import Wish, prepare
from jobctl.decide.schedule.fire import fires_between
from jobctl.model.errors import Refused, UsageError
from jobctl.model.instant import EPOCH, MILLISECOND
from jobctl.model.job import Schedule
from jobctl.model.plain import from_plain

if TYPE_CHECKING:
    from jobctl.model.run import Enqueued, Request
    from jobctl.store.protocol import Store

MOST = 10_000


class Backfilled(NamedTuple):
    """The new runs, in the order of their nominal times, and how many of those had a record already."""

    promised: Promised
    recorded: int


def backfill(store: "Store", wish: Wish, since: datetime, until: datetime, now: datetime) -> Backfilled:
    """A run for each nominal time from `since` to `until`, both inclusive and past; they run in order, one by one
    unless the job allows overlaps. Raises UsageError where there are more than 10,000, or no schedule."""
    definition = find_definition(store, wish.job)
    nominal = _nominal_times(definition.body.get("schedule", {}), wish.job, since, min(until, now))
    requests = [prepare(definition, wish._replace(scheduled_for=at), now)._replace(in_turn=True) for at in nominal]
    answers: list[Enqueued] = []
    for batch in batches(requests):
        answers += _enqueue(store, batch, now)
    queues = tuple({request.queue for request in requests}) if answers else ()
    paused = (wish.job,) if definition.paused and answers else ()
    return Backfilled(Promised(answers, paused, queues), len(requests) - len(answers))


def check_nominal(schedule: object, job: str, at: datetime) -> None:
    """Raises UsageError where the schedule of a job does not name this time."""
    _refuse_unscheduled(schedule, job)
    if at <= EPOCH or not fires_between(from_plain(Schedule, schedule), job, at - MILLISECOND, at, 1).kept:
        said = f"{at:%Y-%m-%d %H:%M:%S} UTC"
        raise UsageError(f"{said} is no nominal time of `{job}`", hint=f"`jobctl next {job} --after DATE` lists them")


def _refuse_unscheduled(schedule: object, job: str) -> None:
    if not schedule:
        raise UsageError(f"job `{job}` has no schedule, and so no nominal times", hint="`--at` says when a run is due")


def _nominal_times(schedule: object, job: str, since: datetime, until: datetime) -> Sequence[datetime]:
    _refuse_unscheduled(schedule, job)
    before = max(EPOCH, since) - MILLISECOND
    found = fires_between(from_plain(Schedule, schedule), job, before, until, MOST)
    if found.dropped is not None:
        raise UsageError(f"there are more than {MOST:,} nominal times", hint="choose dates that are closer together")
    return found.kept


def _enqueue(store: "Store", requests: "Sequence[Request]", now: datetime) -> "list[Enqueued]":
    """All that have no record yet: in one transaction, or where one has its record, one by one."""
    try:
        return place(store, requests, now).answers
    except Refused:
        if len(requests) == 1:
            return []
    return [answer for request in requests for answer in _enqueue(store, [request], now)]
