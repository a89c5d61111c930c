"""Frozen values to plain JSON data and back: durations as seconds, instants as ISO 8601, defaults left out."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from jobctl.model.canonical import canonical
from jobctl.model.instant import iso


def to_plain(value: Any) -> Any:
    """JSON data for a value built of dataclasses, tuples, mappings, instants and durations.

    >>> from jobctl.model.job import Rate
    >>> to_plain(Rate(10, timedelta(minutes=1)))
    {'count': 10, 'per': 60}
    """
    if is_dataclass(value):
        pairs = ((f, getattr(value, f.name)) for f in fields(value))
        return {f.name: to_plain(v) for f, v in pairs if v != _default(f)}
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        return int(seconds) if seconds.is_integer() else seconds
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, Mapping):
        return {k: to_plain(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_plain(v) for v in value]
    return value


def read_plain(cls: Any, text: str) -> Any:
    """As `from_plain`, from JSON text that may be anything. Raises ValueError with what is wrong.

    >>> from jobctl.model.job import Rate
    >>> read_plain(Rate, '{"count": "ten", "per": 60}')
    Traceback (most recent call last):
    ValueError: 'ten' where int is expected
    """
    try:
        return from_plain(cls, json.loads(text))
    except (TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(str(error) or type(error).__name__) from error


def from_plain(cls: Any, data: Any) -> Any:
    """The inverse of `to_plain` for the type `cls`; unknown keys are ignored, absent ones take their default.

    >>> from jobctl.model.job import Rate
    >>> from_plain(Rate, {"count": 10, "per": 60})
    Rate(count=10, per=datetime.timedelta(seconds=60))
    """
    return _reader(cls)(data)


def digest(value: Any) -> str:
    """SHA-256 over the canonical JSON of a value: equal definitions have equal digests."""
    return sha256(canonical(to_plain(value)).encode()).hexdigest()


def _default(field: Any) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


@cache
def _reader(hint: Any) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        return _dataclass_reader(hint)
    if hint is timedelta:
        return lambda data: timedelta(seconds=data)
    if hint is datetime:
        return _instant
    if origin is tuple:
        item = _reader(args[0])
        return lambda data: tuple(item(x) for x in data)
    if origin is not None and _is_subclass(origin, Mapping):
        item = _reader(args[1])
        return lambda data: {k: item(v) for k, v in data.items()}
    if origin in (Union, UnionType):
        return _union_reader(args)
    return _leaf(hint)


def _instant(data: str) -> datetime:
    found = datetime.fromisoformat(data)
    return found if found.tzinfo is not None else _refuse(data, "an instant with its zone")


def _leaf(hint: Any) -> Any:
    """A value that stands for itself, if it is what it should be."""
    if hint is Any:
        return lambda data: data
    if get_origin(hint) is Literal:
        return lambda data: data if data in get_args(hint) else _refuse(data, "one of a few words")
    kinds = (int, float) if hint is float else (hint,)

    def read(data: Any) -> Any:
        fits = isinstance(data, kinds) and (hint is bool or not isinstance(data, bool))
        return data if fits else _refuse(data, hint.__name__)

    return read


def _refuse(data: Any, wanted: str) -> Any:
    raise ValueError(f"{repr(data)[:60]} where {wanted} is expected")


def _is_subclass(origin: Any, parent: type) -> bool:
    """`issubclass` that answers False for what is not a class."""
    return isinstance(origin, type) and issubclass(origin, parent)


def _dataclass_reader(cls: Any) -> Any:
    hints = get_type_hints(cls)
    readers = {f.name: _reader(hints[f.name]) for f in fields(cls)}
    return lambda data: cls(**{k: readers[k](v) for k, v in data.items() if k in readers})


def _union_reader(args: tuple[Any, ...]) -> Any:
    lists = [_reader(a) for a in args if get_origin(a) is tuple]
    others = [_reader(a) for a in args if get_origin(a) is not tuple and a is not type(None)]

    def read(data: Any) -> Any:
        if data is None:
            return None
        if isinstance(data, list) and lists:
            return lists[0](data)
        for other in others[:-1]:
            try:
                return other(data)
            except ValueError:
                continue
        return others[-1](data) if others else _refuse(data, "a list")

    return read
