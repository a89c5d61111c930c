"""What the daemon and one worker speak over; it never blocks the daemon."""

import json
import os
import selectors
import socket
from array import array
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from jobctl.execute.worker_program._jobctl_worker.inbox import TOKEN

MOST = 512
"""So many calls can be sent at once: a pipe takes their tokens as a whole or not at all."""

_PIECE = 256 * 1024
# More than a pipe holds: a worker that says more than that within a moment waits for its turn, as others do.
_AT_ONCE = 4
_BUFFER = 212_992


class Line:
    """The daemon's ends of tokens, calls, replies and lifeline; `theirs` are the worker's.

    A call may begin once its token is in the pipe, from which the worker takes one when it begins one: `recall` takes
    back the tokens of what it has not begun. `next` is the number of the next call. Replies are given to `hear` from
    within the daemon's loop, as many as have come. Only the daemon holds the other end of the lifeline: when it is
    closed, by `close` or by the daemon's death, the kernel kills the worker.
    """

    LARGEST = 2 * 1024 * 1024
    """No reply is longer: a result and an error have 64 KiB each, and six characters for each of theirs at most."""

    def __init__(self, selector: selectors.BaseSelector, hear: Callable[[list[Any]], None]) -> None:
        self._selector = selector
        self._hear = hear
        self._received = bytearray()
        self._unsent = bytearray()
        self._writing = False
        self.next = 0
        with ExitStack() as opened:
            untaken, self._tokens = _pipe(opened)
            # Opened once more: what a job does to its own end, as having it wait, is not to be done to this one.
            self._untaken = os.open(f"/proc/self/fd/{untaken}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            opened.callback(os.close, self._untaken)
            self._calls, calls = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            opened.callback(self._calls.close)
            opened.callback(calls.close)
            self._in, replies = _pipe(opened)
            lifeline, self._lifeline = _pipe(opened)
            selector.register(self._in, selectors.EVENT_READ, self.read)
            opened.pop_all()
        self._calls.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        self._calls.setblocking(False)
        self._handed_over: tuple[int, ...] = (untaken, calls.detach(), replies, lifeline)
        self.theirs = self._handed_over
        self.ended = False
        self.distrusted = False
        for fd in (untaken, self._tokens, self._in):
            os.set_blocking(fd, False)

    def hand_over(self) -> None:
        """The worker has its ends: close them here."""
        for fd in self._handed_over:
            os.close(fd)
        self._handed_over = ()

    def send(self, calls: bytes, count: int) -> bool:
        """Send a batch of `count` calls that begins with number `next`; False if there is no room for so many tokens.

        What is too long for the socket goes on by itself: a worker that has taken a token waits for its call.
        """
        try:
            os.write(self._tokens, _tokens(self.next, count))
        except BlockingIOError:
            return False
        self.next += count
        self._unsent += calls
        self._go_on()
        return True

    @property
    def flows(self) -> bool:
        """Whether all that was sent is on its way. What waits may be calls that were taken back: a worker that has no
        other tokens makes no room for more."""
        return not self._unsent

    def recall(self) -> int:
        """Take back every token that the worker has not taken: how many of the last calls have not begun.

        Where a job has put others there nobody knows, and none is said to be taken back.
        """
        try:
            taken = os.read(self._untaken, _PIECE)
        except BlockingIOError:
            return 0
        count = len(taken) // TOKEN
        if count > self.next or taken != _tokens(self.next - count, count):
            self.distrust()
            return 0
        return count

    def finish(self) -> None:
        """There will be no more calls: a worker that has nothing to do ends."""
        if self._tokens >= 0:
            self._stop_writing()
            os.close(self._tokens)
            self._calls.close()
            self._tokens = -1

    def distrust(self) -> None:
        """A job wrote into its worker's pipes: nothing more on them can be believed, and the worker is killed."""
        self.distrusted = True
        self._stop_reading()
        self._cut_lifeline()

    def close(self) -> None:
        """Let go of everything; a worker that still lives is killed by it."""
        self.finish()
        self._stop_reading()
        self._cut_lifeline()
        self.hand_over()
        if self._untaken >= 0:
            os.close(self._untaken)
            self._untaken = -1

    def read(self) -> None:
        """Take all that the worker has said, also before it died; of one that speaks without end no more than fits."""
        for _ in range(_AT_ONCE):
            if self.ended or not self._read():
                break

    def _read(self) -> bool:
        """Take one piece; False when there is nothing more to take now."""
        try:
            data = os.read(self._in, _PIECE)
        except BlockingIOError:
            return False
        if not data:
            self._stop_reading()
            return False
        self._received += data
        end = self._received.rfind(b"\n")
        if end >= 0:
            lines = bytes(self._received[:end])
            del self._received[: end + 1]
            replies, believable = _replies(lines)
            self._hear(replies)
            if not believable:
                self.distrust()
        elif len(self._received) > self.LARGEST:
            self.distrust()
        return len(data) == _PIECE

    def _go_on(self) -> None:
        try:
            while self._unsent:
                del self._unsent[: self._calls.send(self._unsent)]
        except BlockingIOError:
            if not self._writing:
                self._writing = True
                self._selector.register(self._calls, selectors.EVENT_WRITE, self._go_on)
            return
        except OSError:  # it is dead, as its holder will tell; what has not begun is in the pipe of tokens
            self._unsent.clear()
        self._stop_writing()

    def _stop_writing(self) -> None:
        if self._writing:
            self._writing = False
            self._selector.unregister(self._calls)

    def _cut_lifeline(self) -> None:
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1

    def _stop_reading(self) -> None:
        if not self.ended:
            self.ended = True
            self._selector.unregister(self._in)
            os.close(self._in)


def _replies(lines: bytes) -> tuple[list[Any], bool]:
    """What some lines say, and whether that is all: where a job has spoilt one, what is before it."""
    try:
        return json.loads(b"[" + lines.replace(b"\n", b",") + b"]"), True
    except (ValueError, RecursionError):
        replies = []
        for line in lines.split(b"\n"):
            try:
                replies.append(json.loads(line))
            except (ValueError, RecursionError):
                break
        return replies, False


def _tokens(first: int, count: int) -> bytes:
    """Those of so many calls."""
    return array("Q", range(first, first + count)).tobytes()


def _pipe(opened: ExitStack) -> tuple[int, int]:
    """A pipe whose ends are closed should what follows fail."""
    ends = os.pipe()
    for end in ends:
        opened.callback(os.close, end)
    return ends
