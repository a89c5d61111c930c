"""Secrets out of a stream of bytes, also where a secret falls on the border of two pieces."""

from __future__ import annotations

STARS = "***"
_SHORTEST = 6
_MOST_TRIED = 64
_NOWHERE = 1 << 62


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
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """What may be written now."""
        if not self._values:
            return data
        data = self._held + data
        border = len(data) - max(_beginning(value, data) for value in self._values)
        clean, at = self._without(data, border)
        border = max(border, at)
        self._held = data[border:]
        return clean + data[at:border]

    def end(self) -> bytes:
        """What was held back, at the end of the stream."""
        rest, self._held = self._held, b""
        clean, at = self._without(rest, len(rest))
        return clean + rest[at:]

    def text(self, text: str) -> str:
        """A complete text without secrets."""
        data = text.encode("utf-8", "surrogateescape")
        clean, at = self._without(data, len(data))
        return (clean + data[at:]).decode("utf-8", "surrogateescape")

    def _without(self, data: bytes, border: int) -> tuple[bytes, int]:
        """What stands before the end of the last secret that begins before `border`, and where that end is.

        Each is looked for by itself: an expression for all may take a time that grows with the square of their lengths.
        """
        pieces: list[bytes] = []
        end = 0
        starts = [_found(data, value, 0) for value in self._values]
        while True:
            at = min(starts, default=_NOWHERE)
            if at >= border:
                return b"".join(pieces), end
            # Where several begin the longest is meant, which is first.
            pieces += (data[end:at], STARS.encode())
            end = at + len(self._values[starts.index(at)])
            for number, start in enumerate(starts):
                if start < end:
                    starts[number] = _found(data, self._values[number], end)


def _found(data: bytes, value: bytes, start: int) -> int:
    at = data.find(value, start)
    return _NOWHERE if at < 0 else at


def _beginning(value: bytes, data: bytes) -> int:
    """The length of the longest end of `data` that a secret could begin with; more where that took long to find out."""
    at = max(0, len(data) - len(value) + 1)
    for _ in range(_MOST_TRIED):
        at = data.find(value[:_SHORTEST], at)
        if at < 0:
            break
        if value.startswith(data[at:]):
            return len(data) - at
        at += 1
    else:
        return len(data) - at
    return next(
        (length for length in range(min(_SHORTEST - 1, len(data)), 0, -1) if value.startswith(data[-length:])), 0
    )
