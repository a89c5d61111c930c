"""Executes callables in worker processes that are kept and shared."""

import logging
import selectors
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from secrets import token_hex
from signal import SIGKILL, Signals
from typing import Any

from jobctl.execute import messages
from jobctl.execute.attempt import Ending, News, Report
from jobctl.execute.folder import StateFolder
from jobctl.execute.holder import Holder
from jobctl.execute.worker import Worker
from jobctl.execute.worker_death import outcome_of_death
from jobctl.execute.worker_key import WorkerKey, worker_key
from jobctl.execute.worker_reply import outcome_of, progress_of, times_of
from jobctl.execute.worker_request import call_of, spawn_of
from jobctl.model.claim import Claim, ClaimKey
from jobctl.model.errors import ExecutionError
from jobctl.model.instant import EPOCH
from jobctl.model.job import Job
from jobctl.model.outcome import Lost, Outcome, StopReason, Unstartable

_log = logging.getLogger("jobctl.execute")


class Workers:
    """The executor of callables: an `Executor` (see `attempt`).

    A worker is started when a claim needs one and none of its kind is idle; at most `slots` are kept. It ends after
    60 s without work, after `reload`, and when its attempt had to be stopped.
    """

    def __init__(
        self,
        holder: Holder,
        folder: StateFolder,
        daemon_env: Mapping[str, str],
        selector: selectors.BaseSelector,
        slots: int,
    ) -> None:
        self._holder = holder
        self._folder = folder
        self._daemon_env = dict(daemon_env)
        self._selector = selector
        self._slots = slots
        self._names = (f"worker:{token_hex(4)}.{number}" for number in count(1))
        self._workers: dict[str, Worker] = {}
        self._busy: dict[ClaimKey, Worker] = {}
        self._news = News([], [], [])
        self._now = EPOCH

    def start(self, claim: Claim, now: datetime) -> None:
        """Begin an attempt, in an idle worker or in a new one."""
        self._now = now
        key = worker_key(claim.job)
        log = self._folder.log(claim.run_id, claim.fence)
        try:
            call = call_of(claim, key, log, self._daemon_env)
            worker = self._idle_worker(key) or self._new_worker(key, claim.job, now)
        except ExecutionError as error:
            message = f"{error.message}; {error.hint}" if error.hint else error.message
            self._tell(claim, Unstartable(message), now, now)
            return
        worker.begin(claim, call, log, now)
        self._busy[claim.key] = worker
        self._tell_began(worker)

    def stop(self, claim: ClaimKey, why: StopReason, now: datetime) -> None:
        """Ask an attempt to stop; after its grace period it is killed."""
        worker = self._busy.get(claim)
        if worker is not None and worker.timer is not None and worker.timer.why is None:
            worker.timer.stop(why, now)
            self._ask(worker)

    def kill(self, claim: ClaimKey, why: StopReason, now: datetime) -> None:
        """Kill an attempt."""
        worker = self._busy.get(claim)
        if worker is not None and worker.timer is not None:
            worker.timer.stop(why, now)
            worker.timer.kill_at = None
            self._kill(worker)

    def tick(self, now: datetime) -> datetime | None:
        """Enforce limits, let logs follow, send home who has nothing to do; when to come again."""
        self._now = now
        self._listen()
        for worker in self._workers.values():
            self._enforce(worker, now)
            self._follow(worker, now)
            if worker.overdue(now):
                worker.kill_at = now + timedelta(days=1)
                self._kill(worker)
        return min(filter(None, (worker.wake_at() for worker in self._workers.values())), default=None)

    def news(self) -> News:
        """What happened since the last call."""
        self._listen()
        news, self._news = self._news, News([], [], [])
        return news

    def in_flight(self) -> list[ClaimKey]:
        """The claims whose ending has not been told."""
        return [*self._busy, *(ending.claim.key for ending in self._news.endings)]

    def settled(self, claims: Sequence[ClaimKey]) -> None:
        """Nothing is remembered here of attempts that are over."""

    def reload(self) -> None:
        """Have every worker replaced by a new one, busy ones when their attempt is over."""
        for worker in self._workers.values():
            worker.leave()

    def close(self) -> None:
        """Kill every worker."""
        for worker in list(self._workers.values()):
            self._kill(worker)
            self._drop(worker)

    # --- choosing a worker ---

    def _idle_worker(self, key: WorkerKey) -> Worker | None:
        """The worker that was busy last: the others may then end."""
        idle = [worker for worker in self._resting() if worker.key == key]
        return max(idle, key=lambda worker: worker.idle_since, default=None)

    def _new_worker(self, key: WorkerKey, job: Job, now: datetime) -> Worker:
        self._make_room()
        name = next(self._names)
        try:
            worker = Worker(name, key, self._selector, self._hear, now)
        except OSError as error:
            raise ExecutionError(
                f"no worker can be started: {error.strerror}", hint="raise the limit on open files of the daemon"
            ) from error
        try:
            self._start_process(worker, job)
        except BaseException:
            worker.close()
            raise
        self._workers[name] = worker
        return worker

    def _start_process(self, worker: Worker, job: Job) -> None:
        with open("/dev/null", "rb") as nothing:
            output = worker.capture.fd
            fds = (nothing.fileno(), output, output, *worker.line.theirs)
            self._holder.spawn(spawn_of(worker.name, worker.key, job, self._daemon_env), fds)
        worker.line.hand_over()

    def _make_room(self) -> None:
        """Send home who has rested longest when there are as many workers as slots."""
        staying = sum(not worker.leaving for worker in self._workers.values())
        resting = sorted(self._resting(), key=lambda worker: worker.idle_since)
        for worker in resting[: max(staying - self._slots + 1, 0)]:
            worker.leave()

    def _resting(self) -> list[Worker]:
        return [w for w in self._workers.values() if w.timer is None and not w.leaving and not w.line.ended]

    # --- what workers say ---

    def _hear(self, worker: Worker, frame: dict[str, Any]) -> None:
        if "ready" in frame:
            worker.ready = True
        if "progress" in frame and worker.timer is not None:
            report = frame["progress"]
            self._news.reports.append(Report(ClaimKey(report["run_id"], report["fence"]), progress_of(report)))
        for result in frame.get("results", ()):
            self._finished(worker, result)

    def _finished(self, worker: Worker, result: dict[str, Any]) -> None:
        timer = worker.timer
        if timer is None or timer.claim.key != (result["run_id"], result["fence"]):
            return
        if not result["saved"]:
            self._save(worker)
        if timer.why is not None:
            worker.answered = True
            worker.exit_code = result.get("code")
            self._kill(worker)
            return
        started_at, finished_at = times_of(result)
        self._end(worker, outcome_of(result), started_at, finished_at)
        if worker.leaving or timer.claim.job.resources.cpu_time is not None:
            worker.leave()

    # --- what the holder says ---

    def _listen(self) -> None:
        for event in self._holder.events("worker"):
            match event:
                case messages.Spawned(key, pid, pid_started, _) if key in self._workers:
                    worker = self._workers[key]
                    worker.process = (pid, pid_started)
                    self._tell_began(worker)
                case messages.Ended(key) if key in self._workers:
                    self._died(self._workers[key], event)
                case messages.Refused(key, message, at) if key in self._workers:
                    self._gone(self._workers[key], Unstartable(message), at)
                case messages.Lost(key, cause) if key in self._workers:
                    self._gone(self._workers[key], Lost(cause, counts=len(self._busy) == 1), self._now)
                case messages.Taken():
                    self._let_go()

    def _died(self, worker: Worker, ended: messages.Ended) -> None:
        worker.line.read_rest()
        timer = worker.timer
        if timer is not None:
            outcome = outcome_of_death(worker, timer, ended)
            if not worker.answered:
                self._save(worker)
            self._end(worker, outcome, timer.started_at, max(ended.ended_at, timer.started_at))
        self._drop(worker)

    def _gone(self, worker: Worker, outcome: Outcome, at: datetime) -> None:
        """There is no process, and nothing to learn from its end."""
        worker.line.read_rest()
        timer = worker.timer
        if timer is not None:
            self._save(worker)
            self._end(worker, outcome, timer.started_at, max(at, timer.started_at))
        self._drop(worker)

    def _let_go(self) -> None:
        """Another daemon has taken the holder over: it sees the workers dead and settles what they did."""
        self._busy.clear()
        for worker in list(self._workers.values()):
            self._drop(worker)

    def _drop(self, worker: Worker) -> None:
        del self._workers[worker.name]
        worker.close()

    # --- limits ---

    def _enforce(self, worker: Worker, now: datetime) -> None:
        force = worker.timer.due(now) if worker.timer is not None else None
        if force == "ask":
            self._ask(worker)
        elif force == "kill":
            self._kill(worker)

    def _ask(self, worker: Worker) -> None:
        if worker.timer is not None:
            worker.leaving = True
            self._holder.kill(worker.name, Signals[worker.timer.claim.job.stop_signal])

    def _kill(self, worker: Worker) -> None:
        worker.leaving = True
        self._holder.kill(worker.name, SIGKILL)

    # --- logs and news ---

    def _follow(self, worker: Worker, now: datetime) -> None:
        try:
            worker.follow(now)
        except OSError as error:
            _log.warning("a log cannot be written: %s", error)

    def _save(self, worker: Worker) -> None:
        try:
            worker.capture.save()
        except OSError as error:
            _log.warning("a log cannot be written: %s", error)
            worker.capture.empty()

    def _end(self, worker: Worker, outcome: Outcome, started_at: datetime, finished_at: datetime) -> None:
        if worker.timer is not None:
            claim = worker.timer.claim
            del self._busy[claim.key]
            worker.rest(finished_at)
            self._tell(claim, outcome, started_at, finished_at)

    def _tell(self, claim: Claim, outcome: Outcome, started_at: datetime, finished_at: datetime) -> None:
        self._news.endings.append(Ending(claim, outcome, started_at, finished_at))

    def _tell_began(self, worker: Worker) -> None:
        began = worker.began()
        if began is not None:
            self._news.began.append(began)
