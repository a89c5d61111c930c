"""Length-prefixed JSON: four bytes, big endian, then the document. Both ends of the holder's socket speak it."""

from __future__ import annotations

import errno
import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SHORT = (errno.ENOMEM, errno.ENOBUFS, errno.EMFILE, errno.ENFILE, errno.EIO)
"""What says that the system is short of something, and nothing of the other end of a socket."""
_LARGEST = 64 * 1024 * 1024

to_text = json.JSONEncoder(separators=(",", ":")).encode
"""JSON without blanks; one encoder for all, since making one costs more than most documents."""
_of_text = json.JSONDecoder().decode


def pack(value: Any) -> bytes:
    """One frame.

    >>> pack(["end"])
    b'\\x00\\x00\\x00\\x07["end"]'
    """
    return framed(to_text(value))


def framed(text: str) -> bytes:
    """One frame of a document that is text already."""
    body = text.encode()
    return len(body).to_bytes(4, "big") + body


class Unpacker:
    """Cuts a stream into frames, whatever the sizes in which it arrives.

    >>> unpacker = Unpacker()
    >>> unpacker.feed(pack([1])[:3]), unpacker.feed(pack([1])[3:] + pack([2]))
    ([], [[1], [2]])
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Any]:
        """The documents that are complete now. Raises ValueError for what cannot be a frame."""
        self._buffer += data
        frames, at, size = [], 0, len(self._buffer)
        while size - at >= 4:
            length = int.from_bytes(self._buffer[at : at + 4], "big")
            if length > _LARGEST:
                raise ValueError("a frame is too long")
            if size - at - 4 < length:
                break
            frames.append(_of_text(self._buffer[at + 4 : at + 4 + length].decode()))
            at += 4 + length
        del self._buffer[:at]
        return frames
