"""What the daemon and one worker speak over; it never blocks the daemon."""

import json
import os
import selectors
import socket
from collections.abc import Callable
from typing import Any

from jobctl.execute.worker_program import PACKET

_PIECE = 256 * 1024
_LARGEST = 64 * 1024 * 1024
_BUFFER = 212_992


class Line:
    """The daemon's ends of requests, replies and lifeline; `theirs` are the worker's.

    Requests lie in a socket that keeps packets apart until the worker takes them off, one when it begins one: `recall`
    takes back what it has not begun. Replies are given to `hear` from within the daemon's loop. Only the daemon holds
    the other end of the lifeline: when it is closed, by `close` or by the daemon's death, the kernel kills the worker.
    """

    def __init__(self, selector: selectors.BaseSelector, hear: Callable[[dict[str, Any]], None]) -> None:
        self._selector = selector
        self._hear = hear
        self._received = bytearray()
        self._unsent: list[bytes] = []
        self._requests, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._requests.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        self._requests.setblocking(False)
        self._in, replies = os.pipe()
        lifeline, self._lifeline = os.pipe()
        self._handed_over: tuple[int, ...] = (replies, lifeline)
        self.theirs = (self._theirs.fileno(), replies, lifeline)
        self.ended = False
        os.set_blocking(self._in, False)
        selector.register(self._in, selectors.EVENT_READ, self.read)

    def hand_over(self) -> None:
        """The worker has its ends: close them here, but the one that requests can be taken back from."""
        for fd in self._handed_over:
            os.close(fd)
        self._handed_over = ()

    def send(self, frame: bytes) -> bool:
        """Send a request, or say that there is no room for it now. A long one goes on by itself."""
        if self._unsent:
            return False
        try:
            self._requests.send(frame[:PACKET])
        except BlockingIOError:
            return False
        self._unsent = [frame[at : at + PACKET] for at in range(PACKET, len(frame), PACKET)]
        if self._unsent:
            self._selector.register(self._requests, selectors.EVENT_WRITE, self._go_on)
        return True

    def recall(self) -> set[bytes]:
        """Take back every packet that the worker has not taken. Meanwhile it may take one from among them."""
        packets = set()
        self._stop_writing()
        try:
            while packet := self._theirs.recv(PACKET, socket.MSG_DONTWAIT):
                packets.add(packet)
        except OSError:  # nothing is left, or everything is closed
            return packets
        return packets

    def finish(self) -> None:
        """There will be no more requests: a worker that has nothing to do ends."""
        self._stop_writing()
        self._requests.close()

    def close(self) -> None:
        """Let go of everything; a worker that still lives is killed by it."""
        self.finish()
        self._theirs.close()
        self._stop_reading()
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        self.hand_over()

    def read(self) -> None:
        """Take all that the worker has said, also before it died."""
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
        self._received += data
        try:
            frames = _frames(self._received)
        except ValueError:  # a job wrote into its worker's pipe: nothing on it can be believed any more
            self._stop_reading()
            return False
        for frame in frames:
            self._hear(frame)
        return len(data) == _PIECE

    def _go_on(self) -> None:
        try:
            while self._unsent:
                self._requests.send(self._unsent[0])
                del self._unsent[0]
        except BlockingIOError:
            return
        self._stop_writing()

    def _stop_writing(self) -> None:
        self._unsent = []
        if self._requests.fileno() >= 0 and self._requests in self._selector.get_map():
            self._selector.unregister(self._requests)

    def _stop_reading(self) -> None:
        if not self.ended:
            self.ended = True
            self._selector.unregister(self._in)
            os.close(self._in)


def _frames(received: bytearray) -> list[dict[str, Any]]:
    """Cut off the frames that are complete; one call parses them all."""
    bodies, at, size = [], 0, len(received)
    while size - at >= 4:
        length = int.from_bytes(received[at : at + 4], "big")
        if length > _LARGEST:
            raise ValueError("a frame is too long")
        if size - at - 4 < length:
            break
        bodies.append(received[at + 4 : at + 4 + length])
        at += 4 + length
    del received[:at]
    frames: list[dict[str, Any]] = json.loads(b"[" + b",".join(bodies) + b"]") if bodies else []
    if not all(isinstance(frame, dict) for frame in frames):
        raise ValueError("a frame is no object")
    return frames
