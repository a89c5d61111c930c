"""Executes callables in worker processes that are kept and shared."""

import logging
import selectors
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from secrets import token_hex
from signal import SIGKILL, Signals
from typing import Any

from jobctl.decide.prefetch import Prefetch
from jobctl.execute import messages
from jobctl.execute.attempt import Ending, News, Report, Timer
from jobctl.execute.folder import StateFolder
from jobctl.execute.holder import Holder
from jobctl.execute.pace import Pace
from jobctl.execute.worker import TOLD_AFTER, Worker
from jobctl.execute.worker_death import outcome_of_death
from jobctl.execute.worker_key import WorkerKey, worker_key
from jobctl.execute.worker_reply import outcome_of, output_of, progress_of, times_of
from jobctl.execute.worker_request import Call, Form, call_of, form_of, spawn_of
from jobctl.model.claim import Claim, ClaimKey
from jobctl.model.errors import ExecutionError
from jobctl.model.instant import EPOCH
from jobctl.model.job import Job
from jobctl.model.outcome import Lost, NotStarted, Outcome, StopReason, Unstartable

_FORMS = 16_384
_log = logging.getLogger("jobctl.execute")


class Workers:
    """The executor of callables: an `Executor` (see `attempt`).

    A worker is started when a claim needs one and none of its kind is idle; at most `slots` are kept. It ends after
    60 s without work, after `reload`, and when its attempt had to be stopped. Calls that are known to be quick may wait
    in a worker behind others, as far as `prefetch` says.
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
        self._forms: dict[int, Form] = {}
        self._keys: dict[WorkerKey, WorkerKey] = {}
        self._pace = Pace()
        self._busy: dict[ClaimKey, Worker] = {}
        self._news = News([], [], [])
        self._now = EPOCH

    def start(self, claim: Claim, now: datetime) -> None:
        """Begin an attempt in an idle worker, in a new one, or behind quick calls."""
        self._now = now
        try:
            form = self._form(claim.job)
            cost = self._pace.cost(claim.job.name) if form.shareable else None
            call = call_of(claim, form, self._folder, self._daemon_env, alone=cost is None, cost=cost or 0)
            worker = self._worker_for(call, form, now)
        except ExecutionError as error:
            message = f"{error.message}; {error.hint}" if error.hint else error.message
            self._tell(claim, Unstartable(message), now, now)
            return
        if worker is None:
            if not form.shareable:
                self._pace.forget(claim.job.name)
            self._tell(claim, NotStarted(), now, now)
            return
        self._busy[call.key] = worker
        worker.give(call, now)
        if call.alone:
            self._tell_began(worker)

    def prefetch(self, now: datetime) -> Prefetch | None:
        """What more is welcome than there are free slots."""
        return self._pace.prefetch(self._workers.values(), now)

    def stop(self, claim: ClaimKey, why: StopReason, now: datetime) -> None:
        """Ask an attempt to stop; after its grace period it is killed. One that has not begun goes back."""
        worker = self._under_way(claim, now)
        if worker is not None and worker.timer is not None and worker.timer.why is None:
            worker.timer.stop(why, now)
            self._ask(worker)

    def kill(self, claim: ClaimKey, why: StopReason, now: datetime) -> None:
        """Kill an attempt."""
        worker = self._under_way(claim, now)
        if worker is not None and worker.timer is not None:
            worker.timer.stop(why, now)
            worker.timer.kill_at = None
            self._kill(worker)

    def tick(self, now: datetime) -> datetime | None:
        """Enforce limits, let logs follow, send home who has nothing to do; when to come again."""
        self._now = now
        self._listen()
        for worker in list(self._workers.values()):
            if worker.busy:
                self._look_after(worker, now)
            elif worker.overdue(now):
                worker.kill_at = now + timedelta(days=1)
                self._kill(worker)
        return min(filter(None, (worker.wake_at() for worker in self._workers.values())), default=None)

    def shift(self, by: timedelta) -> None:
        """Time limits go on as if the clock had not been set."""
        for worker in self._workers.values():
            worker.shift(by)

    def news(self) -> News:
        """What happened since the last call."""
        self._listen()
        news, self._news = self._news, News([], [], [])
        return news

    def in_flight(self) -> list[ClaimKey]:
        """The claims whose ending has not been told."""
        return [*self._busy, *(ending.claim.key for ending in self._news.endings)]

    def busy(self) -> int:
        """The slots that are taken: one for each worker that has something to do."""
        return sum(worker.busy for worker in self._workers.values())

    def streaming(self) -> bool:
        """Whether more endings are to be expected within milliseconds."""
        return any(worker.sent and not worker.sent[0].alone for worker in self._workers.values())

    def settled(self, claims: Sequence[ClaimKey]) -> None:
        """Nothing is remembered here of attempts that are over."""

    def reload(self) -> None:
        """Have every worker replaced by a new one, busy ones when their attempt is over."""
        for worker in list(self._workers.values()):
            worker.leaving = True
            self._clear(worker)
            worker.leave()

    def close(self) -> None:
        """Kill every worker."""
        for worker in list(self._workers.values()):
            self._kill(worker)
            self._drop(worker)

    # --- choosing a worker ---

    def _form(self, job: Job) -> Form:
        """Definitions are parsed once and live long, so that their identity will do as a key."""
        form = self._forms.get(id(job))
        if form is None or form.job is not job:
            if len(self._forms) >= _FORMS:
                self._forms.clear()
            key = worker_key(job)
            form = self._forms[id(job)] = form_of(job, self._keys.setdefault(key, key))
        return form

    def _worker_for(self, call: Call, form: Form, now: datetime) -> Worker | None:
        """None if a call that cannot share was admitted as one that can, and no slot is free for it."""
        idle = None
        busy = 0
        for worker in self._workers.values():
            if worker.busy:
                busy += 1
            elif worker.key is form.key and not worker.leaving and not worker.line.ended:
                # Of those that rest, the one that was busy last: the others may then end.
                idle = worker if idle is None or worker.idle_since > idle.idle_since else idle
        if idle is not None or busy < self._slots:
            return idle or self._new_worker(form.key, form.job, now)
        sharing = None if call.alone else self._sharing(form.key, now)
        if sharing is not None:
            return sharing
        if self._pace.cost(call.claim.job.name) is not None:
            return None
        return self._new_worker(form.key, form.job, now)

    def _sharing(self, key: WorkerKey, now: datetime) -> Worker | None:
        """The worker with the least to do among those that more can be sent to."""
        least: Worker | None = None
        for worker in self._workers.values():
            if worker.key is key and (least is None or worker.load < least.load) and worker.shares(now):
                least = worker
        return least

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
        return [w for w in self._workers.values() if not w.busy and not w.leaving and not w.line.ended]

    def _clear(self, worker: Worker) -> None:
        """Only what has begun stays in a worker, with every result seen."""
        if len(worker.sent) > 1 or worker.kept:
            worker.recall(self._now)
            self._place_elsewhere(worker.take_kept(), worker)

    def _place_elsewhere(self, calls: Sequence[Call], here: Worker) -> None:
        """Give calls that have not begun to other workers that quick ones can be sent to. What finds none goes back, if
        not soon it may be its turn here."""
        for number, call in enumerate(calls):
            worker = None if call.alone else self._sharing(here.key, self._now)
            if (worker is None or worker is here) and here.soon(self._now):
                here.keep(calls[number:])
                return
            if worker is None or worker is here:
                del self._busy[call.claim.key]
                self._tell(call.claim, NotStarted(), self._now, self._now)
            else:
                self._busy[call.claim.key] = worker
                worker.give(call, self._now)

    def _under_way(self, claim: ClaimKey, now: datetime) -> Worker | None:
        """The worker that executes a claim; what waits behind it is taken elsewhere, as is the claim if it waits."""
        worker = self._busy.get(claim)
        if worker is None:
            return None
        self._now = now
        if worker.sent and worker.sent[0].alone:
            return worker
        worker.recall(self._now)
        kept = worker.take_kept()
        waits = next((call for call in kept if call.claim.key == claim), None)
        if waits is not None:
            kept.remove(waits)
            del self._busy[claim]
            self._tell(waits.claim, NotStarted(), now, now)
            worker.keep(kept)
            return None
        self._place_elsewhere(kept, worker)
        return worker if worker.timer is not None and worker.timer.claim.key == claim else None

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
        if timer is None or worker.sent[0].key != (result["run_id"], result["fence"]):
            return
        if not result["saved"]:
            self._not_saved(worker, result)
        worker.output = output_of(result)
        if worker.output is not None and worker.copied_at is not None:
            self._finish_log(worker)
        if timer.why is not None:
            worker.answered = True
            worker.exit_code = result.get("code")
            self._kill(worker)
            return
        started_at, finished_at = times_of(result)
        job = timer.claim.job
        self._pace.learn(job.name, worker.key, result["took"])
        self._end(worker, outcome_of(result), started_at, finished_at)
        if worker.leaving or job.resources.cpu_time is not None:
            worker.leave()

    def _not_saved(self, worker: Worker, result: dict[str, Any]) -> None:
        if "trouble" in result:
            _log.warning("a log cannot be written: %s", result["trouble"])
        else:
            self._save(worker)

    # --- what the holder says ---

    def _listen(self) -> None:
        events = self._holder.events("worker")
        alone = bool(events) and sum(bool(worker.sent) for worker in self._workers.values()) == 1
        for event in events:
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
                    self._gone(self._workers[key], Lost(cause, counts=alone), self._now)
                case messages.Taken():
                    self._let_go()

    def _died(self, worker: Worker, ended: messages.Ended) -> None:
        timer = self._last_of(worker)
        if timer is not None:
            outcome = outcome_of_death(worker, timer, ended)
            if not worker.answered:
                self._save(worker)
            self._pace.forget(timer.claim.job.name)
            self._end(worker, outcome, timer.started_at, max(ended.ended_at, timer.started_at))
        self._drop(worker)

    def _gone(self, worker: Worker, outcome: Outcome, at: datetime) -> None:
        """There is no process, and nothing to learn from its end."""
        timer = self._last_of(worker)
        if timer is not None:
            self._save(worker)
            self._end(worker, outcome, timer.started_at, max(at, timer.started_at))
        self._drop(worker)

    def _last_of(self, worker: Worker) -> Timer | None:
        """The attempt that a dead worker had begun, if any; one that never came to anything has its first to answer
        for. What it had not begun goes back."""
        worker.line.read()
        first = worker.sent[0] if worker.sent else None
        timer = worker.timer
        worker.recall(self._now)
        calls = worker.take_kept()
        if not worker.ready and first is not None and first in calls:
            calls.remove(first)
            worker.sent.append(first)
            worker.timer = timer
        self._place_elsewhere(calls, worker)
        return worker.timer

    def _let_go(self) -> None:
        """Another daemon has taken the holder over: it sees the workers dead and settles what they did."""
        self._busy.clear()
        for worker in list(self._workers.values()):
            self._drop(worker)

    def _drop(self, worker: Worker) -> None:
        del self._workers[worker.name]
        worker.close()

    # --- limits ---

    def _look_after(self, worker: Worker, now: datetime) -> None:
        if worker.sent:
            worker.line.read()
        if worker.timer is not None and (not worker.shares(now) or worker.timer.is_due(now)):
            self._clear(worker)
        worker.send(now)
        force = worker.timer.due(now) if worker.timer is not None else None
        if force == "ask":
            self._ask(worker)
        elif force == "kill":
            self._kill(worker)
        if worker.timer is not None and not worker.told and now - worker.timer.started_at >= TOLD_AFTER:
            self._tell_began(worker)
        self._follow(worker, now)

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

    def _finish_log(self, worker: Worker) -> None:
        try:
            worker.finish_log()
        except OSError as error:
            _log.warning("a log cannot be written: %s", error)

    def _end(self, worker: Worker, outcome: Outcome, started_at: datetime, finished_at: datetime) -> None:
        output, worker.output = worker.output, None
        call = worker.first_ended(finished_at)
        del self._busy[call.key]
        self._tell(call.claim, outcome, started_at, finished_at, output)

    def _tell(
        self,
        claim: Claim,
        outcome: Outcome,
        started_at: datetime,
        finished_at: datetime,
        output: bytes | None = None,
    ) -> None:
        self._news.endings.append(Ending(claim, outcome, started_at, finished_at, output))

    def _tell_began(self, worker: Worker) -> None:
        began = worker.began()
        if began is not None:
            self._news.began.append(began)
