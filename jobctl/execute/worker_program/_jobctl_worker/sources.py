"""Whether the code of a job has changed."""

from __future__ import annotations

import os
import sys
from importlib import invalidate_caches
from importlib.machinery import PathFinder

from .standard import Clock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_LONGEST_BLIND = 0.1
"""Seconds. What is written is seen by every call that begins so long after it."""
_GONE_FOR = 1.0
"""Seconds. Who writes a file anew may remove it first."""
_COARSE_NS = 100_000_000
"""The clock that stamps files goes on in steps."""


class Sources:
    """The files of the modules imported from the job's folders, and whether another worker would import others.

    `folder` is the name of the folder that this process was started in: what it leads to may change, as a link does.
    """

    def __init__(self, folder: str, folders: list[str]) -> None:
        self.prefixes = tuple(os.path.join(os.path.abspath(folder), "") for folder in folders)
        self.folder = folder
        self.place = place_of(".")
        self.stamps: dict[str, Any] = {file: stamp_of(file) for file in (sys.executable,) if file}
        self.files: dict[str, str] = {}
        self.folders: dict[str, Any] = {}
        self.known: set[str] = set()
        self.noted_at = Clock.wall_ns()
        self.check_at = 0.0
        self.gone_since: float | None = None

    def note(self) -> None:
        """Remember the modules that are new; one that was changed since the last time may be the old version."""
        now = Clock.wall_ns()
        if len(sys.modules) != len(self.known):
            for name in sys.modules.keys() - self.known:
                file = getattr(sys.modules[name], "__file__", None)
                if isinstance(file, str) and file.startswith(self.prefixes):
                    stamp = stamp_of(file)
                    self.stamps[file] = None if stamp and self.noted_at < stamp[0] <= now else stamp
                    if getattr(getattr(sys.modules[name], "__spec__", None), "origin", None) == file:
                        self.files[name] = file
                    self.folders.update((place, None) for place in (*self.prefixes, os.path.dirname(file)))
            self.known = set(sys.modules)
        self.noted_at = now

    def due(self) -> bool:
        """Whether it is time to look again: fifty times as long after a look as that has taken, or soon."""
        return Clock.steady() >= self.check_at

    def changed(self) -> bool:
        """Whether to start anew."""
        began = Clock.steady()
        if self.has_moved() or self.has_been_written() or self.is_found_elsewhere():
            return True
        ended = Clock.steady()
        self.check_at = ended + min(50 * (ended - began), _LONGEST_BLIND)
        return False

    def has_moved(self) -> bool:
        """Whether the name of the folder leads elsewhere now."""
        place = place_of(self.folder)
        return place is not None and place != self.place

    def has_been_written(self) -> bool:
        """Whether a file is another one, or has been gone for a while."""
        missing = False
        for file, stamp in self.stamps.items():
            now = stamp_of(file)
            if now is None:
                missing = missing or stamp is not None
            elif now != stamp:
                return True
        if not missing:
            self.gone_since = None
            return False
        self.gone_since = self.gone_since or Clock.steady()
        return Clock.steady() - self.gone_since >= _GONE_FOR

    def is_found_elsewhere(self) -> bool:
        """Whether a module would come from another file: a package in its place, or one that is found before it.

        That takes a change in a folder; where a job writes its own files among its modules, it is asked more often.
        """
        now = {folder: stamp_of(folder) for folder in self.folders}
        if now == self.folders:
            return False
        invalidate_caches()
        found = {name: file_of(name) for name in self.files}
        if any(found[name] not in (None, file) for name, file in self.files.items()):
            return True
        if None not in found.values() and not self.is_being_written(now):
            self.folders = now
        return False

    def is_being_written(self, folders: dict[str, Any]) -> bool:
        """Whether a folder may change again and look as it looks now, or has one in it that may become a package.

        Then it is asked again.
        """
        latest = Clock.wall_ns() - _COARSE_NS
        if any(stamp is not None and stamp[0] > latest for stamp in folders.values()):
            return True
        modules = {name.rpartition(".")[2] for name, file in self.files.items() if not is_of_package(file)}
        return any(os.path.isdir(os.path.join(folder, module)) for folder in folders for module in modules)


def is_of_package(file: str) -> bool:
    return os.path.basename(file).startswith("__init__.")


def file_of(name: str) -> str | None:
    """The file that a module would be imported from; None if there is none now."""
    parent = sys.modules.get(name.rpartition(".")[0])
    try:
        spec = PathFinder.find_spec(name, getattr(parent, "__path__", None))
    except (ImportError, AttributeError, ValueError):
        return None
    return None if spec is None else spec.origin


def place_of(folder: str) -> tuple[int, int] | None:
    """What a folder's name leads to; None while that is nothing."""
    try:
        found = os.stat(folder)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def stamp_of(file: str) -> tuple[int, int, int, int] | None:
    """What changes when a file is written, be it with its former time and size; None while it is not there."""
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
