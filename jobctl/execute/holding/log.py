"""The log file of one attempt: bounded while it grows, cut in the middle at the end, absent when empty.

While a job writes, the blocks in the middle are given back to the disk as soon as the file is longer than its bound; at
the end the file is written anew as head, mark and tail. A file system that cannot punch holes (NFS, FAT) is bounded at
the end only.
"""

from __future__ import annotations

import os

from jobctl.execute.holding.cut import cut_mark
from jobctl.execute.holding.journal import write_all
from jobctl.execute.holding.kernel import punch_hole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jobctl.execute.holding.blanks import Blanks

_BLOCK = 4096
_ROOM_FOR_MARK = 64
_PIECE = 1024 * 1024
_TRIES = 20


class Log:
    """One open log file."""

    __slots__ = ("_bound", "_hole", "fd", "path")

    def __init__(self, path: str, bound: int, blanks: Blanks | None = None) -> None:
        blank = None if blanks is None else blanks.take(path)
        self.path = path
        self.fd = _open(path) if blank is None else blank
        self._bound = max(bound, 2 * _BLOCK)
        self._hole = 0

    def write(self, data: bytes) -> None:
        """Append; what the disk does not take is lost, as it would be for a job that writes by itself."""
        try:
            write_all(self.fd, data)
        except OSError:
            return

    def trim(self) -> None:
        """Give the blocks back that are beyond the bound."""
        size = os.fstat(self.fd).st_size
        if size <= self._bound:
            return
        start = -(-(self._bound // 2) // _BLOCK) * _BLOCK
        end = (size - self._bound // 2) // _BLOCK * _BLOCK
        if end > max(start, self._hole):
            self._hole = end
            try:
                punch_hole(self.fd, start, end - start)
            except OSError:
                return

    def another(self) -> int:
        """A descriptor of its own for a writer: so the kernel can tell whether the file is open elsewhere."""
        return os.open(f"/proc/self/fd/{self.fd}", os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)

    def finish(self, blanks: Blanks | None = None) -> None:
        """Close; leave nothing of an empty log, and head, mark and tail of one that is too long."""
        size = os.fstat(self.fd).st_size
        if size == 0 and blanks is not None and blanks.give(self.fd, self.path):
            return
        try:
            if size == 0:
                os.unlink(self.path)  # noqa: PTH108
            elif size > self._bound + _ROOM_FOR_MARK:
                self._compact(size)
        except OSError:
            return
        finally:
            os.close(self.fd)

    def _compact(self, size: int) -> None:
        half = self._bound // 2
        beside = self.path + ".new"
        source = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            if os.fstat(source).st_ino != os.fstat(self.fd).st_ino:
                return
            target = _open(beside)
            try:
                _copy(source, target, 0, half)
                write_all(target, cut_mark(size - 2 * half))
                _copy(source, target, size - half, half)
            finally:
                os.close(target)
            os.rename(beside, self.path)  # noqa: PTH104
        except OSError:
            _remove(beside)
            raise
        finally:
            os.close(source)


def _open(path: str) -> int:
    """A new file. One that is there is another's: after a restore the numbers of runs are given out again."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
    for _ in range(_TRIES):
        try:
            return os.open(path, flags, 0o600)
        except FileExistsError:
            _remove(path)
        except FileNotFoundError:
            _make_folder(path)
    return os.open(path, flags, 0o600)


def _make_folder(path: str) -> None:
    """That of a log; whoever prunes takes it away with the last log in it, at any moment."""
    try:
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)  # noqa: PTH103, PTH120
    except FileExistsError:
        return


def _copy(source: int, target: int, offset: int, count: int) -> None:
    os.lseek(source, offset, os.SEEK_SET)
    while count > 0:
        data = os.read(source, min(count, _PIECE))
        if not data:
            return
        write_all(target, data)
        count -= len(data)


def _remove(path: str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108
    except FileNotFoundError:
        return
