"""A migration that lasts, for whoever has to wait for it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NamedTuple

MANY = 200_000
"""Up to so many runs it takes a second or less, and is not worth a word."""


class Migration(NamedTuple):
    """A change from one version of the schema to another one, in a database of so many runs."""

    version: int
    target: int
    runs: int

    def __str__(self) -> str:
        """What is being done, and for how long.

        >>> str(Migration(2, 3, 5_012_345))
        'migrating the database from version 2 to 3: 5,012,345 runs, may take a minute'
        """
        runs = f"{self.runs:,} runs"
        return f"migrating the database from version {self.version} to {self.target}: {runs}, {self._patience()}"

    def _patience(self) -> str:
        return "may take a minute" if self.runs < 20_000_000 else "may take several minutes"


Around = Callable[[Migration], AbstractContextManager[None]]
"""Is entered before a migration that lasts, and left after it; whatever it raises at first keeps it from being done."""
