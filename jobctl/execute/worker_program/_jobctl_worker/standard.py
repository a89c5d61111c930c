"""The standard library as it is, whatever jobs put in its place: the clocks, and modules that are needed late."""

from __future__ import annotations

import sys
import time
from importlib import import_module
from importlib.machinery import PathFinder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType


class Clock:
    """Out of reach for what looks for clocks in modules, in order to put others there."""

    wall = staticmethod(time.time)
    wall_ns = staticmethod(time.time_ns)
    steady = staticmethod(time.monotonic)
    rest = staticmethod(time.sleep)


places: list[str] = []
"""`sys.path` without the folders of jobs."""
loaded: dict[str, ModuleType] = {}


def standard(name: str) -> ModuleType:
    """A module of the standard library; a job that imports that name gets its own one all the same."""
    if name not in loaded:
        loaded[name] = load(name)
    return loaded[name]


def load(name: str) -> ModuleType:
    given = sys.path
    theirs = PathFinder.find_spec(name, [place for place in given if place not in places])
    if theirs is None or not places:
        return import_module(name)
    imported = sys.modules.pop(name, None)
    sys.path = places
    try:
        return import_module(name)
    finally:
        sys.path = given
        del sys.modules[name]
        if imported is not None:
            sys.modules[name] = imported
