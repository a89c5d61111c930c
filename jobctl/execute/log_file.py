"""A log file: read from its beginning or its end, also while it is written."""

import os
from collections.abc import Iterator
from pathlib import Path

from jobctl.execute.holder_program.cut import cut_mark
from jobctl.trust.opening import Unreadable, opened

_PIECE = 64 * 1024
_BLOCK = 512


def read(path: Path, tail_lines: int | None = None) -> Iterator[bytes]:
    """What is in a log now, or its last lines, in pieces of bounded size; nothing if there is no log."""
    follow = Follow(path)
    try:
        if tail_lines is not None:
            follow.skip_to_tail(tail_lines)
        while piece := follow.read():
            yield piece
    finally:
        follow.close()


def last_lines(output: bytes, lines: int | None) -> bytes:
    """The last lines of output that is all there, None: all of it; a last line may lack its newline."""
    if lines is None:
        return output
    wanted = lines + output.endswith(b"\n")
    if lines <= 0 or output.count(b"\n") < wanted:
        return output if lines > 0 else b""
    return output[_nth_from_end(output, wanted) + 1 :]


def last_bytes(path: Path, count: int) -> bytes:
    """The last `count` bytes of a log, fewer where its middle is missing within them; empty if there is none."""
    fd = _opened(path)
    if fd is None:
        return b""
    try:
        size = os.fstat(fd).st_size
        at = max(0, size - count)
        while at < size and (hole := os.lseek(fd, at, os.SEEK_HOLE)) < size:
            at = os.lseek(fd, hole, os.SEEK_DATA)
        return os.pread(fd, size - at, at)
    finally:
        os.close(fd)


class Follow:
    """Reads a log from its beginning as it grows; memory is bounded, whatever the lines are.

    The file may not exist yet. Where its middle was cut away a mark says how much. When it is replaced by its cut
    version at the end of the attempt, what was not read yet is read from there. When it is deleted, no more comes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None
        self._at = 0

    def read(self) -> bytes:
        """At most 64 KiB of what is new; empty if there is nothing now."""
        if not self._open():
            return b""
        return self._piece() or (self._piece() if self._replaced() else b"")

    def skip_to_tail(self, lines: int) -> None:
        """Begin with the last `lines` lines of what is there now."""
        if self._open():
            self._at = self._start_of_tail(lines)

    def close(self) -> None:
        """Let go of the file."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _open(self) -> bool:
        if self._fd is None:
            self._fd = _opened(self._path)
        return self._fd is not None

    def _piece(self) -> bytes:
        assert self._fd is not None
        facts = os.fstat(self._fd)
        if facts.st_size < self._at:
            # Somebody has truncated it to rotate it, as `tail -f` knows it.
            self._at = 0
        count = _PIECE
        if self._at < facts.st_size and facts.st_blocks * _BLOCK < facts.st_size:
            cut = self._hole(facts.st_size)
            if cut:
                return cut
            count = min(count, self._end_of_data() - self._at)
        piece = os.pread(self._fd, count, self._at)
        self._at += len(piece)
        return piece

    def _hole(self, size: int) -> bytes:
        """Step over a hole at the place of reading: the mark that stands for it; empty if there is none."""
        assert self._fd is not None
        try:
            data = os.lseek(self._fd, self._at, os.SEEK_DATA)
        except OSError:
            data = size
        missing = data - self._at
        self._at = data
        return cut_mark(missing) if missing else b""

    def _end_of_data(self) -> int:
        """Where the next hole begins; here, if what was here has been truncated meanwhile."""
        assert self._fd is not None
        try:
            return os.lseek(self._fd, self._at, os.SEEK_HOLE)
        except OSError:
            return self._at

    def _replaced(self) -> bool:
        """True when another file has come under the name: reading goes on in it where it was, or at its end."""
        assert self._fd is not None
        old = os.fstat(self._fd)
        new = _opened(self._path)
        if new is None:
            return False
        facts = os.fstat(new)
        if (facts.st_dev, facts.st_ino) == (old.st_dev, old.st_ino):
            os.close(new)
            return False
        os.close(self._fd)
        self._fd, self._at = new, min(self._at, facts.st_size)
        return True

    def _start_of_tail(self, lines: int) -> int:
        """Where the last `lines` lines begin, found from the end in pieces; a last line may lack its newline."""
        assert self._fd is not None
        end = os.fstat(self._fd).st_size
        wanted = lines + (os.pread(self._fd, 1, max(end - 1, 0)) == b"\n")
        if lines <= 0:
            return end
        while end > 0:
            start = max(0, end - _PIECE)
            piece = os.pread(self._fd, end - start, start)
            found = piece.count(b"\n")
            if found >= wanted:
                return start + _nth_from_end(piece, wanted) + 1
            wanted -= found
            end = start
        return 0


def _opened(path: Path) -> int | None:
    """A descriptor of a log; None if there is none: what is no regular file holds no output. Raises OSError."""
    try:
        return opened(path, follow=False)
    except Unreadable as error:
        if isinstance(error.__cause__, OSError) and not error.missing:
            raise error.__cause__ from None
        return None


def _nth_from_end(piece: bytes, count: int) -> int:
    """Where the `count`th newline from the end is."""
    at = len(piece)
    for _ in range(count):
        at = piece.rindex(b"\n", 0, at)
    return at
