"""The work loop: claim a batch, execute, settle; pending settlements and new claims share one transaction."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce
from itertools import chain

from jobctl.daemon.intervals import LONG_LIVED, POLL
from jobctl.daemon.journal import LOGGER, with_facts
from jobctl.daemon.observers import Observer
from jobctl.decide.admission.prefetch import together
from jobctl.decide.runs.blame import blamed
from jobctl.decide.runs.settle import settle, unwritable
from jobctl.execute.attempt import Began, Ending, Executor
from jobctl.execute.given import reads
from jobctl.execute.stale_logs import FormerLogs
from jobctl.execute.starting import Starting
from jobctl.model.claim import Claim, ClaimKey
from jobctl.model.errors import JobctlError, told
from jobctl.model.job import UnreadableJob
from jobctl.model.outcome import Lost, NotStarted, StopReason, Unreadable, Unstartable
from jobctl.model.run import Progress
from jobctl.model.settlement import Settlement
from jobctl.store.protocols.work import Work
from jobctl.store.values import Exchange, Started, StopRequest, Want

# How long an end may wait for others to be written with it while many come.
GATHER = timedelta(milliseconds=5)
PLENTY = 500
_log = logging.getLogger(LOGGER)


class WorkLoop:
    """Keeps the executors busy with what the store admits, and settles what they hand back."""

    def __init__(
        self,
        store: Work,
        daemon_id: int,
        executors: dict[str, Executor],
        want: Want,
        dice: Callable[[], float],
        former_logs: FormerLogs,
        starting: Starting,
        observer: Observer,
    ) -> None:
        self._store = store
        self._daemon_id = daemon_id
        self._executors = executors
        self._want = want
        self._dice = dice
        self._former_logs = former_logs
        self._starting = starting
        self._observer = observer
        self._pending: list[Settlement] = []
        self._began: dict[ClaimKey, Began] = {}
        self._progress: dict[ClaimKey, Progress] = {}
        self._wake_at: datetime | None = None
        self._deployment: int | None = None
        self._look = True
        self._fresh = False
        self._trouble: Exception | None = None
        self.claiming = True
        # Ends that the last exchange could not write.
        self.unwritten = 0
        self.settled = 0

    def wake(self) -> None:
        """Somebody committed something: look at the store at the next tick."""
        self._look = True

    def shift(self, by: timedelta) -> None:
        """The clock was set, or the host has slept: time limits go on as before, and the store is looked at."""
        for executor in self._executors.values():
            executor.shift(by)
        self.wake()

    def tick(self, now: datetime) -> datetime | None:
        """Move everything that can move; when to come again."""
        executor_wakes = [self._tick(executor, now) for executor in self._executors.values()]
        self._gather(now)
        self._record_processes(now)
        wake_at = self._meet_the_store(executor_wakes, now)
        if self._trouble is not None:
            error, self._trouble = self._trouble, None
            raise error
        return wake_at

    def _meet_the_store(self, executor_wakes: list[datetime | None], now: datetime) -> datetime | None:
        if self._wake_at is not None and now >= self._wake_at:
            self._look = False
            self._wake_at = now + POLL
            self._stop_requested(now)
            self._exchange(now, self._room(now))
        elif self._look:
            self._look = False
            self._stop_requested(now)
            self._look_for_work(now)
        elif self._pending and now >= self._ripe_at(now):
            self._exchange(now, self._room(now))
        if self._fresh:
            # Come again at once, by a clock that knows how long the exchange took: what was given is to be sent, time
            # limits have begun, and what could not be started, or has ended already, wants settling.
            self._fresh = False
            return now
        if self._pending:
            return self._ripe_at(now)
        return min((at for at in (*executor_wakes, self._wake_at) if at is not None), default=None)

    def _tick(self, executor: Executor, now: datetime) -> datetime | None:
        try:
            return executor.tick(now)
        except Exception as error:  # noqa: BLE001 - what the other has is looked after all the same
            self._trouble = error
            return now + POLL

    def reload(self) -> None:
        """Workers start anew, so that they see code that has changed; what waits for others to end goes back."""
        for executor in self._executors.values():
            executor.reload()

    def take(self, exchange: Exchange, now: datetime) -> None:
        """Start what an exchange gave; in new workers if something was deployed since the last one."""
        if exchange.deployment is not None:
            if self._deployment not in (None, exchange.deployment):
                self.reload()
            self._deployment = exchange.deployment
        for record in exchange.skipped:
            self._observer.skipped(record, now)
        for claim in exchange.claims:
            self._start(claim, now)
        self._fresh = bool(exchange.claims)
        self._wake_at = min(filter(None, (exchange.wake_at, now + POLL)))

    def rest_until(self) -> datetime | None:
        """More ends come in at every moment: until then it is better to let them gather. None: listen."""
        return self._ripe_at(self._pending[0].finished_at) if self._pending else None

    def busy(self) -> int:
        """How many slots are taken."""
        return sum(executor.busy() for executor in self._executors.values())

    def in_flight(self) -> list[ClaimKey]:
        """The claims that are being executed here."""
        return list(chain.from_iterable(e.in_flight() for e in self._executors.values()))

    @property
    def executes(self) -> bool:
        """Something is executed."""
        return bool(self.busy() or self.in_flight())

    @property
    def idle(self) -> bool:
        """Nothing is executed and nothing waits to be written."""
        return not self._pending and not self.executes

    @property
    def can_be_left(self) -> bool:
        """Nothing waits to be written, and what is executed goes on without this daemon."""
        return not self._pending and all(executor.can_be_left() for executor in self._executors.values())

    def stop_claiming(self) -> None:
        """Take nothing more; what waits for others to end goes back."""
        self.claiming = False
        for executor in self._executors.values():
            executor.give_back()

    def stop_all(self, why: StopReason, now: datetime, *, at_once: bool = False) -> None:
        """Stop every attempt: asked first, or killed at once."""
        for executor in self._executors.values():
            _stop(executor, why, now, at_once)

    def stop_mortal(self, now: datetime) -> None:
        """Stop what would die with this daemon."""
        for executor in self._executors.values():
            if not executor.outlives_daemon:
                _stop(executor, "shutdown", now, at_once=False)

    def _gather(self, now: datetime) -> None:
        endings: list[Ending] = []
        for executor in self._executors.values():
            news = executor.news()
            self._began.update((began.claim, began) for began in news.began)
            self._progress.update((report.claim, report.progress) for report in news.reports)
            endings += news.endings
        for ending in _with_blame(endings):
            self._end(ending, now)

    def _end(self, ending: Ending, now: datetime) -> None:
        """Settle what has ended; how it has ended may be what nobody can tell."""
        try:
            self._settle(ending, now)
        except Exception as error:  # noqa: BLE001 - it belongs to this run
            why = f"it cannot be told how it ended: {told(error)}"
            self._settle(ending._replace(outcome=Unstartable(why), output=None), now)

    def _settle(self, ending: Ending, now: datetime) -> None:
        claim = ending.claim
        _, outcome, started_at, finished_at, output = ending
        settlement = settle(claim, outcome, started_at, finished_at, self._dice(), output)
        key = settlement.claim
        if self._began:
            self._began.pop(key, None)
        self._pending.append(settlement)
        self._observer.ended(claim, settlement, now)

    def _record_processes(self, now: datetime) -> None:
        lasting = [b for b in self._began.values() if now - b.started_at >= LONG_LIVED]
        if lasting:
            self._store.started([Started(*began) for began in lasting])
            for began in lasting:
                del self._began[began.claim]
        if self._progress:
            self._store.report(list(self._progress.items()))
            self._progress.clear()

    def _stop_requested(self, now: datetime) -> None:
        requests: Sequence[StopRequest] = self._store.stop_requests(self._daemon_id)
        for request in requests:
            for executor in self._executors.values():
                executor.stop(request.claim, request.why, now)

    def _look_for_work(self, now: datetime) -> None:
        """Where nothing can be taken nor written, what waits is looked at when a slot is free, or time has passed."""
        room = self._room(now)
        if self._pending or room.capacity or room.prefetch is not None or self._wake_at is None:
            self._exchange(now, room)

    def _exchange(self, now: datetime, room: Want) -> None:
        self.unwritten = len(self._pending)
        try:
            exchange = self._store.exchange(self._daemon_id, self._pending, room, now)
        except JobctlError:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, it may belong to one of them alone
            self._write_each(now)
            exchange = self._store.exchange(self._daemon_id, [], room, now)
        self.unwritten = 0
        self._written(self._pending)
        for key in exchange.stale:
            _log.warning("stale settlement ignored", extra=with_facts(run_id=key.run_id, attempt=key.fence))
        self.take(exchange, now)

    def _write_each(self, now: datetime) -> None:
        """One end that cannot be written must not keep the others from it: it is written as the failure of its run."""
        nothing = self._want._replace(capacity=0, prefetch=None)
        while self._pending:
            settlement = self._pending[0]
            try:
                self._store.exchange(self._daemon_id, [settlement], nothing, now)
            except JobctlError:
                raise
            except Exception as error:  # noqa: BLE001 - it belongs to this run
                self._store.exchange(self._daemon_id, [unwritable(settlement, told(error))], nothing, now)
            self._written(self._pending[:1])

    def _written(self, settlements: list[Settlement]) -> None:
        self._pending = self._pending[len(settlements) :]
        self.settled += len(settlements)
        for executor in self._executors.values():
            executor.settled([settlement.claim for settlement in settlements])

    def _ripe_at(self, now: datetime) -> datetime:
        """When to write what has ended: at once, or a little later where many ends follow each other closely."""
        if len(self._pending) >= PLENTY or not any(executor.streaming() for executor in self._executors.values()):
            return now
        return self._pending[0].finished_at + GATHER

    def _room(self, now: datetime) -> Want:
        if not self.claiming:
            return self._want._replace(capacity=0)
        if self._want.only is not None:
            return self._want._replace(capacity=self._free())
        prefetch = reduce(together, (executor.prefetch(now) for executor in self._executors.values()), None)
        return self._want._replace(capacity=self._free(), prefetch=prefetch)

    def _free(self) -> int:
        return max(self._want.capacity - self.busy(), 0)

    def _start(self, claim: Claim, now: datetime) -> None:
        if not self.claiming:
            self._settle(Ending(claim, NotStarted(), now, now), now)
            return
        if isinstance(claim.job, UnreadableJob):
            message = f"the database holds what cannot be read: {claim.job.unreadable}"
            self._settle(Ending(claim, Unreadable(message), now, now), now)
            return
        self._observer.started(claim, now)
        try:
            self._start_executing(claim, now)
        except Exception as error:  # noqa: BLE001 - it belongs to this run
            self._settle(Ending(claim, Unstartable(f"it cannot be started: {told(error)}"), now, now), now)

    def _start_executing(self, claim: Claim, now: datetime) -> None:
        self._former_logs.make_way(claim)
        if not reads(claim.job):
            self._executors[claim.job.kind].start(claim, now)
            return
        self._starting.begin(claim.key)
        try:
            self._executors[claim.job.kind].start(claim, now)
        finally:
            self._starting.end()


def _with_blame(endings: list[Ending]) -> list[Ending]:
    """Of those that have vanished together, one may be to blame."""
    shared = [e.claim for e in endings if isinstance(e.outcome, Lost) and e.outcome.shared]
    to_blame = blamed(shared) if shared else None
    return [
        e._replace(outcome=replace(e.outcome, counts=True))
        if isinstance(e.outcome, Lost) and e.claim.key == to_blame
        else e
        for e in endings
    ]


def _stop(executor: Executor, why: StopReason, now: datetime, at_once: bool) -> None:
    for claim in executor.in_flight():
        (executor.kill if at_once else executor.stop)(claim, why, now)
