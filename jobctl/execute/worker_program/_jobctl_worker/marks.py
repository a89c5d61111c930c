"""Whether a call has changed what belongs to its whole process: the functions that change it leave a mark.

To ask the kernel for all of it costs more than a small call. So the functions are wrapped where they live, before
`signal` and `locale`, and the modules of a job, take them from there. What C code changes by itself is not seen.
"""

from __future__ import annotations

import _locale
import _signal  # type: ignore[import-not-found]  # where `signal` has its functions from
import gc
import os
import posix
import resource
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

NUMBERS = [number for number in range(1, 32) if number not in (_signal.SIGKILL, _signal.SIGSTOP)]
TIMERS = (_signal.ITIMER_REAL, _signal.ITIMER_VIRTUAL, _signal.ITIMER_PROF)
LIMITS = [value for name, value in sorted(vars(resource).items()) if name.startswith("RLIMIT_")]
# What these do cannot be undone, or not by everybody.
FOR_GOOD = (
    *("setuid", "seteuid", "setreuid", "setresuid", "setgid", "setegid", "setregid", "setresgid", "setgroups"),
    *("initgroups", "chroot", "setsid", "setpgid", "setpgrp", "unshare", "setns", "nice", "setpriority"),
    *("sched_setaffinity", "sched_setscheduler", "sched_setparam"),
)


class Marks:
    """What has been called of the functions that matter; empty after nearly every call."""

    def __init__(self) -> None:
        self.left: list[str] = []
        self.set_signal, self.set_timer, self.set_mask = _signal.signal, _signal.setitimer, _signal.pthread_sigmask
        self.set_locale, self.set_limit = _locale.setlocale, resource.setrlimit
        self.set_trace, self.set_profile, self.set_recursion = sys.settrace, sys.setprofile, sys.setrecursionlimit
        self.collect = (gc.disable, gc.enable)
        self.interpreter = read_interpreter()
        self.handlers = list(map(_signal.getsignal, NUMBERS))
        self.mask = _signal.pthread_sigmask(_signal.SIG_BLOCK, ())
        self.locale = _locale.setlocale(_locale.LC_ALL, None)
        self.limits = [resource.getrlimit(which) for which in LIMITS]
        for name in ("signal", "alarm", "setitimer", "pthread_sigmask"):
            self.wrap("signals", name, _signal)
        self.wrap("locale", "setlocale", _locale)
        for name in ("setrlimit", "prlimit"):
            self.wrap("limits", name, resource)
        for name in ("settrace", "setprofile", "setrecursionlimit"):
            self.wrap("interpreter", name, sys)
        for name in ("enable", "disable"):
            self.wrap("interpreter", name, gc)
        for name in FOR_GOOD:
            self.wrap(f"os.{name}", name, posix, os)

    def wrap(self, mark: str, name: str, *modules: Any) -> None:
        function = getattr(modules[0], name, None)
        if function is None:
            return
        wrapped = leaving(function, mark, self.left)
        for module in modules:
            setattr(module, name, wrapped)

    def adopt(self) -> None:
        """The modules of a job have been imported: what they have set stays, but for signals and limits: what one job
        ignores would be ignored for others."""
        self.locale = self.set_locale(_locale.LC_ALL, None)
        self.interpreter = read_interpreter()

    def restore(self) -> None:
        """Undo what has left a mark. Raises OSError or ValueError where that is not possible."""
        marks = set(self.left)
        self.left.clear()
        if "signals" in marks:
            self.restore_signals()
        if "locale" in marks:
            self.set_locale(_locale.LC_ALL, self.locale)
        if "interpreter" in marks:
            self.restore_interpreter()
        if "limits" in marks:
            for which, limit in zip(LIMITS, self.limits):  # noqa: B905 - Python 3.8 has no `strict`
                if resource.getrlimit(which) != limit:
                    self.set_limit(which, limit)
        for_good = sorted(mark for mark in marks if mark.startswith("os."))
        if for_good:
            raise OSError(f"it has called {' and '.join(for_good)}")

    def restore_signals(self) -> None:
        for timer in TIMERS:
            self.set_timer(timer, 0.0)
        for number, former in zip(NUMBERS, self.handlers):  # noqa: B905 - as above
            if former is not None and _signal.getsignal(number) != former:
                self.set_signal(number, former)
        self.set_mask(_signal.SIG_SETMASK, self.mask)

    def restore_interpreter(self) -> None:
        limit, trace, profile, collects = self.interpreter
        self.set_recursion(limit)
        self.set_trace(trace)
        self.set_profile(profile)
        self.collect[collects]()


def read_interpreter() -> tuple[Any, ...]:
    return sys.getrecursionlimit(), sys.gettrace(), sys.getprofile(), gc.isenabled()


def leaving(function: Callable[..., Any], mark: str, left: list[str]) -> Callable[..., Any]:
    """The function, which leaves a mark when it is called. A query of a locale or a mask leaves one too."""

    def marking(*args: Any, **kwargs: Any) -> Any:
        left.append(mark)
        return function(*args, **kwargs)

    marking.__name__ = marking.__qualname__ = function.__name__
    marking.__doc__ = function.__doc__
    return marking
