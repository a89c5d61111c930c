"""A mark that no job can lose by clearing its environment: an unreachable limit, different for each child.

The limit on the processor time that a process of a real-time class may take without a rest is inherited by everything
that a child starts, whatever it does to its environment, session and descriptors, and can be read of every process. No
program reaches a value of a hundred thousand years.
"""

from __future__ import annotations

import os
import resource

from jobctl.execute.holder_program import proc as tree

_LEAST = 1 << 62
_COUNTER = 1 << 28


class Stamps:
    """The stamps of one holder: no other one has them."""

    def __init__(self) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_RTTIME)
        self._usual = soft
        self._hard = hard
        self._first = _LEAST + int.from_bytes(os.urandom(4), "big") * _COUNTER
        self._last = self._first if hard == resource.RLIM_INFINITY else None

    def take(self) -> int:
        """A new stamp, which processes bear that are started until the next call of `put`; 0 where none can be had."""
        if self._last is None:
            return 0
        self._last += 1
        return self.put(self._last)

    def made(self, stamp: int) -> bool:
        """Whether a stamp is one of these."""
        return self._last is not None and self._first < stamp <= self._last

    def put(self, stamp: int) -> int:
        """Have processes bear this one from now on; with 0 they have the limit that this process was given."""
        try:
            resource.setrlimit(resource.RLIMIT_RTTIME, (stamp or self._usual, self._hard))
        except (OSError, ValueError):
            return 0
        return stamp


def stamp_of(pid: int) -> int:
    """What a process bears; 0 if that is no stamp."""
    for line in tree.limits(pid).splitlines():
        if line.startswith(b"Max realtime timeout"):
            soft = line.split()[3]
            return int(soft) if soft.isdigit() and int(soft) > _LEAST else 0
    return 0
