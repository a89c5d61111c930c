"""A daemon: a running `jobctl daemon`, or a foreground `jobctl run`, as others see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

DaemonState = Literal["running", "stopping", "stopped"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a daemon is on its host: a pid is trusted only with equal boot id and pid namespace.

    `pid_started` is the process's start in clock ticks since boot. `queues` is empty for all queues. `wake_path` is
    the FIFO that wakes it. `holders` are the folders of the processes that hold its jobs: its own, and inherited ones.
    `version` is that of its jobctl, None where it is too old to have said so.
    """

    name: str
    host: str
    pid: int
    pid_started: int
    boot_id: str
    pid_namespace: str
    slots: int
    queues: tuple[str, ...] = ()
    foreground: bool = False
    wake_path: str | None = None
    holders: tuple[str, ...] = ()
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Daemon:
    """A daemon's row: `seen_at` is its last heartbeat, `running` the runs that it has claimed."""

    daemon_id: int
    identity: Identity
    state: DaemonState
    running: int
    started_at: datetime
    seen_at: datetime

    @property
    def busy(self) -> int:
        """Its slots that are taken: quick callables are claimed a little before their turn, and share slots."""
        return min(self.running, self.identity.slots)
