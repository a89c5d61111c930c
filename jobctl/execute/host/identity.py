"""Who this daemon is, and whether another one still lives: a pid counts only with its start, boot and namespace."""

import os
import socket
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from jobctl import __version__
from jobctl.decide.lease import is_silent
from jobctl.execute.holder_program import proc as tree
from jobctl.execute.host.wake_fifo import is_held
from jobctl.model.daemon import Daemon, Identity
from jobctl.model.instant import from_ms


def identify(name: str | None, slots: int, queues: tuple[str, ...], *, foreground: bool) -> Identity:
    """This process, as other daemons may recognise it."""
    host = socket.gethostname()
    return Identity(
        name=name or host,
        host=host,
        pid=os.getpid(),
        pid_started=process_start(os.getpid()) or 0,
        boot_id=tree.boot_id(),
        pid_namespace=tree.pid_namespace(),
        slots=slots,
        queues=queues,
        foreground=foreground,
        version=__version__,
    )


def bystander() -> Identity:
    """This process as one that looks at daemons without being one."""
    return identify(None, 0, (), foreground=False)


def booted_at() -> datetime:
    """When this host booted, to the second, as the kernel reckons it from its present clock."""
    lines = Path("/proc/stat").read_text().splitlines()
    seconds = next(int(line.split()[1]) for line in lines if line.startswith("btime "))
    return from_ms(seconds * 1000)


def process_start(pid: int) -> int | None:
    """When a process started, in clock ticks since boot; None when there is none or it is a zombie.

    Raises OSError where that cannot be told: whoever cannot be looked at must not be taken for dead.
    """
    facts = tree.stat(pid)
    return facts.started if facts is not None and facts.lives else None


def share_pids(one: Identity, other: Identity) -> bool:
    """Whether a pid means the same process to both."""
    return (one.boot_id, one.pid_namespace) == (other.boot_id, other.pid_namespace)


def dead(daemons: Iterable[Daemon], me: Identity, now: datetime) -> list[Daemon]:
    """The daemons that have ended without saying so: gone from this host, or silent past their lease elsewhere.

    In another pid namespace of this host the lock on a daemon's FIFO tells, where that file can be seen.
    """
    return [d for d in daemons if _is_dead(d, me, now)]


def _is_dead(daemon: Daemon, me: Identity, now: datetime) -> bool:
    other = daemon.identity
    if other.host == me.host and other.boot_id != me.boot_id:
        return True
    if share_pids(other, me):
        return process_start(other.pid) != other.pid_started
    held = is_held(_fifo(other.wake_path, me)) if other.boot_id == me.boot_id and other.wake_path else None
    return is_silent(daemon.seen_at, now) if held is None else not held


def _fifo(named: str, me: Identity) -> Path:
    """Where a daemon's FIFO is: beside our own if we have one, wherever the row says that it was."""
    return Path(named) if me.wake_path is None else Path(me.wake_path).with_name(named.rpartition("/")[2] or "none")
