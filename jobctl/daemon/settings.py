"""What a daemon was asked to be."""

import os
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices of one `jobctl daemon`."""

    slots: int
    name: str | None = None
    queues: tuple[str, ...] = ()
    grace: timedelta = timedelta(seconds=30)
    until_idle: bool = False
    catalogs: tuple[str, ...] = ()
    watch_catalog: bool = False


def default_slots() -> int:
    """How many runs at a time suit this machine."""
    return max(4, 2 * (os.cpu_count() or 1))
