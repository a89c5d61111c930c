"""Frames between the daemon and one worker, over pipes that never block the daemon."""

import os
import selectors
from collections.abc import Callable
from typing import Any

from jobctl.execute.holding.frames import Unpacker, pack

_PIECE = 256 * 1024


class Line:
    """The daemon's ends of a worker's pipes; `theirs` are the worker's: requests, replies, lifeline.

    Replies are given to `hear` from within the daemon's loop. Only the daemon holds the other end of the lifeline: when
    it is closed, by `close` or by the daemon's death, the kernel kills the worker.
    """

    def __init__(self, selector: selectors.BaseSelector, hear: Callable[[dict[str, Any]], None]) -> None:
        self._selector = selector
        self._hear = hear
        self._unpacker = Unpacker()
        self._unsent = bytearray()
        requests, self._out = os.pipe()
        self._in, replies = os.pipe()
        lifeline, self._lifeline = os.pipe()
        self.theirs = (requests, replies, lifeline)
        self.ended = False
        os.set_blocking(self._out, False)
        os.set_blocking(self._in, False)
        selector.register(self._in, selectors.EVENT_READ, self._read)

    def hand_over(self) -> None:
        """The worker has its ends: close them here."""
        for fd in self.theirs:
            os.close(fd)
        self.theirs = (-1, -1, -1)

    def send(self, request: dict[str, Any]) -> None:
        """Send a request; what the pipe does not take now follows."""
        waiting = bool(self._unsent)
        self._unsent += pack(request)
        if not waiting:
            self._write()
            if self._unsent:
                self._selector.register(self._out, selectors.EVENT_WRITE, self._write)

    def finish(self) -> None:
        """There will be no more requests: a worker that has nothing to do ends."""
        if self._out >= 0:
            self._stop_writing()
            os.close(self._out)
            self._out = -1

    def close(self) -> None:
        """Let go of everything; a worker that still lives is killed by it."""
        self.finish()
        self._stop_reading()
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        if self.theirs[0] >= 0:
            self.hand_over()

    def read_rest(self) -> None:
        """Take what a worker said before it died."""
        while not self.ended and self._read():
            continue

    def _read(self) -> bool:
        """Take one piece; False when there is nothing more to take now."""
        try:
            data = os.read(self._in, _PIECE)
        except BlockingIOError:
            return False
        if not data:
            self._stop_reading()
            return False
        try:
            frames = self._unpacker.feed(data)
        except ValueError:  # a job wrote into its worker's pipe: nothing on it can be believed any more
            self._stop_reading()
            return False
        for frame in frames:
            self._hear(frame)
        return True

    def _write(self) -> None:
        try:
            while self._unsent:
                del self._unsent[: os.write(self._out, self._unsent)]
        except BlockingIOError:
            return
        except BrokenPipeError:  # it has died, which the holder tells
            self._unsent.clear()
        self._stop_writing()

    def _stop_writing(self) -> None:
        if self._out >= 0 and self._out in self._selector.get_map():
            self._selector.unregister(self._out)

    def _stop_reading(self) -> None:
        if not self.ended:
            self.ended = True
            self._selector.unregister(self._in)
            os.close(self._in)
