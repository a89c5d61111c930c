"""Executes callables in worker processes that are kept and shared."""

import logging
import selectors
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from signal import SIGKILL, Signals
from typing import Any

from jobctl.decide.admission.prefetch import Prefetch
from jobctl.execute.attempt import Ending, News, Report, Timer
from jobctl.execute.callables import logs as worker_logs
from jobctl.execute.callables.death import outcome_of_death
from jobctl.execute.callables.key import WorkerKey, worker_key
from jobctl.execute.callables.pace import Pace
from jobctl.execute.callables.pool import Staff
from jobctl.execute.callables.replies import LEAVING, READY, Answer, told_by
from jobctl.execute.callables.requests import Call, Form, call_of, form_of
from jobctl.execute.callables.worker import TOLD_AFTER, Worker
from jobctl.execute.holder import messages
from jobctl.execute.holder.client import Holder
from jobctl.execute.state_folder import StateFolder
from jobctl.model.claim import Claim, ClaimKey
from jobctl.model.errors import ExecutionError
from jobctl.model.instant import EPOCH
from jobctl.model.outcome import Exited, Lost, NotStarted, Outcome, StopReason, Unstartable

_FORMS = 16_384
_log = logging.getLogger("jobctl.execute")


class Workers:
    """The executor of callables: an `Executor` (see `attempt`).

    A worker is started when a claim needs one and none of its kind is idle; at most `slots` are kept. It ends after
    60 s without work, after `reload`, and when its attempt had to be stopped. Calls that are known to be quick may wait
    in a worker behind others, as far as `prefetch` says, and do so where others have `taken` the slots.
    """

    outlives_daemon = False

    def __init__(
        self,
        holder: Holder,
        folder: StateFolder,
        daemon_env: Mapping[str, str],
        selector: selectors.BaseSelector,
        slots: int,
        taken: Callable[[], int] = lambda: 0,
    ) -> None:
        self._holder = holder
        self._folder = folder
        self._daemon_env = dict(daemon_env)
        self._staff = Staff(holder, self._daemon_env, selector, slots, taken, self._hear)
        self._forms: dict[tuple[int, str], Form] = {}
        self._keys: dict[WorkerKey, WorkerKey] = {}
        self._pace = Pace()
        self._news = News([], [], [])
        self._now = EPOCH

    def start(self, claim: Claim, now: datetime) -> None:
        """Begin an attempt in an idle worker, in a new one, or behind quick calls: these are sent by the next tick."""
        self._now = now
        pace = self._pace.cost(claim.job.name)
        try:
            form = self._form(claim)
            cost = pace if form.shareable else None
            call = call_of(claim, form, self._daemon_env, alone=cost is None, cost=cost or 0)
            worker = self._staff.worker_for(call, now, ahead=pace is not None)
        except ExecutionError as error:
            message = f"{error.message}; {error.hint}" if error.hint else error.message
            self._tell(claim, Unstartable(message), now, now)
            return
        if worker is None:
            if not form.shareable:
                self._pace.forget(claim.job.name)
            self._tell(claim, NotStarted(), now, now)
            return
        worker.give(call)
        if call.alone:
            self._send(worker, now)

    def prefetch(self, now: datetime) -> Prefetch | None:
        """What more is welcome than there are free slots."""
        return self._pace.prefetch(self._staff, now)

    def stop(self, claim: ClaimKey, why: StopReason, now: datetime) -> None:
        """Ask an attempt to stop; after its grace period it is killed. One that has not begun goes back."""
        worker = self._under_way(claim, now)
        if worker is not None and worker.timer is not None and not worker.stopping:
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
        """Send what was given, enforce limits, let logs follow, send home who has nothing to do; when to come again."""
        self._now = now
        self._staff.next_turn()
        self._listen()
        for worker in self._staff:
            if worker.busy:
                self._look_after(worker, now)
            elif worker.overdue(now):
                worker.kill_at = now + timedelta(days=1)
                self._kill(worker)
        for worker in self._staff:
            self._send(worker, now)
        return min(filter(None, (worker.wake_at() for worker in self._staff)), default=None)

    def shift(self, by: timedelta) -> None:
        """Time limits go on as if the clock had not been set."""
        for worker in self._staff:
            worker.shift(by)

    def news(self) -> News:
        """What happened since the last call."""
        self._listen()
        news, self._news = self._news, News([], [], [])
        return news

    def in_flight(self) -> list[ClaimKey]:
        """The claims whose ending has not been told."""
        given = [call.claim.key for worker in self._staff for calls in (worker.sent, worker.kept) for call in calls]
        return [*given, *(ending.claim.key for ending in self._news.endings)]

    def busy(self) -> int:
        """The slots that are taken: one for each worker that has something to do."""
        return self._staff.busy()

    def streaming(self) -> bool:
        """Whether more endings are to be expected within milliseconds."""
        return any(worker.sent and not worker.sent[0].alone for worker in self._staff)

    def settled(self, claims: Sequence[ClaimKey]) -> None:
        """Nothing is remembered here of attempts that are over."""

    def can_be_left(self) -> bool:
        """Workers die with their daemon."""
        return not self.in_flight()

    def give_back(self) -> None:
        """Only what has begun stays in the workers."""
        for worker in self._staff:
            self._clear(worker)

    def reload(self) -> None:
        """Have every worker replaced by a new one, busy ones when their attempt is over."""
        for worker in self._staff:
            self._send_home(worker)

    def close(self) -> None:
        """Kill every worker."""
        for worker in self._staff:
            self._kill(worker)
            self._staff.drop(worker)

    # --- giving calls ---

    def _form(self, claim: Claim) -> Form:
        """Definitions are parsed once and live long, so that their identity will do as a key."""
        job = claim.job
        form = self._forms.get((id(job), claim.queue))
        if form is None or form.job is not job:
            if len(self._forms) >= _FORMS:
                self._forms.clear()
            key = worker_key(job)
            form = form_of(job, self._keys.setdefault(key, key), claim.queue, self._folder)
            self._forms[id(job), claim.queue] = form
        return form

    def _send(self, worker: Worker, now: datetime) -> None:
        worker.send(now)
        if worker.sent and worker.sent[0].alone:
            self._tell_began(worker)

    def _clear(self, worker: Worker) -> None:
        """Only what has begun stays in a worker, with every result seen."""
        if len(worker.sent) > 1 or worker.kept:
            worker.recall()
            self._place_elsewhere(worker.take_kept(), worker)

    def _send_home(self, worker: Worker) -> None:
        """Have it end after the call under way."""
        worker.leaving = True
        self._clear(worker)
        worker.leave()

    def _place_elsewhere(self, calls: Sequence[Call], here: Worker) -> None:
        """Give calls that have not begun to other workers that quick ones can be sent to. What finds none goes back, if
        not soon it may be its turn here."""
        for number, call in enumerate(calls):
            worker = None if call.alone else self._staff.sharing(here.key, self._now)
            if (worker is None or worker is here) and here.soon(self._now):
                here.keep(calls[number:])
                return
            if worker is None or worker is here:
                self._tell(call.claim, NotStarted(), self._now, self._now)
            else:
                worker.give(call)

    def _under_way(self, claim: ClaimKey, now: datetime) -> Worker | None:
        """The worker that executes a claim; what waits behind it is taken elsewhere, as is the claim if it waits."""
        worker = self._staff.holding(claim)
        if worker is None:
            return None
        self._now = now
        if worker.sent and worker.sent[0].alone:
            return worker
        worker.recall()
        kept = worker.take_kept()
        waits = next((call for call in kept if call.claim.key == claim), None)
        if waits is not None:
            kept.remove(waits)
            self._tell(waits.claim, NotStarted(), now, now)
            worker.keep(kept)
            return None
        self._place_elsewhere(kept, worker)
        return worker if worker.timer is not None and worker.timer.claim.key == claim else None

    # --- what workers say ---

    def _hear(self, worker: Worker, replies: Iterable[Any]) -> None:
        for reply in replies:
            try:
                told = told_by(reply, worker.sent[0].claim if worker.sent else None, self._now)
            except ValueError as error:
                _log.warning("a worker is killed, for a job has written into its pipe: %s", error)
                worker.line.distrust()
                return
            if type(told) is Answer:
                self._finished(worker, told)
            elif type(told) is Report:
                self._news.reports.append(told)
            elif told is READY:
                worker.ready = True
            elif told is LEAVING:
                self._send_home(worker)

    def _finished(self, worker: Worker, answer: Answer) -> None:
        ending, took, facts = answer
        if ending.output is not None or facts:
            worker_logs.take(worker, ending.output, facts)
            ending = ending._replace(output=worker.output)
        if worker.stopping:
            worker.answered = True
            worker.exit_code = ending.outcome.code if isinstance(ending.outcome, Exited) else None
            self._kill(worker)
            return
        job = ending.claim.job
        if worker.sent[0].form.shareable:
            self._pace.learn(job.name, worker.key, took)
        worker.output = None
        worker.first_ended(ending.finished_at)
        self._news.endings.append(ending)
        if worker.leaving or job.resources.cpu_time is not None or job.worker.max_runs == 1:
            worker.leave()

    # --- what the holder says ---

    def _listen(self) -> None:
        for event in self._holder.events("worker"):
            if isinstance(event, messages.Taken):
                self._let_go()
            elif (worker := self._staff.get(event.key)) is not None:
                self._hear_of(worker, event)

    def _hear_of(self, worker: Worker, event: messages.Event) -> None:
        match event:
            case messages.Spawned(_, pid, pid_started, _):
                worker.process = (pid, pid_started)
                self._tell_began(worker)
            case messages.Ended():
                self._died(worker, event)
            case messages.Refused(_, message, at):
                self._gone(worker, Unstartable(message), at)
            case messages.Lost(_, cause):
                self._gone(worker, Lost(cause, counts=False, shared=True), self._now)

    def _died(self, worker: Worker, ended: messages.Ended) -> None:
        timer = self._last_of(worker)
        if timer is not None:
            outcome = outcome_of_death(worker, timer, ended)
            if not worker.answered:
                worker_logs.save(worker)
            self._pace.forget(timer.claim.job.name)
            self._end(worker, outcome, ended.ended_at)
        self._staff.drop(worker)

    def _gone(self, worker: Worker, outcome: Outcome, at: datetime) -> None:
        """There is no process, and nothing to learn from its end."""
        if self._last_of(worker) is not None:
            worker_logs.save(worker)
            self._end(worker, outcome, at)
        self._staff.drop(worker)

    def _last_of(self, worker: Worker) -> Timer | None:
        """The attempt that a dead worker had begun, if any; what it had not begun goes back."""
        worker.died()
        self._place_elsewhere(worker.take_kept(), worker)
        return worker.timer

    def _let_go(self) -> None:
        """Another daemon has taken the holder over: it sees the workers dead and settles what they did."""
        for worker in self._staff:
            self._staff.drop(worker)

    # --- limits ---

    def _look_after(self, worker: Worker, now: datetime) -> None:
        if worker.sent:
            worker.line.read()
        timer = worker.timer
        if timer is not None and (not worker.shares(now) or timer.is_due(now)):
            self._clear(worker)
            timer = worker.timer
        if timer is None:
            return
        force = timer.due(now)
        if force == "ask":
            self._ask(worker)
        elif force == "kill":
            self._kill(worker)
        if not worker.told and now - timer.started_at >= TOLD_AFTER:
            self._tell_began(worker)
        worker_logs.follow(worker, now)

    def _ask(self, worker: Worker) -> None:
        if worker.timer is not None:
            worker.leaving = True
            self._holder.kill(worker.name, Signals[worker.timer.claim.job.stop_signal])

    def _kill(self, worker: Worker) -> None:
        worker.leaving = True
        self._holder.kill(worker.name, SIGKILL)

    # --- news ---

    def _end(self, worker: Worker, outcome: Outcome, at: datetime) -> None:
        """The call under way ends with its worker, as do others that a job has kept from being heard of."""
        output, worker.output = worker.output, None
        while worker.sent:
            claim, started_at = worker.sent[0].claim, worker.began_at
            worker.first_ended(max(at, started_at))
            self._tell(claim, outcome, started_at, max(at, started_at), output)
            outcome, output = Lost("its worker died", counts=False), None

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
