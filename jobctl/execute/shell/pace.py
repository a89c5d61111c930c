"""How long shell jobs take, learnt from how long they took: which of them may wait behind others."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from jobctl.decide.admission.expected_duration import ENOUGH, learnt
from jobctl.decide.admission.prefetch import Prefetch, may_wait
from jobctl.execute.attempt import Ending, Timer
from jobctl.model.outcome import Exited

# What waits behind an attempt is thought to take no longer than this, in microseconds.
LANE = 15_000
# Quick enough to wait; and what an attempt is counted as at least and at most.
QUICK = 25_000
LEAST = 1_500
MOST = LANE // 2
# Nothing is sent behind an attempt that has lasted longer than this.
STUCK_AFTER = timedelta(milliseconds=25)
# Callables count their groups from 0.
GROUP = -1
_KNOWN = 10_000
_MICROSECOND = timedelta(microseconds=1)


class ShellPace:
    """What is known of each job's durations, in microseconds."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, float]] = {}
        self._quick: dict[str, tuple[int, int]] = {}

    def learn(self, ending: Ending) -> None:
        """An attempt has ended."""
        job = ending.claim.job
        if not isinstance(ending.outcome, Exited) or not may_wait(job):
            self.forget(job.name)
            return
        took = (ending.finished_at - ending.started_at) / _MICROSECOND
        if job.name not in self._seen and len(self._seen) >= _KNOWN:
            self._seen.clear()
            self._quick.clear()
        times, mean = self._seen[job.name] = learnt(*self._seen.get(job.name, (0, 0.0)), took)
        if times >= ENOUGH and mean < QUICK:
            self._quick[job.name] = (GROUP, int(min(max(mean, LEAST), MOST)))
        else:
            self._quick.pop(job.name, None)

    def forget(self, job: str) -> None:
        """Nothing is known of a job any more."""
        self._seen.pop(job, None)
        self._quick.pop(job, None)

    def prefetch(self, under_way: Iterable[Timer], waiting: Iterable[Timer], now: datetime) -> Prefetch | None:
        """How much more may be taken to wait for those under way."""
        if not self._quick:
            return None
        brings = sum(self._brings(timer, now) for timer in under_way)
        taken = sum(self._cost(timer) or LEAST for timer in waiting)
        return Prefetch(self._quick, {GROUP: max(brings - taken, 0)}, LANE)

    def _brings(self, timer: Timer, now: datetime) -> int:
        """What may wait for an attempt: nothing for one that is not quick, or turns out slow, or is being stopped."""
        cost = self._cost(timer)
        if cost is None or timer.why is not None or now - timer.started_at >= STUCK_AFTER:
            return 0
        return LANE - cost

    def _cost(self, timer: Timer) -> int | None:
        quick = self._quick.get(timer.claim.job.name)
        return None if quick is None else quick[1]
