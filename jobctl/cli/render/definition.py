"""A job's definition as its catalog would say it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from jobctl.cli.render.lines import Line, Span, cut
from jobctl.decide.deploy.plan import catalog_keys
from jobctl.decide.text.visible import visible
from jobctl.decide.time.durations import format_duration
from jobctl.model.instant import iso
from jobctl.model.job import Job, Rate, Secret

_PER = {1: "s", 60: "min", 3600: "h", 86400: "day"}
_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+ ")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", ""})
_FIRST = ("description", "owner", "tags", "run", "call", "shell", "schedule")
_BLOCKS = ("run", "on_failure", "stdin")


def definition_lines(job: Job, cells: int) -> list[Line]:
    """The keys that differ from their defaults, like YAML; of a secret only where it is read from."""
    return [cut(line, cells) for line in _mapping(definition(job), 0)]


def definition(job: Job) -> dict[str, Any]:
    """The keys of a job that differ from their defaults, as plain values in the words of a catalog."""
    plain = _plain(job)
    first = {key: plain[key] for key in _FIRST if key in plain}
    return catalog_keys({**first, **plain})


def _plain(value: Any) -> Any:
    """As `to_plain` gives it, but with durations and rates as people type them."""
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, Rate):
        return rate_text(value)
    if isinstance(value, Secret):
        return _source(value)
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(item) for name, item in _set_fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if hasattr(value, "items"):
        return {str(key): _plain(item) for key, item in value.items()}
    return value


def rate_text(rate: Rate) -> str:
    """A rate as people type it.

    >>> rate_text(Rate(10, timedelta(minutes=1)))
    '10/min'
    """
    return f"{rate.count}/{_PER.get(int(rate.per.total_seconds()), format_duration(rate.per))}"


def _set_fields(value: Any) -> Iterator[tuple[str, Any]]:
    from dataclasses import MISSING, fields

    for field in fields(value):
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        if (item := getattr(value, field.name)) != default:
            yield field.name, item


def _source(secret: Secret) -> dict[str, str]:
    for kind in ("file", "env", "credential"):
        if (name := getattr(secret, kind)) is not None:
            return {kind: name}
    return {"command": "..."}


def _mapping(data: dict[str, Any], depth: int) -> Iterator[Line]:
    for key, value in data.items():
        yield from _entry(key, value, depth)


def _entry(key: str, value: Any, depth: int) -> Iterator[Line]:
    blanks = Span("  " * depth)
    name = Span(f"{visible(key)}:", "head")
    if isinstance(value, dict) and len(value) == 1 and depth > 0:
        inner = ", ".join(f"{visible(k)}: {scalar(v)}" for k, v in value.items())
        yield (blanks, name, Span(f" {{{inner}}}"))
    elif isinstance(value, dict) and value:
        yield (blanks, name)
        yield from _mapping(value, depth + 1)
    elif isinstance(value, str) and "\n" in value.strip() and key in _BLOCKS:
        yield (blanks, name, Span(" |"))
        for row in value.rstrip("\n").split("\n"):
            yield (Span("  " * (depth + 1)), Span(visible(row.expandtabs(4))))
    elif isinstance(value, list):
        yield (blanks, name, Span(f" [{', '.join(map(scalar, value))}]"))
    else:
        yield (blanks, name, Span(f" {scalar(value)}"))


def scalar(value: Any) -> str:
    """A value as one word or in quotes, as YAML would have it."""
    if isinstance(value, str):
        plain = set(value) <= _BARE and value.strip() == value and value.lower() not in _WORDS
        shown = value if plain and not _is_number(value) else json.dumps(value, ensure_ascii=False)
        return visible(shown)
    return json.dumps(value, ensure_ascii=False)


def _is_number(value: str) -> bool:
    return value.replace(".", "", 1).replace("-", "", 1).isdigit()
