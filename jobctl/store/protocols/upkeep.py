"""Looking after the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

# Whoever names the protocol loads none of the nouns: they are for the type checker only.
if TYPE_CHECKING:
    from datetime import datetime

    from jobctl.store.values import Pruned


class Upkeep(Protocol):
    """Looking after the database."""

    def prune(self, now: datetime, limit: int, *, dry_run: bool = False) -> list[Pruned]:
        """Delete at most `limit` finished runs beyond their job's `keep`; never one whose key is still held."""

    def integrity(self, *, whole: bool = True) -> dict[str, Any]:
        """Facts for `doctor`: version, journal mode, schema version, WAL bytes; with `whole` a quick check's result.

        That one reads the whole file: two seconds for each gigabyte.
        """
