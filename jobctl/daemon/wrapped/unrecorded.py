"""A wrapped command without the database: its time limit, retries and lock hold all the same."""

import selectors
import signal
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from jobctl.daemon.clock import SystemClock
from jobctl.daemon.signals import Caught
from jobctl.decide.runs.exit_status import Ended
from jobctl.decide.runs.settle import settle
from jobctl.execute.attempt import Timer
from jobctl.execute.holder_program import proc as tree
from jobctl.execute.name_lock import Keeper, NameLock
from jobctl.execute.shell.bare_child import BareChild
from jobctl.model.claim import Claim
from jobctl.model.errors import ExecutionError, told
from jobctl.model.job import Job
from jobctl.model.outcome import Outcome, Stopped, Unstartable
from jobctl.model.run import Reason, State
from jobctl.model.settlement import Settlement

_POLL_S = 0.1
_MOMENT = timedelta(milliseconds=500)


class NotRun(NamedTuple):
    """The end of a command that was never started."""

    state: State
    reason: Reason | None
    exit_code: int | None = None
    signal: str | None = None


class Lent(NamedTuple):
    """What a command without a record still has: its caller's environment, signals, a voice, dice."""

    environment: Mapping[str, str]
    caught: Caught
    say: Callable[[str], None]
    dice: Callable[[], float]


def see_unrecorded(job: Job, overlap: str, lock: NameLock | None, lent: Lent, me: Keeper) -> Ended:
    """Run a command to its end, with its retries, under `lock`. Raises only as long as it has not begun."""
    if lock is not None and not take_turn(lock, overlap, lent.caught, me):
        if lent.caught.numbers:
            return NotRun("cancelled", "operator")
        lent.say(f"`{job.name}` is skipped: another run of it has not ended")
        return NotRun("skipped", "overlap")
    return _Unrecorded(job, lock, lent).see_through()


def take_turn(lock: NameLock, overlap: str, caught: Caught, me: Keeper) -> bool:
    """Take the lock as the overlap policy says; False if this run is to be skipped, or was cancelled meanwhile.

    `skip` gives one that is about to end a moment; `queue` waits; `replace` asks the other to stop, and waits.
    """
    clock = SystemClock()
    give_up_at = clock.now() + _MOMENT if overlap == "skip" else None
    asked: Keeper | None = None
    while not lock.take(me):
        if caught.numbers or (give_up_at is not None and clock.now() >= give_up_at):
            return False
        keeper = lock.keeper()
        if overlap == "replace" and keeper is not None and keeper != asked:
            asked = keeper
            tree.send(keeper.pid, keeper.pid_started, signal.SIGTERM)
        time.sleep(_POLL_S)
    return True


class _Unrecorded:
    """The attempts of one command, until none follows."""

    def __init__(self, job: Job, lock: NameLock | None, lent: Lent) -> None:
        self._job = job
        self._keep = () if lock is None else (lock.fd,)
        self._environment, self._caught, self._say, self._dice = lent
        self._clock = SystemClock()
        self._obeyed = 0
        self._last: Ended | None = None

    def see_through(self) -> Ended:
        try:
            return self._see_through()
        except Exception as error:
            if self._last is None:
                raise
            self._say(f"it is not known how `{self._job.name}` has ended: {told(error)}")
            return self._last

    def _see_through(self) -> Ended:
        with selectors.DefaultSelector() as selector:
            selector.register(self._caught, selectors.EVENT_READ, self._caught.drain)
            last: Settlement | None = None
            while True:
                if len(self._caught.numbers) > self._obeyed:
                    return NotRun("cancelled", "operator")
                last = self._attempt(selector, last)
                if last.due_at is None:
                    return last
                self._tell(last)
                self._rest(selector, last.due_at)

    def _attempt(self, selector: selectors.BaseSelector, last: Settlement | None) -> Settlement:
        now = self._clock.now()
        claim = _claim(self._job, last, now)
        timer = Timer(claim, now)
        try:
            child = BareChild(self._job.run or (), self._environment, self._keep)
        except ExecutionError as error:
            self._say(error.message)
            return settle(claim, Unstartable(error.message), now, now, self._dice())
        except OSError as error:
            if last is None:
                raise
            self._say(f"there is no further attempt: {told(error)}")
            return last._replace(state="failed", due_at=None)
        self._last = last or NotRun("failed", None, exit_code=1)
        outcome = self._see_to_its_end(selector, child, timer)
        return settle(claim, outcome, now, self._clock.now(), self._dice())

    def _see_to_its_end(self, selector: selectors.BaseSelector, child: BareChild, timer: Timer) -> Outcome:
        if child.fd is not None:
            try:
                selector.register(child.fd, selectors.EVENT_READ, lambda: None)
            except OSError:
                child.close()
        try:
            return self._watch(selector, child, timer)
        finally:
            if child.fd is not None:
                selector.unregister(child.fd)
            child.close()

    def _watch(self, selector: selectors.BaseSelector, child: BareChild, timer: Timer) -> Outcome:
        """Wait for the end; limits and signals meanwhile."""
        while (ended := child.ended()) is None:
            now = self._clock.now()
            self._obey(child, timer, now)
            force = timer.due(now)
            if force is not None:
                child.signal(signal.SIGKILL if force == "kill" else signal.Signals[self._job.stop_signal])
            wake_at = timer.wake_at()
            if child.fd is None:
                wake_at = min(filter(None, (wake_at, now + timedelta(seconds=_POLL_S))))
            self._wait_until(selector, wake_at)
        return ended if timer.why is None else Stopped(timer.why)

    def _obey(self, child: BareChild, timer: Timer, now: datetime) -> None:
        for number in self._caught.numbers[self._obeyed :]:
            self._obeyed += 1
            timer.stop("operator", now)
            child.signal(number if self._obeyed == 1 else signal.SIGKILL)

    def _tell(self, last: Settlement) -> None:
        if last.due_at is not None:
            wait = (last.due_at - last.finished_at).total_seconds()
            self._say(f"{last.error}; attempt {last.claim.fence + 1} follows in {wait:.0f} s")

    def _rest(self, selector: selectors.BaseSelector, until: datetime) -> None:
        while self._clock.now() < until and len(self._caught.numbers) == self._obeyed:
            self._wait_until(selector, until)

    def _wait_until(self, selector: selectors.BaseSelector, wake_at: datetime | None) -> None:
        seconds = None if wake_at is None else max(0.0, (wake_at - self._clock.now()).total_seconds())
        for key, _ in selector.select(seconds):
            key.data()


def _claim(job: Job, last: Settlement | None, now: datetime) -> Claim:
    """The claim that nobody has given: only its counts and its job mean something."""
    fence = 1 if last is None else last.claim.fence + 1
    failures = 0 if last is None else last.failures
    return Claim(0, fence, job, None, job.queue, {}, "", None, now, None, failures, 0)
