"""Kinds of value for pydantic: each reads what was typed, or says in words what it expected."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any

from pydantic_core import CoreSchema, core_schema

from jobctl.decide.bounds import text_problem, whole_problem
from jobctl.decide.params.value import shown

Schema = dict[str, Any]
LONGEST_TEXT = 1_000_000
# What the kernel takes as one argument or one variable, less a name of a variable.
LONGEST_ARGUMENT = 128 * 1024 - 1000


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A kind of value for pydantic: `read` gives the value or raises ValueError; `schema` says what may be typed."""

    read: Callable[[Any], Any]
    schema: Schema

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> Schema:
        return dict(self.schema)


@dataclass(frozen=True, slots=True, eq=False)
class Short:
    """A shorter way to write a value: `lengthen` turns it into the long one, `schema` describes it."""

    lengthen: Callable[[Any], Any]
    schema: Schema

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.lengthen, handler(source))

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> Schema:
        return {"anyOf": [dict(self.schema), handler(core)]}


def got(value: Any) -> str:
    """What was typed, as a message quotes it."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, (list, tuple)) else shown(value)


def expected(what: str, value: Any) -> ValueError:
    """The complaint about a value of the wrong kind."""
    return ValueError(f"expected {what}, got {got(value)}")


def text(value: Any) -> str:
    """Text; numbers and booleans are refused with what to write."""
    if isinstance(value, str):
        return plain_text(value)
    hint = "" if value is None or isinstance(value, (dict, list)) else f'; write "{shown(value)}" in quotes'
    raise ValueError(f"expected text, got {got(value)}{hint}")


def plain_text(value: str) -> str:
    """Text that a database, an argument and a variable can hold. Raises ValueError for any other."""
    wrong = text_problem(value)
    if wrong is not None:
        raise ValueError(f"this text {wrong}")
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"expected text of at most {LONGEST_TEXT:,} characters, got {len(value):,}")
    return value


def argument(value: str) -> str:
    """Text that a program can be given as one argument or in one variable. Raises ValueError for any other."""
    size = len(plain_text(value).encode())
    if size > LONGEST_ARGUMENT:
        raise ValueError(f"expected text of at most 127 KiB, as the kernel takes no more at once, got {size:,} bytes")
    return value


def matching(pattern: str, what: str) -> Read:
    """Text of a form."""

    def read(value: Any) -> str:
        if isinstance(value, str) and re.fullmatch(pattern, value):
            return value
        as_text = shown(value) if isinstance(value, (int, float)) else ""
        hint = f'; write "{as_text}" in quotes' if re.fullmatch(pattern, as_text) else ""
        raise ValueError(f"expected {what}, got {got(value)}{hint}")

    return Read(read, {"type": "string", "pattern": f"^{pattern}$"})


def whole(low: int, high: int = 2**31 - 1) -> Read:
    """A whole number within bounds, inclusive."""

    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise expected("a whole number", value)
        if low <= value <= high:
            return value
        if value > high:
            raise expected(f"a whole number of at most {high:,}", value)
        raise expected(f"a whole number of at least {low:,}", value)

    return Read(read, {"type": "integer", "minimum": low, "maximum": high})


def number(low: float = -1e308, high: float = 1e308) -> Read:
    """A number within bounds, inclusive."""

    def read(value: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise expected("a number", value)
        if isinstance(value, int) and whole_problem(value) is not None:
            raise expected("a number of at most 64 bits", value)
        if not isfinite(value):
            raise expected("a number", value)
        if value < low:
            raise expected(f"a number of at least {low:g}", value)
        if value > high:
            raise expected(f"a number of at most {high:g}", value)
        return value

    bounds = {"minimum": low} if high == 1e308 else {"minimum": low, "maximum": high}
    return Read(read, {"type": "number"} if low == -1e308 else {"type": "number", **bounds})


def one_of(*choices: str) -> Read:
    """One of a few words."""
    words = ", ".join(choices[:-1]) + " or " + choices[-1]

    def read(value: Any) -> str:
        if isinstance(value, str) and value in choices:
            return value
        raise expected(words, value)

    return Read(read, {"enum": list(choices)})


def one_or_more(schema: Schema, most: int | None = None, what: str = "values") -> Short:
    """A list, of `most` items at most, that may be written as its only item."""

    def lengthen(value: Any) -> list[Any]:
        items = value if isinstance(value, list) else [value]
        if most is not None and len(items) > most:
            raise ValueError(f"expected at most {most:,} {what}, got {len(items):,}")
        return items

    return Short(lengthen, schema)
