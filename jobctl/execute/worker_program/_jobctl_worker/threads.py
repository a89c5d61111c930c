"""Threads that a call leaves behind: a call is over when they are, as a program is."""

from __future__ import annotations

import sys
from _thread import _count

from .standard import Clock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Where inside.py is, which sends a last report of progress from a thread of its own.
INSIDE = ("jobctl", "jobctl.execute.inside")
LONGEST_NAP = 0.02


class Threads:
    """The threads that were there when the job's modules had been imported. Others belong to a call."""

    def __init__(self) -> None:
        self.known: set[Any] = set()
        self.count = _count()

    def adopt(self) -> None:
        """Those that are there now stay."""
        self.count = _count()
        self.known = set(running()) if self.count else set()

    def changed(self) -> bool:
        return _count() != self.count

    def wait(self) -> bool:
        """Wait for those that a program would wait for at its end; whether all have ended, or rest in a pool."""
        nap = 0.0
        while True:
            left = [thread for thread in running() if thread not in self.known and not is_ours(thread)]
            # A pool's threads are daemons in Python 3.8.
            daemons = [thread for thread in left if thread.daemon and not in_pool(thread)]
            busy = [thread for thread in left if thread not in daemons and not rests_in_pool(thread)]
            if not busy:
                return not daemons and self.all_are_known(len(left))
            if any(in_pool(thread) for thread in busy):
                Clock.rest(nap)
                nap = min(nap + 0.001, LONGEST_NAP)
            else:
                busy[0].join()

    def all_are_known(self, resting: int) -> bool:
        """Whether none was started by other means than `threading`; one that ends is still counted for a moment."""
        for _ in range(100):
            if _count() <= self.count + resting + sum(map(is_ours, running())):
                return True
            Clock.rest(0.001)
        return False


def running() -> list[Any]:
    """All threads but the main one, as far as `threading` knows them. A job may have a module of that name."""
    threading = sys.modules.get("threading")
    if threading is None or not hasattr(threading, "main_thread"):
        return []
    main = threading.main_thread()
    return [t for t in threading.enumerate() if t is not main and not isinstance(t, threading._DummyThread)]


def is_ours(thread: Any) -> bool:
    return getattr(getattr(thread, "function", None), "__module__", None) in INSIDE


def end_pool() -> None:
    """Have this thread of a pool end after what it executes: it is the only one in a forked child, and would wait there
    for work that nobody gives."""
    module: Any = sys.modules.get("concurrent.futures.thread")
    if module is not None:
        queue = module._threads_queues.get(sys.modules["threading"].current_thread())
        if queue is not None:
            module._shutdown = True
            queue.put(None)


def in_pool(thread: Any) -> bool:
    module = sys.modules.get("concurrent.futures.thread")
    return module is not None and thread in module._threads_queues


def rests_in_pool(thread: Any) -> bool:
    """Whether it belongs to a pool of `concurrent.futures` and waits for something to do."""
    if not in_pool(thread):
        return False
    module = sys.modules["concurrent.futures.thread"]
    frame = sys._current_frames().get(thread.ident)
    if frame is None or frame.f_code is not module._worker.__code__ or "work_item" in frame.f_locals:
        return False
    return bool(module._threads_queues[thread].empty())
