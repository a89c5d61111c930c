"""A fire: a job and one nominal instant, and what is to be recorded for it."""

from dataclasses import dataclass
from datetime import datetime

from jobctl.model.job import Job
from jobctl.model.run import Missed


@dataclass(frozen=True, slots=True)
class LastRun:
    """What a schedule that counts from the end of its last run hangs on.

    `next_at` is a bound: it fires no earlier. `under_way`: a run has not ended. `ended_at` is the last end of any run.
    """

    cursor_at: datetime
    next_at: datetime
    under_way: bool
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class DueSchedule:
    """A deployed schedule with nominal times to decide. `paused` covers the job and its queue's pause is not counted.

    Every nominal time up to `cursor_at` has its record; `booted` is the boot id for which `@reboot` has fired. `last`
    is there for a schedule that counts from the end of its last run.
    """

    job_id: int
    job: Job
    job_version: int
    cursor_at: datetime
    deployed_at: datetime
    paused: bool
    booted: str | None
    last: LastRun | None = None


@dataclass(frozen=True, slots=True)
class Fire:
    """One nominal time that becomes a run, due at `due_at` (the nominal time and its jitter).

    `caught_up` marks a time that was missed and is made up for.
    """

    nominal_at: datetime
    due_at: datetime
    caught_up: bool = False


@dataclass(frozen=True, slots=True)
class Fires:
    """What a schedule's past since its cursor comes to, and where it goes from there.

    `due` and `missed` are in order and cover each nominal time exactly once. `next_at=None`: it never fires again.
    """

    due: tuple[Fire, ...]
    missed: tuple[Missed, ...]
    cursor_at: datetime
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Recording:
    """Fires of one schedule to write; it is void if the schedule's cursor or version has moved meanwhile."""

    schedule: DueSchedule
    fires: Fires
    booted: str | None
