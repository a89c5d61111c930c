"""One child in the holder's hands, from its spawn until its end was told."""

from __future__ import annotations

import os

from jobctl.execute.holding import tree
from jobctl.execute.holding.log import Log
from jobctl.execute.holding.mask import Mask
from jobctl.execute.holding.progress import Progress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PIECE = 65536
_MANY_PIECES = 16
_QUIET_MS = 200
_PATIENCE_MS = 1000


class Output:
    """The reading end of a pipe that carries a job's output through a mask into its log."""

    __slots__ = ("_log", "_mask", "ended", "fd", "heard")

    def __init__(self, fd: int, log: Log, mask: Mask) -> None:
        os.set_blocking(fd, False)
        self.fd = fd
        self.ended = False
        self.heard = 0
        self._log: Log | None = log
        self._mask = mask

    def read(self, now: int) -> bool:
        """Take one piece; False when there is nothing to take."""
        try:
            data = os.read(self.fd, _PIECE)
        except BlockingIOError:
            return False
        if not data:
            self.ended = True
        elif self._log is not None:
            self.heard = now
            self._log.write(self._mask.feed(data))
        return not self.ended

    def finish(self) -> None:
        """Write what was held back; what still comes is thrown away."""
        if self._log is not None:
            self._log.write(self._mask.end())
            self._log = None


class Child:
    """A child. Instants ending in `_at` are epoch milliseconds; `born`, `gone` and `news_sent` are monotonic ones.

    `status` is its wait status once it has ended (an exit code, or minus a signal). `asked` is set when a stop was
    asked for: then its end is told only when its whole tree is dead; `why` is the first reason that was given, kept for
    the daemon that hears of the end. `killing` makes the holder repeat SIGKILL until
    nothing is left.
    """

    def __init__(self, key: str, pid: int, started_at: int, *, worker: bool, mask: Mask) -> None:
        self.key = key
        self.pid = pid
        self.started_at = started_at
        self.worker = worker
        self.mask = mask
        self.log: Log | None = None
        self.output: Output | None = None
        self.progress: Progress | None = None
        self.told = False
        self.asked = False
        self.why: str | None = None
        self.killing = False
        self.status: int | None = None
        self.ended_at = 0
        self.born = 0
        self.gone = 0
        self.news: tuple[float | None, str | None] | None = None
        self.news_sent = 0
        self._ticks = 0

    @property
    def ticks(self) -> int:
        """Its start in clock ticks since boot; read when first asked for, 0 if it was gone by then."""
        if not self._ticks and self.status is None:
            facts = tree.stat(self.pid)
            self._ticks = facts.started if facts is not None else 0
        return self._ticks

    def own_files(self) -> set[tuple[int, int]]:
        """Device and inode of the files and pipes that only this child's tree holds."""
        mine = (part.fd for part in (self.log, self.output, self.progress) if part is not None)
        return {(facts.st_dev, facts.st_ino) for facts in map(os.fstat, mine)}

    def output_is_in(self, now: int) -> bool:
        """True when there is nothing to wait for: the pipe has ended, or has been quiet, or goes on for too long."""
        output = self.output
        if output is None:
            return True
        for _ in range(_MANY_PIECES):
            if output.ended or not output.read(now):
                break
        quiet = now - max(output.heard, self.gone) >= _QUIET_MS
        return output.ended or quiet or now - self.gone >= _PATIENCE_MS

    def signal(self, signal: int, members: dict[int, tree.Stat]) -> None:
        """Signal the process group at once, and each other member of the tree by itself."""
        if self.status is None:
            tree.send_to_group(self.pid, signal)
        for pid, facts in members.items():
            if facts.lives and (self.status is not None or facts.group != self.pid):
                tree.send(pid, signal)

    def ending(self) -> list[Any]:
        """The event that tells its end."""
        status = self.status or 0
        code, signal = (status, None) if status >= 0 else (None, -status)
        return ["x", self.key, self.pid, code, signal, self.started_at, self.ended_at, self.asked, self.why]
