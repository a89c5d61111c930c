"""A daemon in the shadow of another scheduler: it decides every fire, tells of it, and executes and records nothing."""

import logging
import selectors
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import Literal, NamedTuple

from jobctl.daemon.clock import SystemClock
from jobctl.daemon.intervals import POLL
from jobctl.daemon.journal import LOGGER, with_facts
from jobctl.daemon.loops.fire import FireLoop
from jobctl.daemon.signals import Signals
from jobctl.decide.schedule.fire import next_fire
from jobctl.execute.holder_program.proc import boot_id
from jobctl.model.errors import JobctlError
from jobctl.model.fire import DueSchedule, Recording
from jobctl.model.job import Job
from jobctl.model.run import Enqueued

_log = logging.getLogger(LOGGER)

Held = Literal["disabled", "paused"]


class Subject(NamedTuple):
    """A job to watch, and why it would not run although its time comes."""

    job: Job
    held: Held | None


class Seen(NamedTuple):
    """A fire that a daemon would have made, or (`times` is set) a range of nominal times up to `nominal_at` that it
    would have recorded as missed."""

    job: Job
    nominal_at: datetime
    due_at: datetime
    held: Held | None
    times: int | None


class Shadow:
    """The schedules of jobs in memory: what would be recorded is told, and only these cursors move."""

    def __init__(self, subjects: Iterable[Subject], now: datetime, tell: Callable[[Seen], None]) -> None:
        self._subjects = list(subjects)
        self._tell = tell
        self._cursors = [now] * len(self._subjects)
        self._heap: list[tuple[datetime, int]] = []
        for index, subject in enumerate(self._subjects):
            coming = next_fire(subject.job.schedule, subject.job.name, now)
            if coming is not None:
                self._heap.append((coming, index))
        heapify(self._heap)

    def due_schedules(self, now: datetime, limit: int) -> list[DueSchedule]:
        """Schedules whose next nominal time has come; they stand still until they are recorded."""
        due: list[DueSchedule] = []
        while self._heap and self._heap[0][0] <= now and len(due) < limit:
            index = heappop(self._heap)[1]
            subject, cursor_at = self._subjects[index], self._cursors[index]
            due.append(DueSchedule(index, subject.job, 0, cursor_at, cursor_at, subject.held == "paused", None))
        return due

    def boot_schedules(self, boot_id: str) -> list[DueSchedule]:
        """None: that a shadow begins is no boot."""
        return []

    def start_schedules(self) -> list[DueSchedule]:
        """None: a shadow is no daemon."""
        return []

    def forgotten_schedules(self) -> list[DueSchedule]:
        """None: a shadow forgets nothing."""
        return []

    def next_fire_at(self) -> datetime | None:
        """The earliest coming fire."""
        return self._heap[0][0] if self._heap else None

    def record(self, recordings: Sequence[Recording], now: datetime) -> list[Enqueued]:
        """Tell what would have been recorded."""
        for recording in recordings:
            index, fires = recording.schedule.job_id, recording.fires
            job, held = self._subjects[index]
            for missed in fires.missed:
                self._tell(Seen(job, missed.to_at, missed.to_at, held, missed.times))
            for fire in fires.due:
                self._tell(Seen(job, fire.nominal_at, fire.due_at, held, None))
            self._cursors[index] = fires.cursor_at
            if fires.next_at is not None:
                heappush(self._heap, (fires.next_at, index))
        return []


def watch(read: Callable[[], Iterable[Subject]], tell: Callable[[Seen], None]) -> None:
    """Tell of every fire until a signal stops it.

    SIGHUP reads the jobs again; what cannot be read leaves those in force.
    """
    clock = SystemClock()
    with selectors.DefaultSelector() as selector, Signals() as signals:
        selector.register(signals.fileno(), selectors.EVENT_READ, signals.drain)
        loop = _begin(read(), clock.now(), tell)
        while not signals.stops:
            now = clock.now()
            wake_at = min(loop.tick(now) or now + POLL, now + POLL)
            if signals.reload:
                signals.reload = False
                loop = _again(read, now, tell) or loop
            for key, _ in selector.select(max(0.0, (wake_at - clock.now()).total_seconds())):
                key.data()


def subjects(jobs: Mapping[str, Job], paused: Iterable[str] = ()) -> list[Subject]:
    """Jobs to watch, disabled ones too."""
    held = set(paused)
    return [Subject(job, _held(job, job.name in held)) for job in jobs.values()]


def _held(job: Job, paused: bool) -> Held | None:
    if not job.enabled:
        return "disabled"
    return "paused" if paused else None


def _begin(found: Iterable[Subject], now: datetime, tell: Callable[[Seen], None]) -> FireLoop:
    watched = list(found)
    _log.info("dry run: nothing is executed or recorded", extra=with_facts(jobs=len(watched)))
    return FireLoop(Shadow(watched, now, tell), now, boot_id(), now)


def _again(read: Callable[[], Iterable[Subject]], now: datetime, tell: Callable[[Seen], None]) -> FireLoop | None:
    try:
        return _begin(read(), now, tell)
    except JobctlError as error:
        _log.error("%s (hint: %s); what was read before stays", error, error.hint)
        return None
