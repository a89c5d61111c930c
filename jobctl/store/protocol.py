"""What a store does. SQLite and PostgreSQL implement this; one conformance suite judges both.

Every write is one transaction, on disk when the method returns. Instants are aware UTC. A method that decides
something does so through `jobctl.decide`, inside its transaction. Anything that keeps the database from being used
raises `Unusable`.
"""

from __future__ import annotations

from typing import Protocol

from jobctl.store.protocols.catalog import Catalogs
from jobctl.store.protocols.daemons import Daemons
from jobctl.store.protocols.enqueueing import Enqueueing
from jobctl.store.protocols.history import History
from jobctl.store.protocols.operator import Operating
from jobctl.store.protocols.schedules import Schedules
from jobctl.store.protocols.upkeep import Upkeep
from jobctl.store.protocols.work import Work


class Store(Catalogs, Enqueueing, Daemons, Work, Schedules, Operating, History, Upkeep, Protocol):
    """Every promise, durably: the sum of what its users need, each of whom needs but some."""

    url: str
    """Which database it is: what `--db` takes, without options and without a password."""

    def close(self) -> None:
        """Let go of the database; a second call does nothing."""
