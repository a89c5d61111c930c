"""The daemon: three loops on one thread, and the only place that sleeps."""

import gc
import logging
import selectors
import time
from datetime import datetime, timedelta

from jobctl.daemon import intervals as waits
from jobctl.daemon.context import Ground
from jobctl.daemon.journal import LOGGER
from jobctl.daemon.last_resort import LastResort
from jobctl.daemon.loops.deploy import Deployer
from jobctl.daemon.loops.fire import FireLoop
from jobctl.daemon.loops.keep import KeepLoop
from jobctl.daemon.loops.work import GATHER, WorkLoop
from jobctl.daemon.observers import Observer
from jobctl.daemon.reaper import Reaper
from jobctl.daemon.sd_notify import Notifier
from jobctl.daemon.until import Purpose
from jobctl.decide.schedule.clock_step import ClockWatch
from jobctl.decide.time.durations import format_duration
from jobctl.model.errors import Unusable

_log = logging.getLogger(LOGGER)


class Daemon:
    """Fires, works and keeps until it is told to stop or its purpose is fulfilled."""

    def __init__(
        self,
        ground: Ground,
        purpose: Purpose,
        loops: tuple[FireLoop | None, WorkLoop, KeepLoop],
        notifier: Notifier,
        observer: Observer,
        deployer: Deployer,
    ) -> None:
        self._clock = ground.clock
        self._settings = ground.settings
        self._purpose = purpose
        self._selector = ground.selector
        self._fire, self._work, self._keep = loops
        self._fifo = ground.fifo
        self._notifier = notifier
        self._observer = observer
        self._deployer = deployer
        self._signals = ground.signals
        self._shell = ground.shell
        self._reaper = Reaper()
        self._resort = LastResort()
        self._watch = ClockWatch(self._clock.now(), self._clock.steady())
        self._stops_seen = 0
        self._stopping = False
        self._leaving = False
        self._impatient = False
        self._kill_at: datetime | None = None
        self._ping_at: datetime | None = None

    def run(self) -> None:
        """Go on until there is nothing left to wait for."""
        # What is there now stays: the collector need not look at it again, nor at every 700 new objects.
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        self._selector.register(self._signals.fileno(), selectors.EVENT_READ, self._signals.drain)
        self._selector.register(self._fifo.fileno(), selectors.EVENT_READ, self._woken)
        self._notifier.ready()
        while True:
            now = self._clock.now()
            wake_at = self.tick(now)
            if self._over(now):
                return
            if self._impatient:
                self._give_up()
            self._wait_until(wake_at)

    def tick(self, now: datetime) -> datetime:
        """One turn of everything; when the next one is due at the latest."""
        part, resting_part = self._resort.part, self._resort.resting_part
        part("with the clock", self._notice_step, now)
        self._tell_systemd(now)
        resting_part("with orphans", self._reaper.reap, now)
        wakes = [
            resting_part("with changed catalogs", self._redeploy, now),
            part("with a signal", self._obey, now),
            resting_part("with the upkeep", self._keep.tick, now),
            part("with the work", self._work.tick, now),
        ]
        if self._fire is not None and not self._stopping:
            wakes.append(resting_part("with the schedules", self._fire.tick, now))
        wakes.append(resting_part("with telling what becomes of runs", self._observer.tick, now))
        return min(at for at in (*wakes, now + waits.POLL) if at is not None)

    def _notice_step(self, now: datetime) -> None:
        """Time limits and a daemon's own waits last as long as they should, though somebody sets the clock or the host
        sleeps. What is due at an instant stays so."""
        by = self._watch.step(now, self._clock.steady())
        if not by:
            return
        _log.warning("the clock went %s by %s", "forward" if by > timedelta() else "back", format_duration(abs(by)))
        self._work.shift(by)
        self._observer.shift(by)
        self._keep.shift()
        self._deployer.shift()
        self._ping_at = None
        if self._kill_at is not None:
            self._kill_at += by

    def _over(self, now: datetime) -> bool:
        if self._leaving:
            return self._work.can_be_left
        if not self._work.idle:
            return False
        if self._stopping:
            return True
        if self._observer.pending():
            return False
        return self._resort.answer("with its purpose", lambda: self._purpose.fulfilled(now), otherwise=False, now=now)

    def _give_up(self) -> None:
        """Raise Unusable where waiting on helps nobody: the next daemon does what is left to do."""
        if self._work.unwritten and not self._work.executes:
            count = self._work.unwritten
            raise Unusable(
                f"the ends of {count} run{'' if count == 1 else 's'} could not be written",
                hint="mend what the log complains of and start a daemon: it learns what can be known of them",
            )
        if self._shell.blocked():
            raise Unusable(
                "the system lets nobody speak with the process that holds jobs",
                hint="mend what the log complains of and start a daemon: it takes over what runs",
            )

    def _wait_until(self, wake_at: datetime) -> None:
        rest_until = self._work.rest_until()
        if rest_until is not None:
            time.sleep(self._seconds_until(rest_until, GATHER))
        seconds = self._seconds_until(wake_at, waits.POLL)
        self._resort.events(lambda: [key.data for key, _ in self._selector.select(seconds)], self._clock.now())

    def _seconds_until(self, instant: datetime, at_most: timedelta) -> float:
        """Bounded, for the clock may be set back before the sleep begins."""
        left = instant - self._clock.now()
        return max(min(left, at_most), timedelta()).total_seconds()

    def _woken(self) -> None:
        self._fifo.drain()
        self._work.wake()
        if self._fire is not None:
            self._fire.wake()

    def _redeploy(self, now: datetime) -> None:
        if self._deployer.tick(now):
            self._work.reload()

    def _obey(self, now: datetime) -> datetime | None:
        """Do what signals ask for; when the patience of a stop ends."""
        if self._signals.reload:
            self._signals.reload = False
            self._reload(now)
        if self._signals.leave and not self._stopping:
            self._leaving = True
            self._begin_to_stop("leaving shell jobs to the next daemon", now)
        stops = self._signals.stops
        if stops > self._stops_seen:
            self._obey_stop(self._stops_seen == 0, now)
            # Only now: what could not be done is done in the next turn.
            self._stops_seen = stops
        if self._kill_at is not None and now >= self._kill_at:
            self._kill_at = None
            self._lose_patience(now)
        return self._kill_at

    def _obey_stop(self, first: bool, now: datetime) -> None:
        if first and self._purpose.interrupt(now):
            self._work.wake()
        elif first:
            self._begin_to_stop("stopping", now)
        else:
            _log.warning("second signal: stopping at once")
            self._impatient = True
            self._work.stop_all("shutdown", now, at_once=True)

    def _begin_to_stop(self, what: str, now: datetime) -> None:
        self._stopping = True
        count = len(self._work.in_flight())
        if count:
            patience = format_duration(self._settings.grace)
            _log.info("%s: waiting up to %s for %d run%s", what, patience, count, "" if count == 1 else "s")
            if self._fire is not None:
                _log.info("no schedule fires meanwhile; another daemon makes up for it as `catchup` says")
        else:
            _log.info("%s: nothing runs", what)
        self._notifier.stopping()
        self._work.stop_claiming()
        self._keep.stopping()
        self._kill_at = now + self._settings.grace

    def _lose_patience(self, now: datetime) -> None:
        self._impatient = True
        _log.warning("grace is over: interrupting what still runs")
        if self._leaving:
            self._work.stop_mortal(now)
        else:
            self._work.stop_all("shutdown", now)

    def _reload(self, now: datetime) -> None:
        self._notifier.reloading()
        self._deployer.deploy(now)
        self._work.reload()
        self._notifier.ready()
        self._woken()

    def _tell_systemd(self, now: datetime) -> None:
        if self._notifier.watchdog is not None and (self._ping_at is None or now >= self._ping_at):
            self._notifier.alive()
            self._ping_at = now + self._notifier.watchdog / 2
        self._notifier.retry()
        self._notifier.status(f"{self._work.busy()} of {self._settings.slots} slots busy")
