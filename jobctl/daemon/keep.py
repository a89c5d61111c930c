"""The keep loop: heartbeats, the claims of dead daemons, history beyond its keep."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from jobctl.daemon.identity import dead
from jobctl.daemon.journal import LOGGER, about
from jobctl.decide.settle import settle
from jobctl.execute.folder import StateFolder
from jobctl.execute.logs import remove_logs
from jobctl.model.daemon import Daemon, DaemonState, Identity
from jobctl.model.outcome import Lost
from jobctl.store.protocol import Orphan, Store, Want

BEAT = timedelta(seconds=5)
PRUNE = timedelta(seconds=60)
STEP = 500
_log = logging.getLogger(LOGGER)


class KeepLoop:
    """Keeps this daemon known as alive, and clears up after those that are not."""

    def __init__(self, store: Store, daemon_id: int, me: Identity, folder: StateFolder) -> None:
        self._store = store
        self._daemon_id = daemon_id
        self._me = me
        self._folder = folder
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
        """Settle what dead daemons left, then strike them off."""
        gone = dead((d for d in self._store.daemons() if d.daemon_id != self._daemon_id), self._me, now)
        if not gone:
            return
        orphans = self._store.orphans([daemon.daemon_id for daemon in gone])
        self._settle_lost(orphans, now)
        for daemon in gone:
            self._store.beat(daemon.daemon_id, "stopped", daemon.seen_at)
            _tell_dead(daemon)

    def _settle_lost(self, orphans: Sequence[Orphan], now: datetime) -> None:
        settlements = []
        for orphan in orphans:
            outcome = Lost(f"its daemon {orphan.daemon.identity.name} died", counts=orphan.alone)
            settlements.append(settle(orphan.claim, outcome, orphan.started_at, now, 0.5))
            _log.warning("run lost", extra=about(orphan.claim, cause=outcome.cause))
        if settlements:
            self._store.exchange(self._daemon_id, settlements, Want(0), now)

    def _prune(self, now: datetime) -> bool:
        """Delete one step; whether there may be more."""
        pruned = self._store.prune(now, STEP)
        for run in pruned:
            remove_logs(self._folder, run.run_id, run.attempts)
        return len(pruned) == STEP


def _tell_dead(daemon: Daemon) -> None:
    facts = {"daemon": daemon.identity.name, "pid": daemon.identity.pid, "host": daemon.identity.host}
    _log.warning("a daemon died", extra={"facts": facts})
