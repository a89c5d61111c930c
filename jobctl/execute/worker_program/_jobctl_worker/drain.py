"""What is printed goes into a pipe, which a job may open again by any name; from there it is taken here.

A short call's output is taken when it ends. A thread takes what is more, or comes later, into the memory file of the
worker: it looks again a moment after something has come, so that short calls do not wake it each time.
"""

from __future__ import annotations

import fcntl
import os
import select
import termios
from _thread import allocate_lock, start_new_thread
from functools import lru_cache

from .files import BLOCK, write_all
from .standard import Clock, standard

GATHER_S = 0.01
LASTS_S = 0.4
PAGE = 4096
KEEP_SIZE_AND_PUNCH_HOLE = 3
SLACK = 1024 * 1024

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Drain:
    """The reading end of the pipe and the memory file behind it."""

    def __init__(self, pipe: int, memory: int) -> None:
        self.pipe = pipe
        self.memory = memory
        self.lock = allocate_lock()
        self.count = bytearray(4)
        self.nothing = bytes(4)
        self.half = SLACK
        self.hole = 0
        self.spilled = False
        # A job may put other functions in their place.
        self.ioctl, self.read, self.clock, self.rest = fcntl.ioctl, os.read, Clock.steady, Clock.rest
        self.entered = 0.0
        # Python counts a thread when it runs: from here on it is there, and belongs to no call.
        runs = allocate_lock()
        runs.acquire()
        start_new_thread(self.run, (runs.release,))
        runs.acquire()

    def begin(self, limit: int) -> None:
        """A call begins, of whose output the log holds `limit` bytes."""
        self.half = max(limit, 8192) // 2
        self.hole = 0
        self.entered = self.clock()

    def take(self) -> bytes | None:
        """All that has been printed, if it is little; None if it is in the memory file."""
        self.ioctl(self.pipe, termios.FIONREAD, self.count)
        # What a call printed that let no thread run for long was perhaps taken by the daemon.
        if self.count == self.nothing and not self.spilled and self.clock() - self.entered < LASTS_S:
            return b""
        with self.lock:
            data = self.piece()
            if self.spilled or len(data) >= PAGE or os.lseek(self.memory, 0, os.SEEK_END):
                self.keep(data)
                self.spill()
                return None
            return data

    def empty(self) -> None:
        """What is in the memory file is saved, or given up."""
        os.ftruncate(self.memory, 0)
        self.spilled = False

    def run(self, begun: Callable[[], None]) -> None:
        """Take whatever comes, for ever."""
        begun()
        poll = select.poll()
        poll.register(self.pipe, select.POLLIN)
        while True:
            poll.poll()
            self.rest(GATHER_S)
            with self.lock:
                self.spill()

    def spill(self) -> None:
        """Take what is in the pipe into the memory file."""
        while data := self.piece():
            self.keep(data)

    def keep(self, data: bytes) -> None:
        """Append to the memory file, and give back of it what will be cut out of the log."""
        if not data:
            return
        self.spilled = True
        write_all(self.memory, data)
        size = os.lseek(self.memory, 0, os.SEEK_END)
        start = (self.half + SLACK) // PAGE * PAGE
        end = (size - self.half - SLACK) // PAGE * PAGE
        if end - max(start, self.hole) >= SLACK:
            punch_hole(self.memory, start, end - start)
            self.hole = end

    def piece(self) -> bytes:
        try:
            return self.read(self.pipe, BLOCK)
        except BlockingIOError:
            return b""


@lru_cache(maxsize=1)
def fallocate() -> Any:
    """The C library's function; None where there is no ctypes."""
    try:
        ctypes = standard("ctypes")
    except ImportError:
        return None
    library = ctypes.CDLL(None)
    function = getattr(library, "fallocate64", None) or library.fallocate
    function.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
    return function


def punch_hole(fd: int, offset: int, length: int) -> None:
    """Give a range of a file back; its size stays. Without ctypes it stays as well."""
    function = fallocate()
    if function is not None:
        function(fd, KEEP_SIZE_AND_PUNCH_HOLE, offset, length)
