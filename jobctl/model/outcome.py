"""What happened to an attempt: one frozen type for each way it can end."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

StopReason = Literal["timeout", "deadline", "operator", "replaced", "shutdown"]


@dataclass(frozen=True, slots=True)
class Exited:
    """A process ended by itself with `code`; a worker that calls `os._exit` as well.

    `message` is what a callable gave to `sys.exit` in place of a number.
    """

    code: int
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Signalled:
    """A shell job's process was killed by a signal that jobctl did not send.

    `for_memory`: whether the kernel sent it for want of memory, if that is known.
    """

    signal: str
    for_memory: bool | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """A callable returned; `result` is JSON data, `note` says why a result was not kept."""

    result: Any = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """A callable raised: `names` are the exception's class and base names, most special first."""

    names: tuple[str, ...]
    message: str
    traceback: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """The job itself said that there is nothing to do."""

    message: str


@dataclass(frozen=True, slots=True)
class RetryAsked:
    """A callable asked to be tried again; `delay=None` leaves the wait to the policy."""

    delay: timedelta | None
    message: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """jobctl stopped the attempt and saw it dead."""

    why: StopReason
    exit_code: int | None = None
    signal: str | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """The attempt vanished with its daemon or its worker. `counts=False`: not to be blamed on this run.

    `signal` is what killed the worker, `for_memory` whether the kernel sent it for want of memory, if that is known.
    `shared`: it vanished with others, and whoever knows them all says whom it counts against (`decide.runs.blame`).
    """

    cause: str
    signal: str | None = None
    counts: bool = True
    for_memory: bool | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class NotStarted:
    """The attempt was claimed but its process never began; it goes back as it was. `felled`: its daemon died in
    starting it, which counts as a loss.
    """

    felled: bool = False


@dataclass(frozen=True, slots=True)
class Unstartable:
    """The attempt could not be started: missing interpreter, module, folder, user, secret."""

    message: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The run cannot be executed, for what the database says of it cannot be read."""

    message: str


Outcome = (
    Exited
    | Signalled
    | Returned
    | Raised
    | Skipped
    | RetryAsked
    | Stopped
    | Lost
    | NotStarted
    | Unstartable
    | Unreadable
)
