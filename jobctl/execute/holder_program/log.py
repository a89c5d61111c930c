"""The log file of one attempt: there once something was printed, bounded while it grows, cut in the middle at the end.

While a job writes, the blocks in the middle are given back to the disk as soon as the file is longer than its bound; at
the end the file is written anew as head, mark and tail. A file system that cannot punch holes (NFS, FAT) is bounded at
the end only.
"""
# pathlib would make the holder larger:
# ruff: noqa: PTH103, PTH104, PTH108, PTH112, PTH120

from __future__ import annotations

import errno
import os

from jobctl.execute.holder_program.cut import cut_mark
from jobctl.execute.holder_program.journal import write_all
from jobctl.execute.holder_program.kernel import punch_hole

_BLOCK = 4096
_ROOM_FOR_MARK = 64
_PIECE = 1024 * 1024
_LEAST_TRIM, _MOST_TRIM = 64 * 1024, 4 * 1024 * 1024
_MOST_LATE = 64 * 1024
_TRIES = 20


class Log:
    """What one attempt prints, written by one process. Raises OSError where no file could be made."""

    __slots__ = ("_bound", "_fd", "_hole", "_late", "_lost", "_untrimmed", "path")

    def __init__(self, path: str, bound: int) -> None:
        _make_way(path)
        self.path = path
        self._fd: int | None = None
        self._bound = max(bound, 2 * _BLOCK)
        self._hole = 0
        self._untrimmed = 0
        self._late = b""
        self._lost = 0

    def write(self, data: bytes) -> None:
        """Append. What the disk does not take is lost, but for a little that is tried again; a mark tells how much."""
        if self._late:
            self._late = self._append(self._late)
        if self._late:
            room = 0 if self._lost else _MOST_LATE - len(self._late)
            self._late += data[:room]
            self._lost += len(data[room:])
            return
        if self._lost:
            data, self._lost = cut_mark(self._lost) + data, 0
        if not data:
            return
        if rest := self._append(data):
            self._late, self._lost = rest[:_MOST_LATE], len(rest[_MOST_LATE:])
        self._untrimmed += len(data)
        if self._untrimmed >= min(max(self._bound // 2, _LEAST_TRIM), _MOST_TRIM):
            self._untrimmed = 0
            self._trim()

    def be_there(self) -> None:
        """Make the file although nothing was printed: a name that is taken later might be another's by then."""
        self._append(b"")

    def finish(self) -> None:
        """Close; leave nothing of an empty log, and head, mark and tail of one that is too long."""
        if self._late:
            self.write(b"")
        if self._fd is None:
            return
        size = os.fstat(self._fd).st_size
        try:
            if size == 0 and self._has_its_name():
                os.unlink(self.path)
            elif size > self._bound + _ROOM_FOR_MARK:
                self._compact(size)
        except OSError:
            return
        finally:
            os.close(self._fd)
            self._fd = None

    def _append(self, data: bytes) -> bytes:
        """Write; what could not be written."""
        view = memoryview(data)
        try:
            if self._fd is None:
                self._fd = _open(self.path)
            while view:
                view = view[os.write(self._fd, view) :]
        except OSError:
            return bytes(view)
        return b""

    def _trim(self) -> None:
        """Give the blocks back that are beyond the bound."""
        if self._fd is None:
            return
        size = os.fstat(self._fd).st_size
        start = -(-(self._bound // 2) // _BLOCK) * _BLOCK
        end = (size - self._bound // 2) // _BLOCK * _BLOCK
        if size > self._bound and end > max(start, self._hole):
            try:
                punch_hole(self._fd, max(start, self._hole), end - max(start, self._hole))
            except OSError:
                return
            finally:
                self._hole = end

    def _has_its_name(self) -> bool:
        """Whether the file at its path is this one still."""
        assert self._fd is not None
        return os.path.samestat(os.fstat(self._fd), os.lstat(self.path))

    def _compact(self, size: int) -> None:
        if self._fd is None or not self._has_its_name():
            return
        half = self._bound // 2
        beside = self.path + ".new"
        try:
            target = _open(beside)
            try:
                _copy(self._fd, target, 0, half)
                write_all(target, cut_mark(size - 2 * half))
                _copy(self._fd, target, size - half, half)
            finally:
                os.close(target)
            os.rename(beside, self.path)
        except OSError:
            _remove(beside)
            raise


def _make_way(path: str) -> None:
    """Have nothing at `path`, and a folder around it. What is there is another's: after a restore the numbers of runs
    are given out again."""
    folder = os.path.dirname(path)
    _remove(path)
    for _ in range(_TRIES):
        if os.access(folder, os.W_OK | os.X_OK):
            return
        _make_folder(path)
    number = errno.EACCES if os.path.isdir(folder) else errno.ENOTDIR
    raise OSError(number, os.strerror(number), folder)


def _open(path: str) -> int:
    """A new file."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
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
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
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
        os.unlink(path)
    except FileNotFoundError:
        return
