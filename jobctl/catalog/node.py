"""The tree of a YAML file: every node knows the file, line and column it was typed at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from jobctl.decide.text.visible import visible
from jobctl.model.problem import Problem
from jobctl.trust.guards import Guard

Part = str | int


@dataclass(frozen=True, slots=True)
class Source:
    """A catalog file: `shown` as in messages, `path` absolute, `guards` who may change it."""

    shown: str
    path: Path
    guards: tuple[Guard, ...] = ()

    @property
    def folder(self) -> Path:
        """What relative paths in the file are relative to."""
        return self.path.parent


@dataclass(slots=True, eq=False)
class Node:
    """Something typed at a place; `line` and `column` count from 1. `bad`: its problem has been told already."""

    source: Source
    line: int
    column: int
    bad: bool = field(default=False, kw_only=True)

    def problem(self, path: Sequence[Part], message: str, severity: Literal["error", "warning"] = "error") -> Problem:
        """A problem at this place."""
        return Problem(self.source.shown, self.line, self.column, dotted(path), message, severity)

    @property
    def where(self) -> str:
        """The place in words, for messages that name a second one."""
        return f"{self.source.shown}:{self.line}:{self.column}"


@dataclass(slots=True, eq=False)
class Scalar(Node):
    """A single value as typed; `plain` is False when it was quoted. `tag` is a short tag like `str`, or None."""

    text: str
    plain: bool = True
    tag: str | None = None


@dataclass(slots=True, eq=False)
class Items(Node):
    """A list."""

    items: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Entry:
    """One key with its value. `name` is what the key means, `key.text` what was typed."""

    key: Scalar
    name: str
    value: Node


@dataclass(slots=True, eq=False)
class Table(Node):
    """A mapping, in the order typed."""

    entries: list[Entry] = field(default_factory=list)
    _by_name: dict[str, Entry] | None = field(default=None, init=False)

    def get(self, name: str) -> Entry | None:
        """The entry called `name`; the table must have all its entries."""
        if self._by_name is None:
            self._by_name = {entry.name: entry for entry in reversed(self.entries)}
        return self._by_name.get(name)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)


def dotted(path: Sequence[Part]) -> str:
    """A path as messages show it.

    >>> dotted(["jobs", "backup", "success_codes", 1])
    'jobs.backup.success_codes[1]'
    """
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{shortened(part)}" for part in path)
    return text.removeprefix(".")


def shortened(key: str) -> str:
    """A key as messages show it: on one line, at most 60 characters."""
    return visible(key if len(key) <= 60 else key[:57] + "...")
