"""What is kept of the output of a call."""

from __future__ import annotations

import os
import re

from .files import BLOCK, RAW, open_log, write_all
from .masking import MASK, pattern_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Output:
    """What is kept of the output in a memory file: all of it, or its two ends when it is longer than `limit` bytes.

    A secret that a cut or the end of a block goes through is masked whole.
    """

    def __init__(self, source: int, limit: int, secrets: list[str]) -> None:
        self.source = source
        self.limit = max(limit, 8192)
        self.half = self.limit // 2
        self.longest = max((len(secret.encode(*RAW)) for secret in secrets), default=1)
        found = pattern_of(secrets)
        self.pattern = None if found is None else re.compile(found.pattern.encode(*RAW))

    def size(self) -> int:
        return os.lseek(self.source, 0, os.SEEK_END)

    def save(self, path: str) -> int:
        """Write it to the file `path`, over what was there; how many bytes the job had printed."""
        size = self.size()
        log = open_log(path)
        try:
            for block in self.whole(size):
                write_all(log, block)
            os.ftruncate(log, os.lseek(log, 0, os.SEEK_CUR))
        finally:
            os.close(log)
        return size

    def whole(self, size: int) -> Iterator[bytes]:
        if size <= self.limit:
            for _, block in self.masked(0, size, final=True):
                yield block
            return
        head = 0
        for place, block in self.masked(0, self.half + self.longest - 1, final=False):
            head = place
            yield block
        tail = self.tail_start(max(size - self.half, head))
        yield b"\n[... %d bytes cut ...]\n" % (tail - head)
        for _, block in self.masked(tail, size, final=True):
            yield block

    def tail_start(self, start: int) -> int:
        if self.pattern is None:
            return start
        before = max(start - self.longest + 1, 0)
        around = os.pread(self.source, 2 * self.longest, before)
        ends = [before + m.end() for m in self.pattern.finditer(around) if before + m.start() < start]
        return max([start, *ends])

    def masked(self, start: int, end: int, final: bool) -> Iterator[tuple[int, bytes]]:
        """Blocks from `start` on, each with the place after it. Without `final`, what may be the beginning of a secret
        is held back."""
        while start < end:
            raw = os.pread(self.source, min(BLOCK, end - start), start)
            sure = len(raw) if final and start + len(raw) == end else len(raw) - self.longest + 1
            if sure <= 0:
                return
            taken, block = self.mask_block(raw, sure)
            start += taken
            yield start, block

    def mask_block(self, raw: bytes, sure: int) -> tuple[int, bytes]:
        if self.pattern is None:
            return len(raw), raw
        parts, taken = [], 0
        for match in self.pattern.finditer(raw):
            if match.start() >= sure:
                break
            parts += [raw[taken : match.start()], MASK.encode()]
            taken = match.end()
        if taken < sure:
            parts.append(raw[taken:sure])
            taken = sure
        return taken, b"".join(parts)
