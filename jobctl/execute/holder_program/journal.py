"""The holder's journal: what was intended, what was started, how it ended, what the daemon has settled.

One JSON list a line: `["H", token, boot id and namespace of pids, pid, start]` first, then `["I", key]` before a spawn
and `["P", key, pid, [device, inode] of the pipe it prints into, ticks before it, ticks after it, stamp]` after it, the
event itself (`["x", key, ...]` ended, `["r", key, ...]` refused), and `["F", key]` when it is settled. It must outlive
the process, not the power: nothing is synced, and after a reboot the boot id differs. Before the end of one that had
told its progress stands the last of it, as an event too: `["p", key, ...]`. `execute/holder/record.py` reads it.
"""
# pathlib would make the holder larger:
# ruff: noqa: PTH118

from __future__ import annotations

import os

from jobctl.execute.holder_program.frames import to_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NAME = "journal"
_COMPACT_ABOVE = 4 * 1024 * 1024
_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class Journal:
    """Appends lines; `flush` is one write.

    While the disk is full the lines wait for the next flush: children are worth more than the record of them.
    """

    def __init__(self, folder: str, token: str, where: str, pid: int, started: int) -> None:
        self._path = os.path.join(folder, NAME)
        self._header = ["H", token, where, pid, started]
        self._waiting = bytearray()
        self._size = 0
        self._compact_above = _COMPACT_ABOVE
        self._fd = self._open(self._path)
        self.add(self._header)
        self.flush()

    def add(self, line: list[Any]) -> None:
        """Remember a line for the next flush."""
        self.add_text(to_text(line))

    def add_text(self, line: str) -> None:
        """Remember a line that is JSON already."""
        self._waiting += line.encode() + b"\n"

    def flush(self) -> None:
        """Write what was added, as far as the disk takes it."""
        try:
            while self._waiting:
                written = os.write(self._fd, self._waiting)
                del self._waiting[:written]
                self._size += written
        except OSError:
            return

    @property
    def written(self) -> bool:
        """True when nothing waits for the next flush."""
        return not self._waiting

    @property
    def long(self) -> bool:
        """True when it is worth writing anew."""
        return self._size > self._compact_above

    def compact(self, lines: list[list[Any]]) -> None:
        """Replace the file by its header and `lines`: what is live or not yet settled; where it cannot be, go on."""
        beside = self._path + ".new"
        data = b"".join(to_text(line).encode() + b"\n" for line in [self._header, *lines])
        try:
            fd = self._open(beside)
            try:
                write_all(fd, data)
                os.rename(beside, self._path)  # noqa: PTH104
            except OSError:
                os.close(fd)
                raise
        except OSError:
            self._compact_above *= 2
            return
        os.close(self._fd)
        self._fd, self._size, self._compact_above = fd, len(data), max(_COMPACT_ABOVE, 2 * len(data))
        self._waiting.clear()

    @staticmethod
    def _open(path: str) -> int:
        return os.open(path, _NEW, 0o600)


def write_all(fd: int, data: bytes) -> None:
    """Write everything, also when the kernel takes it in pieces."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
