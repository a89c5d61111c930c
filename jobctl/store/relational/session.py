"""What the promises need of an open database; each dialect has its own way to give it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from jobctl.model.errors import Unusable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from jobctl.store.relational.memory import Memory
    from jobctl.store.statements import Change, Select, Values

Row = TypeVar("Row")
NOTHING: Mapping[str, Any] = {}


class Unfit(Unusable):
    """A row cannot become what a statement would make of it: something in it contradicts the schema."""


class Session(Protocol):
    """An open database. Statements are executed inside `reading`, `snapshot` or `writing` only.

    Several threads may share one: each has it for itself inside these. Whatever keeps the database from being used
    raises `Unusable`.
    """

    url: str
    """Which database it is, without options and without a password."""
    memory: Memory
    """What may be kept in mind between transactions; emptied when one was undone."""

    def one(self, select: Select[Row], values: Values = NOTHING) -> Row | None:
        """The first row, None where there is none. Of a single column that is its value, which may be None too."""

    def all(self, select: Select[Row], values: Values = NOTHING) -> list[Row]:
        """Every row."""

    def each(self, select: Select[Row], values: Values = NOTHING) -> Iterator[Row]:
        """The rows one by one, for whoever may stop early."""

    def run(self, change: Change, values: Values = NOTHING) -> int:
        """Write; how many rows were changed."""

    def many(self, change: Change, rows: Sequence[Values]) -> int:
        """Write once for each of `rows`; how many rows were changed in all."""

    def reading(self) -> AbstractContextManager[None]:
        """Short reads; each statement sees the newest commit."""

    def snapshot(self) -> AbstractContextManager[None]:
        """Several short reads that must agree."""

    def writing(self, *, wake: bool = True) -> AbstractContextManager[None]:
        """One transaction: on disk at the end, undone on any error. `wake` tells daemons of it."""

    def writing_much(self) -> AbstractContextManager[None]:
        """One that tells nobody, of so many writes that what is to be done about them later must not hold up others."""

    def savepoint(self) -> AbstractContextManager[None]:
        """A part of a transaction that is undone alone. Raises Unfit."""

    def read_ahead(self) -> None:
        """Read now what would be read of the program's files when it is first needed."""

    def wake(self) -> None:
        """Tell every daemon that there may be something to do."""

    def wake_others(self) -> None:
        """Tell every daemon but the one that has this session: it has seen for itself."""

    def belong_to(self, wake_path: str | None) -> None:
        """From now on this is the session of the daemon that is woken there."""

    def close(self) -> None:
        """Let go of the database; a second call does nothing."""
