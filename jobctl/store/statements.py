"""The SQL of a store, by topic. Each statement has a name and a purpose, and its parameters are bound by name.

`sql/common/<topic>.sql` is for every dialect; `sql/<dialect>/<topic>.sql` has what only that dialect can say so, or
must say otherwise. Python names statements, and holds none.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

Row = TypeVar("Row", covariant=True)
Values = Mapping[str, Any] | Sequence[Any]
"""What a statement is bound to: by name, or a NamedTuple of the type that the statement is declared with."""

_FOLDER = Path(__file__).parent / "sql"
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)")


class Statement:
    """A statement of a topic; where `name` is several words these are pieces that make up one, in their order.

    `bound`: the NamedTuple that it is bound to, if it is not bound to a mapping; for what is done very often.
    """

    __slots__ = ("bound", "name", "topic")

    def __init__(self, topic: str, name: str, bound: type[tuple[Any, ...]] | None = None) -> None:
        self.topic = topic
        self.name = name
        self.bound = bound

    def __repr__(self) -> str:
        return f"<{self.topic}: {self.name}>"


class Change(Statement):
    """A statement that writes, and answers with the number of rows that it has changed."""

    __slots__ = ()


class Select(Statement, Generic[Row]):
    """A statement that answers with rows.

    `row` is the NamedTuple that each becomes, with the names of the columns; of a single column its type.
    """

    __slots__ = ("make", "row")

    def __init__(self, topic: str, name: str, row: type[Row], bound: type[tuple[Any, ...]] | None = None) -> None:
        super().__init__(topic, name, bound)
        self.row = row
        # What `_make` does, without its look at the length: a test compares the columns.
        self.make: Callable[[Any], Row] = partial(tuple.__new__, row) if issubclass(row, tuple) else itemgetter(0)


class Text(NamedTuple):
    """What is executed: parameters are numbered, and `bind` puts values in that order.

    A plain tuple is bound three times as fast as a NamedTuple or a mapping.
    """

    sql: str
    bind: Callable[[Values], Sequence[Any]]


class Texts(dict[Statement, Text]):
    """The text of each statement in one dialect, read when it is first asked for."""

    def __init__(self, dialect: str) -> None:
        super().__init__()
        self._dialect = dialect
        self._topics: dict[str, dict[str, str]] = {}

    def read_all(self) -> None:
        """Read every topic."""
        for file in sorted(_FOLDER.glob("*/*.sql")):
            self._read(file.stem)

    def __missing__(self, statement: Statement) -> Text:
        text = self[statement] = self._made(statement)
        return text

    def _made(self, statement: Statement) -> Text:
        topic = self._topics.get(statement.topic) or self._read(statement.topic)
        text = "\n".join([topic[name] for name in statement.name.split()])
        if statement.bound is not None:
            return Text(_numbered(text, statement.bound._fields), tuple)  # type: ignore[attr-defined]
        names = parameters_of(text)
        return Text(_numbered(text, names), _picker(names))

    def _read(self, topic: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for room in ("common", self._dialect):
            with suppress(FileNotFoundError):
                text = (_FOLDER / room / f"{topic}.sql").read_text(encoding="utf-8")
                found |= {name: sql for name, _, sql in parts_of(text)}
        self._topics[topic] = found
        return found


def parts_of(text: str) -> list[tuple[str, list[str], str]]:
    """The statements of a file: the name of each, the lines that say what it is for, and what is executed.

    >>> parts_of("-- name: one\\n-- Just one.\\nSELECT 1;\\n")
    [('one', ['Just one.'], 'SELECT 1')]
    """
    return [_part(block) for block in text.split("-- name: ")[1:]]


def parameters_of(text: str) -> list[str]:
    """The names of a statement's parameters, each once.

    >>> parameters_of("UPDATE runs SET due_at = :now WHERE due_at > :now AND run_id = :run_id")
    ['now', 'run_id']
    """
    return [*dict.fromkeys(_PARAMETER.findall(text))]


def _part(block: str) -> tuple[str, list[str], str]:
    name, *lines = block.rstrip().removesuffix(";").split("\n")
    says = [line.removeprefix("-- ") for line in lines if line.startswith("-- ")]
    return name.strip(), says, "\n".join(line for line in lines if not line.startswith("-- "))


def _picker(names: Sequence[str]) -> Callable[[Any], Sequence[Any]]:
    """Takes the values of these names from a mapping."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]


def _numbered(text: str, fields: Sequence[str]) -> str:
    numbers = {field: number for number, field in enumerate(fields, 1)}
    return _PARAMETER.sub(lambda found: f"?{numbers[found[1]]}", text)
