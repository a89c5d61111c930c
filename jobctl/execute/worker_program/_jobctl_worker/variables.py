"""The environment variables of a worker."""

from __future__ import annotations

import os
import sys

from .standard import standard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def raw_environment() -> dict[Any, Any]:
    """The environment as Python keeps it: comparing that is much quicker than asking variable by variable."""
    data: dict[Any, Any] = os.environ._data  # type: ignore[attr-defined]
    return data


class Variables:
    """Variables that have another value for each call.

    The C library never frees a value that `setenv` has set: these lie in memory of our own, written over each time.
    """

    def __init__(self) -> None:
        self.raw = raw_environment()
        self.rooms: dict[str, tuple[bytes, Any, int]] = {}
        self.encoding = (sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())
        try:
            ctypes = standard("ctypes")
        except ImportError:
            self.ctypes: Any = None
        else:
            self.ctypes = ctypes
            self.putenv = ctypes.CDLL(None).putenv

    def set(self, name: str, value: str, there: bool) -> None:
        """Set a variable; `there`: it has been set here before, and nobody else has set it since."""
        if self.ctypes is None or "\0" in value:
            os.environ[name] = value
            return
        text = value.encode(*self.encoding)
        if there and name in self.rooms:
            key, room, size = self.rooms[name]
            line = key + b"=" + text
            if len(line) < size:
                room.value = line
                self.raw[key] = text
                return
        key = os.fsencode(name)
        line = key + b"=" + text
        size = 2 * len(line)
        room = self.ctypes.create_string_buffer(line, size)
        self.putenv(room)
        # Only now may the former one be freed.
        self.rooms[name] = (key, room, size)
        self.raw[key] = text
