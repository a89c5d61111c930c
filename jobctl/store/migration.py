"""A migration, for whoever asked for it, or has to wait for it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NamedTuple

MANY = 200_000
"""Up to so many runs it takes a second or less."""


class Migration(NamedTuple):
    """A change from one version of the schema to another one, in a database of so many runs."""

    version: int
    target: int
    runs: int

    @property
    def lasts(self) -> bool:
        """Whether it is worth a word before it begins."""
        return self.runs > MANY

    def __str__(self) -> str:
        """What is being done, and for how long.

        >>> str(Migration(2, 3, 5_012_345))
        'migrating the database from schema 2 to 3: 5,012,345 runs, may take a minute'
        """
        runs = f"{self.runs:,} runs"
        return f"migrating the database from schema {self.version} to {self.target}: {runs}, {self._patience()}"

    @property
    def done(self) -> str:
        """What was done.

        >>> Migration(2, 3, 7).done
        'the database was moved from schema 2 to 3'
        """
        return f"the database was moved from schema {self.version} to {self.target}"

    def _patience(self) -> str:
        return "may take a minute" if self.runs < 20_000_000 else "may take several minutes"


Around = Callable[[Migration], AbstractContextManager[None]]
"""Is entered before a migration, and left after it; whatever it raises at first keeps it from being done."""
