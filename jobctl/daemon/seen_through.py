"""See one run through, whatever becomes of the database meanwhile."""

import selectors
from collections.abc import Callable
from datetime import datetime

from jobctl.daemon.foreground import Foreground
from jobctl.daemon.purpose import is_over
from jobctl.daemon.signals import Caught
from jobctl.daemon.waits import LONG_LIVED, PATIENCE, POLL
from jobctl.decide.exit_status import Ended
from jobctl.decide.settle import settle
from jobctl.decide.why import last_line
from jobctl.execute.attempt import Began
from jobctl.model.claim import Claim, ClaimKey
from jobctl.model.errors import Unusable
from jobctl.model.run import Progress
from jobctl.model.settlement import Settlement
from jobctl.store.values import Exchange, Started, Want


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
        self._trouble: tuple[datetime, Unusable] | None = None

    def see_through(self, exchange: Exchange) -> Ended | None:
        """How it ended; None if it was given up before it began."""
        here = self._here
        here.selector.register(self._caught, selectors.EVENT_READ, self._caught.drain)
        here.selector.register(here.fifo, selectors.EVENT_READ, self._woken)
        self._start(exchange, here.clock.now())
        while True:
            now = here.clock.now()
            self._obey(now)
            wake_at = here.shell.tick(now)
            self._gather(now)
            if now >= self._look_at:
                self._look(now)
            if self._over(now):
                return self._ending()
            self._wait_until(min(wake_at or self._look_at, self._look_at))

    def _start(self, exchange: Exchange, now: datetime) -> None:
        for claim in exchange.claims:
            self._flying = claim.key
            self._here.shell.start(claim, now)

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
        except Unusable as error:
            self._trouble = self._trouble or (now, error)

    def _gather(self, now: datetime) -> None:
        news = self._here.shell.news()
        self._began += news.began
        self._progress.update((report.claim, report.progress) for report in news.reports)
        for ending in news.endings:
            self._settle(
                settle(ending.claim, ending.outcome, ending.started_at, ending.finished_at, self._dice()), ending.claim
            )
        if news.endings and self._trouble is None:
            self._look_at = now
        elif news.began:
            self._look_at = min(self._look_at, now + LONG_LIVED)

    def _settle(self, settlement: Settlement, claim: Claim) -> None:
        self._pending.append(settlement)
        self._began = [began for began in self._began if began.claim != settlement.claim]
        if settlement.claim != self._flying:
            return
        self._flying, self._last = None, settlement
        if settlement.due_at is not None:
            wait = (settlement.due_at - settlement.finished_at).total_seconds()
            self._say(f"run {claim.run_id}: {_cause(settlement)}; attempt {claim.fence + 1} follows in {wait:.0f} s")
        elif settlement.exit_code is None and settlement.error:
            self._say(f"run {claim.run_id}: {_cause(settlement)}")

    def _look(self, now: datetime) -> None:
        """Everything that concerns the database; trouble with it is kept for `_over` to judge."""
        try:
            self._record(now)
            self._trouble = None
        except Unusable as error:
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
        self._say(f"the end of run {self._run_id} is not recorded yet: {self._trouble[1]}")
        return True

    def _ending(self) -> Ended | None:
        last = self._last
        try:
            run = None if self._trouble else self._here.store.run(self._run_id)
        except Unusable:
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
