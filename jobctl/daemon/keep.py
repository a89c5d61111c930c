"""The keep loop: heartbeats, the claims of dead daemons, history beyond its keep."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from jobctl.daemon.identity import dead
from jobctl.daemon.journal import LOGGER, about
from jobctl.execute.folder import StateFolder
from jobctl.execute.logs import remove_logs
from jobctl.execute.shell import Inherited, Shell
from jobctl.model.daemon import DaemonState, Identity
from jobctl.store.protocol import Estate, Store

BEAT = timedelta(seconds=5)
PRUNE = timedelta(seconds=60)
STEP = 500
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
        self._prune_at: datetime | None = None
        self._state: DaemonState = "running"

    def stopping(self) -> None:
        """Say at the next tick that this daemon takes nothing new."""
        self._state = "stopping"
        self._beat_at = None

    def tick(self, now: datetime) -> datetime:
        """Do what is due; when the next upkeep is."""
        if self._beat_at is None or now >= self._beat_at:
            self._store.beat(self._daemon_id, self._state, now)
            self._rescue(now)
            self._beat_at = now + BEAT
        if self._prune_at is None or now >= self._prune_at:
            self._prune_at = now + (BEAT if self._prune(now) else PRUNE)
        return min(self._beat_at, self._prune_at)

    def _rescue(self, now: datetime) -> None:
        """Take over what dead daemons held: it is adopted, or its end is told."""
        gone = dead((d for d in self._store.daemons() if d.daemon_id != self._daemon_id), self._me, now)
        for daemon in gone:
            estate = self._store.take_over(daemon.daemon_id, self._daemon_id, now)
            if estate is None:
                continue
            facts = {"daemon": daemon.identity.name, "pid": daemon.identity.pid, "host": daemon.identity.host}
            _log.warning("a daemon died and left %d runs", len(estate.orphans), extra={"facts": facts})
            for orphan in estate.orphans:
                _log.warning("run taken over", extra=about(orphan.claim, pid=orphan.pid))
            self._estates.append(estate)
            if daemon.identity.wake_path is not None:
                Path(daemon.identity.wake_path).unlink(missing_ok=True)
        while self._estates:
            self._inherit(self._estates[-1], now)
            self._estates.pop()

    def _inherit(self, estate: Estate, now: datetime) -> None:
        folders = [Path(folder) for folder in estate.daemon.identity.holders]
        claims = [Inherited(orphan.claim, orphan.started_at, orphan.alone) for orphan in estate.orphans]
        self._shell.inherit(folders, claims, now)

    def _prune(self, now: datetime) -> bool:
        """Delete one step; whether there may be more."""
        pruned = self._store.prune(now, STEP)
        for run in pruned:
            remove_logs(self._folder, run.run_id, run.attempts)
        return len(pruned) == STEP
