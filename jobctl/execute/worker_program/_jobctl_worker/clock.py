"""The clocks as they are: a job may put others into the module `time`, and in all places where those are known."""

from __future__ import annotations

import time


class Clock:
    """Out of reach for what looks for clocks in modules."""

    wall = staticmethod(time.time)
    wall_ns = staticmethod(time.time_ns)
    steady = staticmethod(time.monotonic)
    rest = staticmethod(time.sleep)
