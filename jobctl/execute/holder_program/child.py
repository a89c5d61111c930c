"""One child in the holder's hands, from its spawn until its end was told."""

from __future__ import annotations

import os

from jobctl.execute.holder_program import proc as tree
from jobctl.execute.holder_program.mask import Mask
from jobctl.execute.holder_program.output import Output
from jobctl.execute.holder_program.progress import Progress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Child:
    """A child. Instants ending in `_at` are epoch milliseconds; `born`, `gone` and `news_sent` are monotonic ones.

    `status` is its wait status once it has ended (an exit code, or minus a signal). `asked` is set when a stop was
    asked for: then its end is told only when its whole tree is dead; `why` is the first reason that was given, kept for
    the daemon that hears of the end. `killing` makes the holder repeat SIGKILL until
    nothing is left. `between` are the clock ticks since boot before and after it was started, `stamp` is what it and
    all that it starts bears (see `stamp`).
    """

    def __init__(self, key: str, pid: int, started_at: int, *, worker: bool, mask: Mask) -> None:
        self.key = key
        self.pid = pid
        self.started_at = started_at
        self.worker = worker
        self.mask = mask
        self.output: Output | None = None
        self.progress: Progress | None = None
        self.told = False
        self.asked = False
        self.why: str | None = None
        self.killing = False
        self.status: int | None = None
        self.ended_at = 0
        self.born = 0
        self.stamp = 0
        self.between = (0, 0)
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
        """Device and inode of the pipes that only this child's tree holds."""
        mine = set() if self.output is None else {self.output.identity}
        if self.progress is not None:
            facts = os.fstat(self.progress.fd)
            mine.add((facts.st_dev, facts.st_ino))
        return mine

    def signal(self, signal: int, members: dict[int, tree.Stat]) -> None:
        """Signal the process group at once, and each other member of the tree by itself."""
        if self.status is None:
            tree.send_to_group(self.pid, signal)
        for pid, facts in members.items():
            if facts.lives and (self.status is not None or facts.group != self.pid):
                tree.send(pid, facts.started, signal)

    def progressed(self) -> list[Any]:
        """The event that tells how far it is."""
        percent, message = self.news or (None, None)
        return ["p", self.key, percent, None if message is None else self.mask.text(message)]

    def on_record(self) -> list[Any]:
        """The line of the journal that tells which process it is, what pipe it prints into, and what proves it."""
        pipe = None if self.output is None else self.output.identity
        return ["P", self.key, self.pid, pipe, *self.between, self.stamp]

    def ending(self) -> list[Any]:
        """The event that tells its end."""
        status = self.status or 0
        code, signal = (status, None) if status >= 0 else (None, -status)
        return ["x", self.key, self.pid, code, signal, self.started_at, self.ended_at, self.asked, self.why]
