"""The keep loop: heartbeats, the claims of dead daemons, history beyond its keep."""

import logging
from datetime import datetime, timedelta

from jobctl.actions.prune import STEP, PruneStep, prune_step
from jobctl.daemon.journal import LOGGER, about, with_facts
from jobctl.daemon.takeover import inherit
from jobctl.decide.lease import BEAT, LOOK
from jobctl.execute.host.identity import dead
from jobctl.execute.shell.executor import Shell
from jobctl.execute.spare_file import keep_spare
from jobctl.execute.state_folder import StateFolder
from jobctl.model.daemon import DaemonState, Identity
from jobctl.model.errors import DiskFull
from jobctl.store.protocol import Store
from jobctl.store.values import Estate

PRUNE = timedelta(seconds=60)
# While there is more: up to 2,500 runs a second, in steps that delay nothing for long.
PRUNE_ON = timedelta(milliseconds=60)
_log = logging.getLogger(LOGGER)


class KeepLoop:
    """Keeps this daemon known as alive, and clears up after those that are not."""

    def __init__(self, store: Store, daemon_id: int, me: Identity, folder: StateFolder, shell: Shell) -> None:
        self._store = store
        self._daemon_id = daemon_id
        self._me = me
        self._folder = folder
        self._shell = shell
        self._estates: list[Estate] = []
        self._beat_at: datetime | None = None
        self._look_at: datetime | None = None
        self._prune_at: datetime | None = None
        self._state: DaemonState = "running"

    def stopping(self) -> None:
        """Say at the next tick that this daemon takes nothing new."""
        self._state = "stopping"
        self._beat_at = None

    def shift(self) -> None:
        """The clock was set: everything is due."""
        self._beat_at = self._look_at = self._prune_at = None

    def tick(self, now: datetime) -> datetime:
        """Do what is due; when the next upkeep is."""
        try:
            wake_at = self._look_after(now)
        except DiskFull:
            # This may make some room.
            self._prune_at = min(filter(None, (self._prune_at, now + LOOK)))
            self._prune(now)
            raise
        return min(wake_at, self._prune(now))

    def _look_after(self, now: datetime) -> datetime:
        if self._beat_at is None or now >= self._beat_at:
            self._store.beat(self._daemon_id, self._state, now)
            self._beat_at = now + BEAT
        if self._look_at is None or now >= self._look_at:
            self._rescue(now)
            self._look_at = now + LOOK
        return min(self._beat_at, self._look_at)

    def _prune(self, now: datetime) -> datetime:
        if self._prune_at is None or now >= self._prune_at:
            # Where it fails it is tried again soon.
            self._prune_at = now + LOOK
            step = prune_step(self._store, self._folder, now, STEP)
            self._prune_at = now + _rest_after(step)
            keep_spare(self._folder)
        return self._prune_at

    def _rescue(self, now: datetime) -> None:
        """Take over what dead daemons held: it is adopted, or its end is told."""
        gone = dead((d for d in self._store.daemons() if d.daemon_id != self._daemon_id), self._me, now)
        for daemon in gone:
            estate = self._store.take_over(daemon.daemon_id, self._daemon_id, now)
            if estate is None:
                continue
            facts = with_facts(daemon=daemon.identity.name, pid=daemon.identity.pid, host=daemon.identity.host)
            count = len(estate.claims)
            _log.warning("a daemon died and left %d run%s", count, "" if count == 1 else "s", extra=facts)
            for left in estate.claims:
                _log.warning("run taken over", extra=about(left.claim, pid=left.pid))
            self._estates.append(estate)
            self._remove_fifo(daemon.identity.wake_path)
        while self._estates:
            inherit(self._shell, self._estates[-1], self._folder, now)
            self._estates.pop()

    def _remove_fifo(self, wake_path: str | None) -> None:
        fifo = None if wake_path is None else self._folder.fifo(wake_path)
        if fifo is not None and fifo.is_fifo():
            fifo.unlink(missing_ok=True)


def _rest_after(step: PruneStep) -> timedelta:
    if not step.more:
        return PRUNE
    return LOOK if step.disk_full else PRUNE_ON
