"""How long callables take, learnt from how long they took: which of them may wait in a worker behind others."""

from collections.abc import Iterable
from datetime import datetime

from jobctl.decide.admission.expected_duration import ENOUGH, learnt
from jobctl.decide.admission.prefetch import Prefetch
from jobctl.execute.callables.key import WorkerKey
from jobctl.execute.callables.worker import Worker

# What waits in a worker is thought to take no longer than this, in microseconds.
LANE = 20_000
# Quick enough to wait behind others; and what each call costs besides its function.
QUICK = 2_000
CALL = 25
_MOST = 10_000


class Pace:
    """What is known of each job's durations, in microseconds."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, float]] = {}
        self._quick: dict[str, tuple[int, int]] = {}
        self._groups: dict[WorkerKey, int] = {}

    def learn(self, job: str, key: WorkerKey, took: float) -> None:
        """A call took so many microseconds."""
        if job not in self._seen and len(self._seen) >= _MOST:
            self._seen.clear()
            self._quick.clear()
        times, mean = self._seen[job] = learnt(*self._seen.get(job, (0, 0.0)), took)
        if times >= ENOUGH and mean < QUICK:
            group = self._groups.setdefault(key, len(self._groups))
            self._quick[job] = (group, int(mean) + CALL)
        else:
            self._quick.pop(job, None)

    def forget(self, job: str) -> None:
        """Nothing is known of a job any more."""
        self._seen.pop(job, None)
        self._quick.pop(job, None)

    def cost(self, job: str) -> int | None:
        """What a quick job's call is thought to take; None for others."""
        quick = self._quick.get(job)
        return None if quick is None else quick[1]

    def prefetch(self, workers: Iterable[Worker], now: datetime) -> Prefetch | None:
        """How much more may be taken for workers that are busy with quick calls, and for new ones."""
        if not self._quick:
            return None
        room: dict[int, int] = {}
        for worker in workers:
            group = self._groups.get(worker.key)
            if group is not None and worker.shares(now):
                room[group] = room.get(group, 0) + max(LANE - worker.load, 0)
        return Prefetch(self._quick, room, LANE)
