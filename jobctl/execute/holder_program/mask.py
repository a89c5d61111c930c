"""Secrets out of a stream of bytes, also where a secret falls on the border of two pieces."""

from __future__ import annotations

import re

STARS = "***"
_SHORTEST = 6


def worth_masking(values: list[str] | tuple[str, ...]) -> list[str]:
    """The values that are masked: those of six characters and more, longest first."""
    return sorted({v for v in values if len(v) >= _SHORTEST}, key=len, reverse=True)


class Mask:
    """Replaces secrets in what passes through.

    Only what may be the beginning of a secret is held back until more comes or the stream ends.

    >>> mask = Mask(["hunter22"])
    >>> mask.feed(b"password=hunt"), mask.feed(b"er22\\nh"), mask.end()
    (b'password=', b'***\\n', b'h')
    """

    def __init__(self, values: list[str] | tuple[str, ...]) -> None:
        self._values = [v.encode("utf-8", "surrogateescape") for v in worth_masking(values)]
        self._pattern = re.compile(b"|".join(re.escape(v) for v in self._values) or b"(?!)")
        self._longest = max(map(len, self._values), default=0)
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """What may be written now."""
        if not self._values:
            return data
        data = self._held + data
        border = len(data) - self._beginning(data)
        pieces, at = [], 0
        for match in self._pattern.finditer(data):
            if match.start() >= border:
                break
            pieces += [data[at : match.start()], STARS.encode()]
            at = match.end()
        border = max(border, at)
        self._held = data[border:]
        return b"".join([*pieces, data[at:border]])

    def end(self) -> bytes:
        """What was held back, at the end of the stream."""
        rest, self._held = self._held, b""
        return self._pattern.sub(STARS.encode(), rest)

    def text(self, text: str) -> str:
        """A complete text without secrets."""
        data = text.encode("utf-8", "surrogateescape")
        return self._pattern.sub(STARS.encode(), data).decode("utf-8", "surrogateescape")

    def _beginning(self, data: bytes) -> int:
        """The length of the longest end of `data` that a secret could begin with."""
        for length in range(min(self._longest - 1, len(data)), 0, -1):
            end = data[len(data) - length :]
            if any(len(v) > length and v.startswith(end) for v in self._values):
                return length
        return 0
