"""What a job says about how far it is: lines of JSON on a pipe of its own."""

from __future__ import annotations

import json
import os

_LONGEST = 4096
_PIECE = 65536
_MANY_PIECES = 16


class Progress:
    """The reading end. It keeps the newest complete line and nothing else, whatever is written."""

    __slots__ = ("_part", "_skipping", "ended", "fd")

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.ended = False
        self._part = b""
        self._skipping = False

    def read(self) -> tuple[float | None, str | None] | None:
        """Percent and message of the newest line, at most one pipeful at a time; None if there is nothing new.

        `ended` is set when there is nothing more to read for now, or for ever.
        """
        try:
            data = os.read(self.fd, _PIECE)
        except BlockingIOError:
            data = b""
        self.ended = not data
        for line in reversed(self._lines(data)):
            said = _parse(line)
            if said is not None:
                return said
        return None

    def last(self) -> tuple[float | None, str | None] | None:
        """The newest line of all that is still in the pipe; nothing more comes, so its end is one as well."""
        newest = None
        for _ in range(_MANY_PIECES):
            newest = self.read() or newest
            if self.ended:
                break
        return _parse(self._part) or newest

    def close(self) -> None:
        """Let go of the pipe."""
        os.close(self.fd)

    def _lines(self, data: bytes) -> list[bytes]:
        *lines, rest = (self._part + data).split(b"\n")
        if self._skipping and lines:
            lines.pop(0)
            self._skipping = False
        if len(rest) > _LONGEST:
            self._skipping = True
        self._part = b"" if self._skipping else rest
        return [line for line in lines if len(line) <= _LONGEST]


def _parse(line: bytes) -> tuple[float | None, str | None] | None:
    """Percent (0 to 100) and message of a line; None if it is not what it should be."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    percent, message = said.get("percent"), said.get("message")
    number = _percent(percent)
    # JSON can spell halves of characters, which nobody can write down.
    text = message.encode(errors="replace").decode() if isinstance(message, str) else None
    return None if number is None and text is None else (number, text)


def _percent(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if 0 <= value <= 100 else None
