"""What modules of the standard library keep for the whole process, and how a call's changes of it are undone."""

from __future__ import annotations

from _warnings import filters
from operator import attrgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Attributes:
    """Some attributes of a module, and what they should be."""

    def __init__(self, module: Any, **values: Any) -> None:
        self.module = module
        self.names = tuple(values)
        self.read = attrgetter(*values)
        self.values = tuple(values.values())

    def restore(self) -> None:
        if self.read(self.module) != self.values:
            for name, value in zip(self.names, self.values):  # noqa: B905 - Python 3.8 has no `strict`
                setattr(self.module, name, value)

    def adopt(self) -> None:
        self.values = self.read(self.module)


class Timeout:
    """How long sockets wait that are not told."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.read = socket.getdefaulttimeout
        self.seconds: float | None = None

    def restore(self) -> None:
        if self.read() != self.seconds:
            self.socket.setdefaulttimeout(self.seconds)

    def adopt(self) -> None:
        self.seconds = self.read()


class Policy:
    """Which event loop `asyncio.get_event_loop` gives: one that a call has closed is not for the next call."""

    def __init__(self, events: Any) -> None:
        self.events = events
        self.policy: Any = None
        self.loops: dict[str, Any] = {}

    def restore(self) -> None:
        self.events._event_loop_policy = self.policy
        loops = loops_of(self.policy)
        if loops != self.loops:
            loops.clear()
            loops.update(self.loops)

    def adopt(self) -> None:
        self.policy = self.events._event_loop_policy
        self.loops = loops_of(self.policy).copy()


def loops_of(policy: Any) -> dict[str, Any]:
    """What a policy remembers of this thread."""
    return getattr(getattr(policy, "_local", None), "__dict__", {})


class Logging:
    """The root logger. Where a call has imported modules it may be these that have set its handlers and level."""

    def __init__(self, logging: Any) -> None:
        self.disable = logging.disable
        self.root = logging.root
        self.manager = logging.root.manager
        self.handlers: list[Any] = []
        self.level: int = logging.WARNING
        self.disabled = 0

    def restore(self) -> None:
        if self.manager.disable != self.disabled:
            self.disable(self.disabled)
        if self.root.handlers != self.handlers:
            self.root.handlers[:] = self.handlers
        if self.root.level != self.level:
            self.root.setLevel(self.level)

    def adopt(self) -> None:
        self.adopt_handlers()
        self.disabled = self.manager.disable

    def adopt_handlers(self) -> None:
        self.handlers, self.level = self.root.handlers[:], self.root.level


def of_threading(threading: Any) -> Attributes:
    hook = getattr(threading, "__excepthook__", threading.excepthook)  # Python 3.10 has it
    return Attributes(threading, excepthook=hook, _trace_hook=None, _profile_hook=None)


def of_warnings(warnings: Any) -> Attributes:
    return Attributes(warnings, filters=filters, showwarning=warnings._showwarning_orig)


# What is looked at once a module has been imported; each as it is before anybody has changed it.
CELLS: dict[str, Callable[[Any], Any]] = {
    "_socket": Timeout,
    "asyncio.events": Policy,
    "logging": Logging,
    "threading": of_threading,
    "warnings": of_warnings,
}
