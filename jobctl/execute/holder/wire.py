"""Frames and descriptors over the socket to a holder, without blocking."""

import os
import socket
from collections import deque
from collections.abc import Sequence
from typing import Any

from jobctl.execute.holder_program.frames import SHORT, Unpacker, pack

# The allocator maps memory anew for each larger one.
_PIECE = 64 * 1024
# So often in a row: whoever is told rests longer each time, in the end a second.
_FOR_GOOD = 8


class Wire:
    """The daemon's end of the socket: an outgoing buffer that keeps descriptors with the frame they belong to."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.sock = sock
        self.ended = False
        self._trouble: OSError | None = None
        self._refused = 0
        self._out: deque[tuple[bytearray, list[int]]] = deque()
        self._unpacker = Unpacker()

    @property
    def pending(self) -> bool:
        """True when something waits to be sent."""
        return bool(self._out)

    @property
    def blocked(self) -> bool:
        """True when the system goes on refusing what either end says."""
        return self._refused >= _FOR_GOOD

    def send(self, value: Any, fds: Sequence[int] = ()) -> None:
        """Put a frame into the buffer; `fds` are duplicated, the caller keeps its own."""
        if fds or not self._out or self._out[-1][1]:
            self._out.append((bytearray(), [_duplicate(fd) for fd in fds]))
        self._out[-1][0].extend(pack(value))

    def flush(self) -> None:
        """Send what the socket takes."""
        try:
            while self._out:
                self._send_first()
        except BlockingIOError:
            return
        except OSError as error:
            self._note(error)

    def read(self) -> list[Any]:
        """All frames that have arrived; `ended` is set when no more can come."""
        frames: list[Any] = []
        while not self.ended:
            try:
                data = self.sock.recv(_PIECE)
            except BlockingIOError:
                break
            except OSError as error:
                self._note(error)
                break
            self.ended = not data
            frames += self._unpacker.feed(data)
            if len(data) < _PIECE:
                # Whatever has come since makes the socket ready again.
                break
        return frames

    def raise_trouble(self) -> None:
        """Raise what the system has refused for the moment, so that whoever waits for the socket rests before he looks
        again: what is to be sent waits for that."""
        trouble, self._trouble = self._trouble, None
        self._refused = 0 if trouble is None else self._refused + 1
        if trouble is not None:
            raise trouble

    def _note(self, error: OSError) -> None:
        """The other end is gone, or the system is short of something, which says nothing of the other end."""
        if error.errno in SHORT:
            self._trouble = error
        else:
            self.ended = True

    def close(self) -> None:
        """Let go of the socket and of what was not sent."""
        for _, fds in self._out:
            _close(fds)
        self._out.clear()
        self.sock.close()

    def _send_first(self) -> None:
        data, fds = self._out[0]
        if fds:
            sent = socket.send_fds(self.sock, [data], fds)
            _close(fds)
        else:
            sent = self.sock.send(data)
        del data[:sent]
        if not data:
            self._out.popleft()


def _duplicate(fd: int) -> int:
    return os.dup(fd)


def _close(fds: list[int]) -> None:
    for fd in fds:
        os.close(fd)
    fds.clear()
