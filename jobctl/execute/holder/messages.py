"""What a holder is told to start, and what it tells of its children."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from jobctl.decide.text.signal_names import signal_name
from jobctl.model.instant import from_ms
from jobctl.model.job import Resources
from jobctl.model.outcome import StopReason

WORKER = "worker"
"""The kind of children that die with their daemon: nobody settles their ends."""


_UNLIMITED = Resources()


class Spawn(NamedTuple):
    """A child to start. `key` is `<kind>:<name>` and never used twice; its events go to who asks for `kind`.

    `env` is all the child gets, beside `JOBCTL_MARK`, with `progress` also `JOBCTL_PROGRESS_FD`, and `JOBCTL_FDS`
    (see `Holder.spawn`). `log` gets stdout and stderr; without it they go to /dev/null. `secrets` are masked in it.
    `user`, `group` and `extra_groups` are numbers. `dies_with_client` marks a worker: it is killed when the daemon
    lets go of the holder, and its end is not kept for another daemon. Descriptors after the first three have `numbers`
    in the child, if these are given.
    """

    key: str
    argv: tuple[str, ...]
    env: dict[str, str]
    cwd: str
    stdin: bytes | None = None
    log: str | None = None
    log_max_bytes: int = 100 * 1024 * 1024
    secrets: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None
    extra_groups: tuple[int, ...] | None = None
    umask: int | None = None
    nice: int | None = None
    resources: Resources = _UNLIMITED
    dies_with_client: bool = False
    progress: bool = False
    numbers: tuple[int, ...] = ()

    def plain(self, umask: int, fds: int) -> dict[str, Any]:
        """The JSON data that the holder reads; `umask` is for a child that has none of its own."""
        return {
            "key": self.key,
            "argv": self.argv,
            "env": self.env,
            "cwd": self.cwd,
            "stdin": None if self.stdin is None else self.stdin.decode("latin-1"),
            "log": self.log,
            "log_max_bytes": self.log_max_bytes,
            "secrets": self.secrets,
            "user": self.user,
            "group": self.group,
            "extra_groups": self.extra_groups,
            "umask": umask if self.umask is None else self.umask,
            "nice": self.nice,
            "resources": None if self.resources == _UNLIMITED else _limits(self.resources),
            "worker": self.dies_with_client,
            "progress": self.progress,
            "fds": fds,
            **({"numbers": self.numbers} if self.numbers else {}),
        }


class Spawned(NamedTuple):
    """A child lives. Told after its first moments: of one that ends at once there is only its end."""

    key: str
    pid: int
    pid_started: int
    started_at: datetime


class Refused(NamedTuple):
    """A child could not be started; the message says why and what to do."""

    key: str
    message: str
    at: datetime


class Unbegun(NamedTuple):
    """A child that waited for others to end was never started, and never will be."""

    key: str
    at: datetime


class Progressed(NamedTuple):
    """A child told how far it is."""

    key: str
    percent: float | None
    message: str | None


class Ended(NamedTuple):
    """A child has ended: with `exit_code`, or killed by `signal` (a name).

    `asked`: `Holder.kill` was called before; then its whole tree is dead. `why` is the first reason that was given.
    `for_memory`, of a SIGKILL that was not asked for: whether the kernel sent it for want of memory; None: unknown.
    `last`, of one that a record tells of: the progress before it.
    """

    key: str
    pid: int
    exit_code: int | None
    signal: str | None
    started_at: datetime
    ended_at: datetime
    asked: bool
    why: StopReason | None = None
    for_memory: bool | None = None
    last: Progressed | None = None


class Lost(NamedTuple):
    """The holder died; the child and everything it started was killed and seen dead."""

    key: str
    cause: str
    at: datetime


class Taken(NamedTuple):
    """Another daemon has taken the holder over; nothing more will be told here, and nothing was killed."""


End = Ended | Refused | Lost | Unbegun
Event = Spawned | Progressed | End | Taken


class Held(NamedTuple):
    """A live child of a holder that was connected to; `why` is the reason if a stop was asked for."""

    key: str
    pid: int
    pid_started: int
    started_at: datetime
    dies_with_client: bool
    why: StopReason | None


def event_of(data: list[Any]) -> Event:
    """The event in a frame from the holder."""
    match data:
        case ["x", key, pid, code, number, started, ended, asked, why]:
            name = None if number is None else signal_name(number)
            return Ended(key, pid, code, name, from_ms(started), from_ms(ended), asked, why)
        case ["s", key, pid, ticks, started]:
            return Spawned(key, pid, ticks, from_ms(started))
        case ["p", key, percent, message]:
            return Progressed(key, percent, message)
        case ["r", key, message, at]:
            return Refused(key, message, from_ms(at))
        case ["n", key, at]:
            return Unbegun(key, from_ms(at))
    raise ValueError(f"a holder said {data!r}")


def _limits(resources: Resources) -> dict[str, int]:
    """Limits that are set, in whole units."""
    limits = {name: value for name, value in asdict(resources).items() if value is not None}
    if resources.cpu_time is not None:
        limits["cpu_time"] = max(1, round(resources.cpu_time.total_seconds()))
    return limits
