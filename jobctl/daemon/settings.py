"""What a daemon was asked to be."""

import os
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices of one `jobctl daemon`. `only` is the run of a foreground daemon; `environment` is its own."""

    name: str | None = None
    slots: int = max(4, 2 * (os.cpu_count() or 1))
    queues: tuple[str, ...] = ()
    grace: timedelta = timedelta(seconds=30)
    until_idle: bool = False
    tee: bool = False
    only: int | None = None
    catalogs: tuple[str, ...] = ()
    watch_catalog: bool = False
