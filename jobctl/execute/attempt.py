"""An attempt in flight, its time limits, and what an executor hands back when it ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, Protocol

from jobctl.decide.admission.prefetch import Prefetch
from jobctl.model.claim import Claim, ClaimKey
from jobctl.model.outcome import Outcome, StopReason
from jobctl.model.run import Progress

Force = Literal["ask", "kill"]


class Ending(NamedTuple):
    """An attempt is over: what happened, and when it really began and ended.

    `output` is what it has printed where that is in no log file.
    """

    claim: Claim
    outcome: Outcome
    started_at: datetime
    finished_at: datetime
    output: bytes | None = None


class Began(NamedTuple):
    """A process exists for a claim."""

    claim: ClaimKey
    pid: int
    pid_started: int
    started_at: datetime


class Report(NamedTuple):
    """A running attempt told how far it is."""

    claim: ClaimKey
    progress: Progress


class News(NamedTuple):
    """Everything that happened since it was last asked for."""

    began: list[Began]
    reports: list[Report]
    endings: list[Ending]


@dataclass(slots=True)
class Timer:
    """When an attempt must be asked to stop, and when it must be killed.

    `why` is None until a stop was asked for; the first reason stays.
    """

    claim: Claim
    started_at: datetime
    why: StopReason | None = None
    kill_at: datetime | None = None

    def shift(self, by: timedelta) -> None:
        """The clock was set: what counts from the start goes on as before. A deadline is an instant and stays."""
        self.started_at += by
        if self.kill_at is not None:
            self.kill_at += by

    def stop(self, why: StopReason, now: datetime) -> None:
        """Ask for a stop: the stop signal now, SIGKILL after the job's grace period."""
        if self.why is None:
            self.why = why
            self.kill_at = now + self.claim.job.stop_grace_period

    def due(self, now: datetime) -> Force | None:
        """What to do at `now`: ask it to stop (a limit has just passed), kill it, or nothing."""
        if self.why is None:
            return self._limit_passed(now)
        if self.kill_at is not None and now >= self.kill_at:
            self.kill_at = None
            return "kill"
        return None

    def is_due(self, now: datetime) -> bool:
        """Whether `due` would say something."""
        wake_at = self.wake_at()
        return wake_at is not None and now >= wake_at

    def wake_at(self) -> datetime | None:
        """When to call `due` next."""
        if self.why is not None:
            return self.kill_at
        if self.claim.job.timeout is None and self.claim.deadline_at is None:
            return None
        limits = [at for at in (self._timeout_at(), self.claim.deadline_at) if at is not None]
        return min(limits, default=None)

    def _limit_passed(self, now: datetime) -> Force | None:
        timeout_at, deadline_at = self._timeout_at(), self.claim.deadline_at
        if timeout_at is not None and now >= timeout_at:
            self.stop("timeout", now)
            return "ask"
        if deadline_at is not None and now >= deadline_at:
            self.stop("deadline", now)
            return "ask"
        return None

    def _timeout_at(self) -> datetime | None:
        timeout = self.claim.job.timeout
        return None if timeout is None else self.started_at + timeout


class Executor(Protocol):
    """Executes claims of one kind. Nothing here blocks; file descriptors are registered with the daemon's selector,
    each with a callable as its `data`, which the daemon calls when the descriptor is ready."""

    outlives_daemon: bool
    """Whether what it executes goes on when the daemon ends, for the next one to adopt."""

    def start(self, claim: Claim, now: datetime) -> None:
        """Begin an attempt, or have one that `prefetch` welcomed wait for a slot; `NotStarted` if it waits too long.

        Whatever keeps it from starting becomes an `Unstartable` ending, never an exception.
        """

    def stop(self, claim: ClaimKey, why: StopReason, now: datetime) -> None:
        """Stop an attempt and everything it started; unknown claims are ignored. Its ending follows as news."""

    def kill(self, claim: ClaimKey, why: StopReason, now: datetime) -> None:
        """Stop an attempt without any grace."""

    def tick(self, now: datetime) -> datetime | None:
        """Enforce time limits and do upkeep; when to come again."""

    def shift(self, by: timedelta) -> None:
        """The clock was set, or the host has slept: time limits go on as if nothing had been."""

    def news(self) -> News:
        """What happened since the last call; each thing is told once."""

    def prefetch(self, now: datetime) -> Prefetch | None:
        """What more is welcome than there are free slots; None if nothing is."""

    def busy(self) -> int:
        """How many slots are taken."""

    def streaming(self) -> bool:
        """Whether more endings are to be expected within milliseconds."""

    def in_flight(self) -> list[ClaimKey]:
        """The claims whose ending has not been told."""

    def settled(self, claims: Sequence[ClaimKey]) -> None:
        """These endings are on disk; nothing about them need be remembered."""

    def can_be_left(self) -> bool:
        """Whether the daemon may end now, and nothing is lost."""

    def give_back(self) -> None:
        """Nothing more is to begin: what waits for others to end goes back."""

    def reload(self) -> None:
        """The catalog or code has changed: what is started from now on must see it. What waits for a slot goes back."""

    def close(self) -> None:
        """Let go of everything; whatever still runs is killed unless it can be adopted."""
