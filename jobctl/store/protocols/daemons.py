"""Who executes: daemons, and what dead ones leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

# Whoever names the protocol loads none of the nouns: they are for the type checker only.
if TYPE_CHECKING:
    from datetime import datetime

    from jobctl.model.daemon import Daemon, DaemonState, Identity
    from jobctl.store.values import Estate


class Daemons(Protocol):
    """Who executes: daemons, and what dead ones leave."""

    def read_ahead(self) -> None:
        """Read now what would be read of the program's files when it is first needed."""

    def register(self, identity: Identity, now: datetime) -> int:
        """Add a daemon and give its id."""

    def beat(self, daemon_id: int, state: DaemonState, now: datetime) -> None:
        """Say that a daemon lives, or (`stopped`) that it has ended."""

    def daemons(self) -> list[Daemon]:
        """Every daemon that has not ended orderly."""

    def take_over(self, dead_id: int, daemon_id: int, now: datetime) -> Estate | None:
        """Strike a dead daemon off and make its claims and holders those of `daemon_id`; their fences stay.

        Of several that try at once one gets the estate, the others None: they must not touch its holders.
        """
