"""The connection to the daemon, seen from the holder."""

from __future__ import annotations

import array
import os
import socket
import struct

from jobctl.execute.holder_program.frames import SHORT, Unpacker, framed, pack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SOCKET = "socket"
ERRORS = "errors"
PROTOCOL = 2
"""To be raised when frames change, so that a daemon never misunderstands the holder of an older one."""
_PIECE = 64 * 1024
_FD = array.array("i")
_ROOM_FOR_FDS = socket.CMSG_SPACE(253 * _FD.itemsize)
"""The kernel takes no more with one message."""
_LARGE = 1024 * 1024


class Peer:
    """One connected daemon: operations come in, with descriptors; events go out, without ever blocking."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.sock = sock
        self.ended = False
        self._unpacker = Unpacker()
        self._fds: list[list[int]] = []
        self._out = bytearray()

    @property
    def behind(self) -> bool:
        """True when the daemon does not read what it is told."""
        return len(self._out) > _LARGE

    @property
    def pending(self) -> bool:
        """True when something waits to be sent."""
        return bool(self._out)

    def read(self, *, everything: bool = False) -> list[list[Any]]:
        """Operations that have arrived, or all of them; `ended` is set when no more can come."""
        operations: list[list[Any]] = []
        while not self.ended:
            try:
                data = self._receive()
                operations += self._unpacker.feed(data)
                if 0 < len(data) < _PIECE and not everything:
                    break
            except BlockingIOError:
                break
            except (OSError, ValueError) as error:
                if isinstance(error, OSError) and error.errno in SHORT:
                    break
                data = b""
            self.ended = not data
        return operations

    def take_fds(self, count: int) -> list[int]:
        """The descriptors that came with the next operation that has some: fewer where none was free for them here."""
        return self._fds.pop(0) if count and self._fds else []

    def send(self, value: Any) -> None:
        """Put a frame into the outgoing buffer."""
        self._out += pack(value)

    def send_text(self, text: str) -> None:
        """Put a frame of JSON text into the outgoing buffer."""
        self._out += framed(text)

    def flush(self) -> None:
        """Send what the socket takes."""
        try:
            while self._out:
                del self._out[: self.sock.send(self._out)]
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno in SHORT:
                return
            # The daemon is gone. What it has said before is still to be read, and then the end.
            self._out.clear()

    def close(self) -> None:
        """Let go of the connection and of descriptors that nobody took."""
        for fd in (fd for fds in self._fds for fd in fds):
            os.close(fd)
        self.sock.close()

    def _receive(self) -> bytes:
        """A piece of the stream; it ends with the message that had descriptors, so that these stay together.

        Not by `socket.recv_fds`: it ignores flags, and every child would inherit what comes for others.
        """
        data, extras, flags, _ = self.sock.recvmsg(_PIECE, _ROOM_FOR_FDS, socket.MSG_CMSG_CLOEXEC)
        if extras or flags & socket.MSG_CTRUNC:
            fds = array.array(_FD.typecode)
            for _, _, numbers in extras:
                fds.frombytes(numbers[: len(numbers) - len(numbers) % _FD.itemsize])
            self._fds.append(fds.tolist())
        return data


def listen(folder: str) -> socket.socket:
    """Listen on the folder's socket by a path that is short wherever the folder is."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    inside = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        listener.bind(f"/proc/self/fd/{inside}/{SOCKET}")
    finally:
        os.close(inside)
    listener.listen()
    listener.setblocking(False)
    return listener


def is_same_user(sock: socket.socket) -> bool:
    """True if the process at the other end runs as the same user, or as root."""
    size = struct.calcsize("3i")
    _, uid, _ = struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return uid in (0, os.geteuid())
