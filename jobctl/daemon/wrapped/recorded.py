"""See one run through, whatever becomes of the database meanwhile."""

import selectors
import time
from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

from jobctl.daemon.intervals import LONG_LIVED, PATIENCE, POLL
from jobctl.daemon.signals import Caught
from jobctl.daemon.until import is_over
from jobctl.daemon.wrapped.foreground import Foreground
from jobctl.decide.runs.cause import last_line
from jobctl.decide.runs.exit_status import Ended
from jobctl.decide.runs.settle import settle
from jobctl.execute.attempt import Began
from jobctl.execute.command import not_begun
from jobctl.model.claim import Claim, ClaimKey
from jobctl.model.errors import ExecutionError, told
from jobctl.model.run import Progress
from jobctl.model.settlement import Settlement
from jobctl.store.values import Exchange, Started, Want

_REST_S = 0.1
# Whoever reads the output has gone, or has pressed Ctrl-C: a shell says nothing either.
_EXPECTED = ("SIGPIPE", "SIGINT")


class Watch:
    """The loop of one wrapped command: start, pass signals on, settle, try again, until its run has ended."""

    def __init__(
        self, here: Foreground, run_id: int, caught: Caught, say: Callable[[str], None], dice: Callable[[], float]
    ) -> None:
        self._here = here
        self._run_id = run_id
        self._caught = caught
        self._say = say
        self._dice = dice
        self._flying: ClaimKey | None = None
        self._last: Settlement | None = None
        self._pending: list[Settlement] = []
        self._began: list[Began] = []
        self._progress: dict[ClaimKey, Progress] = {}
        self._look_at = here.clock.now()
        self._obeyed = 0
        self._ended_elsewhere = False
        self._trouble: tuple[datetime, Exception] | None = None
        self._begun = False
        self._told = False

    def see_through(self, exchange: Exchange) -> Ended | None:
        """How it ended; None if it was given up before it began. Raises only as long as it has not begun."""
        here = self._here
        here.selector.register(self._caught, selectors.EVENT_READ, self._caught.drain)
        here.selector.register(here.fifo, selectors.EVENT_READ, self._woken)
        self._start(exchange, here.clock.now())
        while True:
            try:
                if self._turn(here.clock.now()):
                    return self._ending()
            except Exception as error:
                if not self._begun:
                    raise
                self._survive(error)

    def _turn(self, now: datetime) -> bool:
        """One look at everything; whether all is over. If not it waits for what comes."""
        self._obey(now)
        wake_at = self._here.shell.tick(now)
        self._gather(now)
        if now >= self._look_at:
            self._look(now)
        if self._over(now):
            return True
        self._wait_until(min(wake_at or self._look_at, self._look_at))
        return False

    def _survive(self, error: Exception) -> None:
        """The command runs: whatever goes wrong here, its end is waited for."""
        if not self._told:
            self._say(f"run {self._run_id}: trouble beside it: {told(error)}")
        self._told = True
        time.sleep(_REST_S)

    def _start(self, exchange: Exchange, now: datetime) -> None:
        for claim in exchange.claims:
            self._here.shell.start(claim, now)
            self._flying = claim.key
            self._begun = True

    def _obey(self, now: datetime) -> None:
        """The first signal is passed on; after another one nothing is waited for."""
        heard = self._caught.numbers[self._obeyed :]
        for number in heard:
            self._obeyed += 1
            if self._flying is None:
                self._cancel(now)
            elif self._obeyed == 1:
                self._here.shell.pass_on(self._flying, number, now)
            else:
                self._here.shell.kill(self._flying, "operator", now)

    def _cancel(self, now: datetime) -> None:
        """It waits: for its turn, or for a retry."""
        self._ended_elsewhere = True
        try:
            self._here.store.cancel([self._run_id], self._here.me.name, now)
        except Exception as error:  # noqa: BLE001 - no trouble of ours is the command's
            self._trouble = self._trouble or (now, error)

    def _gather(self, now: datetime) -> None:
        news = self._here.shell.news()
        self._began += news.began
        self._progress.update((report.claim, report.progress) for report in news.reports)
        for ending in news.endings:
            settlement = settle(ending.claim, ending.outcome, ending.started_at, ending.finished_at, self._dice())
            if ending.claim.fence == 1 and not_begun(ending.outcome, ending.claim.job, self._here.environment):
                self._give_up(settlement, now)
            self._settle(settlement, ending.claim)
        if news.endings and self._trouble is None:
            self._look_at = now
        elif news.began:
            self._look_at = min(self._look_at, now + LONG_LIVED)

    def _give_up(self, settlement: Settlement, now: datetime) -> NoReturn:
        """It could not be started from here: somebody else will."""
        self._begun = False
        self._pending.append(settlement._replace(state="failed", reason=None, due_at=None))
        self._look(now)
        raise ExecutionError(settlement.error or settlement.outcome)

    def _settle(self, settlement: Settlement, claim: Claim) -> None:
        self._pending.append(settlement)
        self._began = [began for began in self._began if began.claim != settlement.claim]
        if settlement.claim != self._flying:
            return
        self._flying, self._last = None, settlement
        if settlement.due_at is not None:
            wait = (settlement.due_at - settlement.finished_at).total_seconds()
            self._say(f"run {claim.run_id}: {_cause(settlement)}; attempt {claim.fence + 1} follows in {wait:.0f} s")
        elif settlement.exit_code is None and settlement.error and settlement.signal not in _EXPECTED:
            self._say(f"run {claim.run_id}: {_cause(settlement)}")

    def _look(self, now: datetime) -> None:
        """Everything that concerns the database; trouble with it is kept for `_over` to judge."""
        try:
            self._record(now)
            self._trouble = None
        except Exception as error:  # noqa: BLE001 - no trouble of ours is the command's
            self._trouble = self._trouble or (now, error)
            self._look_at = now + POLL

    def _record(self, now: datetime) -> None:
        store, shell = self._here.store, self._here.shell
        for request in store.stop_requests(self._here.daemon_id):
            shell.stop(request.claim, request.why, now)
        lasting = [began for began in self._began if now - began.started_at >= LONG_LIVED]
        store.started([Started(*began) for began in lasting])
        self._began = [began for began in self._began if began not in lasting]
        store.report(list(self._progress.items()))
        self._progress.clear()
        settlements, waits = self._pending, self._waits
        exchange = store.exchange(self._here.daemon_id, settlements, Want(int(waits), (), self._run_id), now)
        self._pending = []
        shell.settled([settlement.claim for settlement in settlements])
        self._start(exchange, now)
        self._look_at = now if exchange.claims else self._next_look(now)
        if waits and not exchange.claims:
            self._ended_elsewhere = is_over(store, self._run_id)

    @property
    def _waits(self) -> bool:
        return self._flying is None and (self._last is None or self._last.state == "waiting")

    def _next_look(self, now: datetime) -> datetime:
        due_at = None if self._last is None or self._flying else self._last.due_at
        return min(now + POLL, due_at) if due_at is not None and due_at > now else now + POLL

    def _over(self, now: datetime) -> bool:
        if self._flying is not None:
            return False
        if self._ended_elsewhere or (not self._waits and not self._pending):
            return True
        if self._trouble is None or now - self._trouble[0] < PATIENCE:
            return False
        self._say(f"the end of run {self._run_id} is not recorded yet: {told(self._trouble[1])}")
        return True

    def _ending(self) -> Ended | None:
        last = self._last
        try:
            run = None if self._trouble else self._here.store.run(self._run_id)
        except Exception:  # noqa: BLE001 - then what is known here counts
            run = None
        if run is not None and run.has_ended:
            return run
        if last is not None and last.state == "waiting":
            # The retry that would follow cannot be claimed: the command's own end is what counts.
            return last._replace(state="failed", reason="timeout" if last.outcome == "timeout" else None)
        return last

    def _woken(self) -> None:
        self._here.fifo.drain()
        if self._trouble is None:
            self._look_at = self._here.clock.now()

    def _wait_until(self, wake_at: datetime) -> None:
        seconds = (wake_at - self._here.clock.now()).total_seconds()
        for key, _ in self._here.selector.select(max(seconds, 0)):
            key.data()


def _cause(settlement: Settlement) -> str:
    return last_line(settlement.error) or settlement.outcome
