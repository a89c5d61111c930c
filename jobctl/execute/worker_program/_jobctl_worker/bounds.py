"""When a worker has done enough, by what its jobs allow."""

from __future__ import annotations

import os

from .standard import Clock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def reached(bounds: dict[str, Any], runs: int, since: float) -> str | None:
    """Which bound this process has reached: `max_runs`, `max_age` (seconds) or `max_memory` (bytes it occupies)."""
    if bounds["max_runs"] is not None and runs >= bounds["max_runs"]:
        return "max_runs"
    if bounds["max_age"] is not None and Clock.steady() - since >= bounds["max_age"]:
        return "max_age"
    if bounds["max_memory"] is not None and resident() > bounds["max_memory"]:
        return "max_memory"
    return None


def resident() -> int:
    """The bytes of memory that this process occupies now."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
