"""Whether the code of a job has changed."""

from __future__ import annotations

import os
import sys

from .clock import Clock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Sources:
    """The files of the modules imported from the job's folders, and whether one of them has changed."""

    def __init__(self, folders: list[str]) -> None:
        self.prefixes = tuple(os.path.join(os.path.abspath(folder), "") for folder in folders)
        self.stamps: dict[str, Any] = {}
        self.known: set[str] = set()
        self.noted_at = Clock.wall_ns()
        self.check_at = 0.0

    def note(self) -> None:
        """Remember the modules that are new; one that was changed since the last time may be the old version."""
        now = Clock.wall_ns()
        if len(sys.modules) != len(self.known):
            for name in sys.modules.keys() - self.known:
                file = getattr(sys.modules[name], "__file__", None)
                if isinstance(file, str) and file.startswith(self.prefixes):
                    stamp = stamp_of(file)
                    self.stamps[file] = None if stamp and self.noted_at < stamp[0] <= now else stamp
            self.known = set(sys.modules)
        self.noted_at = now

    def due(self) -> bool:
        """Whether it is time to look again: fifty times as long after a look as that has taken."""
        return Clock.steady() >= self.check_at

    def changed(self) -> bool:
        """Whether to start anew."""
        began = Clock.steady()
        for file, stamp in self.stamps.items():
            now = stamp_of(file)
            if now is not None and now != stamp:
                return True
        ended = Clock.steady()
        self.check_at = ended + 50 * (ended - began)
        return False


def stamp_of(file: str) -> tuple[int, int, int] | None:
    """What changes when a file is written; None while it is not there."""
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
