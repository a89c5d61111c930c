"""One worker process as the daemon sees it."""

import selectors
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jobctl.execute.attempt import Began, Timer
from jobctl.execute.capture import Capture
from jobctl.execute.worker_key import WorkerKey
from jobctl.execute.worker_line import Line
from jobctl.model.claim import Claim

IDLE_LIMIT = timedelta(seconds=60)
PATIENCE = timedelta(seconds=5)
FOLLOWED_AFTER = timedelta(milliseconds=500)
FOLLOWED_EVERY = timedelta(milliseconds=250)


class Worker:
    """A process, its pipes and the attempt that it executes; `timer` is None while it has none.

    `answered` is set when a result came after a stop had been asked for. `leaving` workers get no more work; `kill_at`
    is when one that should have ended is killed.
    """

    def __init__(
        self,
        name: str,
        key: WorkerKey,
        selector: selectors.BaseSelector,
        hear: "Callable[[Worker, dict[str, Any]], None]",
        now: datetime,
    ) -> None:
        self.name = name
        self.key = key
        self.capture = Capture()
        try:
            self.line = Line(selector, lambda frame: hear(self, frame))
        except OSError:
            self.capture.close()
            raise
        self.ready = False
        self.process: tuple[int, int] | None = None
        self.timer: Timer | None = None
        self.answered = False
        self.exit_code: int | None = None
        self.leaving = False
        self.kill_at: datetime | None = None
        self.idle_since = now
        self.copied_at: datetime | None = None

    def begin(self, claim: Claim, call: dict[str, Any], log: Path, now: datetime) -> None:
        """Execute a claim."""
        self.timer = Timer(claim, now)
        self.copied_at = None
        self.capture.begin(log, call["log_max_bytes"], call["secrets"])
        self.line.send({"calls": [call]})

    def began(self) -> Began | None:
        """The news that the attempt has a process; None before that is so."""
        if self.timer is None or self.process is None:
            return None
        return Began(self.timer.claim.key, *self.process, self.timer.started_at)

    def rest(self, since: datetime) -> None:
        """The attempt is over."""
        self.timer = None
        self.idle_since = since

    def leave(self) -> None:
        """End when there is nothing to do."""
        self.leaving = True
        if self.timer is None:
            self.line.finish()

    def follow(self, now: datetime) -> None:
        """Copy the output of a call that lasts into its log. Raises OSError."""
        at = self._follow_at()
        if at is not None and now >= at:
            self.copied_at = now
            self.capture.copy()

    def overdue(self, now: datetime) -> bool:
        """Whether it is to be killed now; asked until it has ended."""
        if self.timer is not None:
            return False
        if not self.leaving and now - self.idle_since >= IDLE_LIMIT:
            self.leave()
        if self.leaving or self.line.ended:
            self.kill_at = self.kill_at or now + PATIENCE
        return self.kill_at is not None and now >= self.kill_at

    def wake_at(self) -> datetime | None:
        """When to look at it again."""
        if self.timer is None:
            return self.kill_at or self.idle_since + IDLE_LIMIT
        return min(filter(None, (self.timer.wake_at(), self._follow_at())), default=None)

    def close(self) -> None:
        """Let go of it; it is killed if it still lives."""
        self.line.close()
        self.capture.close()

    def _follow_at(self) -> datetime | None:
        if self.timer is None:
            return None
        return self.copied_at + FOLLOWED_EVERY if self.copied_at else self.timer.started_at + FOLLOWED_AFTER
