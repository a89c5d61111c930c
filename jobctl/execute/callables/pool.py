"""The worker processes there are, and which of them gets a call."""

import selectors
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import chain, count
from secrets import token_hex
from typing import Any

from jobctl.execute.callables.key import WorkerKey
from jobctl.execute.callables.requests import Call, spawn_of
from jobctl.execute.callables.worker import Worker
from jobctl.execute.holder.client import Holder
from jobctl.model.claim import ClaimKey
from jobctl.model.errors import ExecutionError, told
from jobctl.model.job import Job

# Where calls are given out one after the other, so many microseconds of them go to one worker before another's turn.
_PORTION = 500


class Staff:
    """Workers of every kind, of which at most `slots` are kept while they rest. `taken`: the slots that others have."""

    def __init__(
        self,
        holder: Holder,
        daemon_env: Mapping[str, str],
        selector: selectors.BaseSelector,
        slots: int,
        taken: Callable[[], int],
        hear: Callable[[Worker, list[Any]], None],
    ) -> None:
        self._holder = holder
        self._daemon_env = daemon_env
        self._selector = selector
        self._slots = slots
        self._taken = taken
        self._hear = hear
        self._names = (f"worker:{token_hex(4)}.{number}" for number in count(1))
        self._workers: dict[str, Worker] = {}
        self._turn: Worker | None = None
        self._turn_until = 0

    def __iter__(self) -> Iterator[Worker]:
        return iter(list(self._workers.values()))

    def __len__(self) -> int:
        return len(self._workers)

    def get(self, name: str) -> Worker | None:
        """The worker of this name, if it is still here."""
        return self._workers.get(name)

    def busy(self) -> int:
        """How many have something to do."""
        return sum(worker.busy for worker in self._workers.values())

    def holding(self, claim: ClaimKey) -> Worker | None:
        """Who was given a call and has not ended it."""
        for worker in self._workers.values():
            for call in chain(worker.sent, worker.kept):
                if call.claim.run_id == claim.run_id and call.claim.fence == claim.fence:
                    return worker
        return None

    def next_turn(self) -> None:
        """Time has passed: choose anew."""
        self._turn = None

    def worker_for(self, call: Call, now: datetime, *, ahead: bool) -> Worker | None:
        """An idle worker, a new one, or one to wait in behind quick calls. None if a call was claimed `ahead` of its
        slot, as one that can wait like that, and cannot, or if workers that rest have to leave first.

        Raises ExecutionError.
        """
        key = call.form.key
        turn = self._turn
        if turn is not None and turn.key is key and turn.load < self._turn_until:  # noqa: SIM102
            if not call.alone and turn.shares(now):
                return turn
        idle, busy = self._idle(key)
        if busy + self._taken() >= self._slots:
            sharing = None if call.alone else self.sharing(key, now)
            if sharing is not None:
                self._turn, self._turn_until = sharing, sharing.load + _PORTION
                return sharing
            if ahead:
                return None
        if idle is not None:
            return idle
        try:
            return self._new(key, call.form.job, now)
        except OSError as error:
            if self._dismiss():
                # It comes again, when those who rest have left what they hold.
                return None
            raise ExecutionError(
                f"no worker can be started: {told(error)}", hint="raise the limit on open files of the daemon"
            ) from error

    def sharing(self, key: WorkerKey, now: datetime) -> Worker | None:
        """The worker with the least to do among those that more can be sent to."""
        least: Worker | None = None
        for worker in self._workers.values():
            if worker.key is key and (least is None or worker.load < least.load) and worker.shares(now):
                least = worker
        return least

    def drop(self, worker: Worker) -> None:
        """It is dead, or to be killed."""
        del self._workers[worker.name]
        worker.close()
        self._turn = None

    def _idle(self, key: WorkerKey) -> tuple[Worker | None, int]:
        """Of those of a kind that rest, the one that was busy last: the others may then end. And how many are busy."""
        idle: Worker | None = None
        busy = 0
        for worker in self._workers.values():
            if worker.busy:
                busy += 1
            elif worker.key is key and not worker.leaving and not worker.line.ended:
                idle = worker if idle is None or worker.idle_since > idle.idle_since else idle
        return idle, busy

    def _new(self, key: WorkerKey, job: Job, now: datetime) -> Worker:
        self._make_room()
        name = next(self._names)
        worker = Worker(name, key, self._selector, self._hear, now)
        try:
            self._start(worker, job)
        except BaseException:
            worker.close()
            raise
        self._workers[name] = worker
        return worker

    def _start(self, worker: Worker, job: Job) -> None:
        with open("/dev/null", "rb") as nothing:
            spawn = spawn_of(worker.name, worker.key, job, self._daemon_env)
            capture = worker.capture
            output = capture.writer(spawn.user)
            fds = (nothing.fileno(), output, output, *worker.line.theirs, capture.pipe, capture.fd)
            self._holder.spawn(spawn, fds)
        worker.line.hand_over()
        capture.hand_over()

    def _dismiss(self) -> bool:
        """Send home all who rest; whether there was anybody, or one is leaving."""
        for worker in self._workers.values():
            if not worker.busy:
                worker.leave()
        return any(not worker.busy for worker in self._workers.values())

    def _make_room(self) -> None:
        """Send home who has rested longest when there are as many workers as slots."""
        staying = sum(not worker.leaving for worker in self._workers.values())
        resting = [w for w in self._workers.values() if not w.busy and not w.leaving and not w.line.ended]
        resting.sort(key=lambda worker: worker.idle_since)
        for worker in resting[: max(staying - self._slots + 1, 0)]:
            worker.leave()
