"""Parameters of a run: given values against a job's declaration, as plain data.

Quick by design: `enqueue` imports this at every start, so there are no dataclasses here and no YAML.
"""

import json
import re
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from jobctl.model.errors import UsageError

MAX_BYTES = 64 * 1024
_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")
_WANTED = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "date": "a date like 2026-03-08",
    "datetime": "a date and time like 2026-03-08T02:30:00+01:00",
    "json": "JSON",
}


def check_params(specs: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any]) -> dict[str, Any]:
    """The values a run gets: `given` checked against the plain declarations `specs`, defaults filled in.

    A param that is not given and has no default is left out; so is one given as null, unless its type is json.
    Raises UsageError that names everything that is wrong.

    >>> check_params({"size": {"type": "integer", "default": 256}, "album": {"required": True}}, {"album": "spring"})
    {'size': 256, 'album': 'spring'}
    """
    return _settled(specs, given, [])


def parse_params(specs: Mapping[str, Mapping[str, Any]], pairs: Iterable[str]) -> dict[str, Any]:
    """As `check_params`, for texts `NAME=VALUE` from a command line.

    >>> parse_params({"size": {"type": "integer"}}, ["size=256"])
    {'size': 256}
    """
    given, wrong = _read(specs, pairs)
    return _settled(specs, given, wrong)


def read_pairs(specs: Mapping[str, Mapping[str, Any]], pairs: Iterable[str]) -> dict[str, Any]:
    """Texts `NAME=VALUE` as typed values, nothing filled in; for changing some params of a run that has them all."""
    given, wrong = _read(specs, pairs)
    if wrong:
        raise _error(specs, wrong)
    return given


def problem_of(spec: Mapping[str, Any], value: Any) -> str | None:
    """What is wrong with `value` under one declaration, as the end of a sentence; None when nothing is.

    >>> problem_of({"type": "integer", "minimum": 1}, 0)
    'must be at least 1, got 0'
    """
    try:
        _value(spec, value)
    except ValueError as wrong:
        return str(wrong)
    return None


def _settled(specs: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any], wrong: list[str]) -> dict[str, Any]:
    wrong = wrong + [_unknown(specs, name) for name in given if name not in specs]
    mentioned = {entry.split("`")[1] for entry in wrong}
    values: dict[str, Any] = {}
    for name, spec in specs.items():
        value = given.get(name)
        if value is None and not (name in given and spec.get("type") == "json"):
            value = spec.get("default")
            if value is None:
                if spec.get("required") and name not in mentioned:
                    wrong.append(f"param `{name}` is required")
                continue
        try:
            values[name] = _value(spec, value)
        except ValueError as problem:
            wrong.append(f"param `{name}` {problem}")
    if wrong:
        raise _error(specs, wrong)
    return values


def _read(specs: Mapping[str, Mapping[str, Any]], pairs: Iterable[str]) -> tuple[dict[str, Any], list[str]]:
    given: dict[str, Any] = {}
    wrong: list[str] = []
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name:
            wrong.append(f"expected NAME=VALUE, got `{pair[:60]}`")
        elif name in given:
            wrong.append(f"param `{name}` is given twice")
        elif name not in specs:
            wrong.append(_unknown(specs, name))
        else:
            try:
                given[name] = _typed(specs[name].get("type", "string"), text)
            except ValueError as problem:
                wrong.append(f"param `{name}` {problem}")
    return given, wrong


def _typed(kind: str, text: str) -> Any:
    """The typed value of a text; what is no such value is answered with ValueError."""
    stripped = text.strip()
    if kind == "integer" and re.fullmatch(r"[+-]?[0-9]{1,400}", stripped):
        return int(stripped)
    if kind == "number" and re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?", stripped):
        return int(stripped) if re.fullmatch(r"[+-]?[0-9]{1,400}", stripped) else float(stripped)
    if kind == "boolean" and stripped.lower() in _TRUE + _FALSE:
        return stripped.lower() in _TRUE
    if kind == "json":
        return _json(text)
    if kind in ("string", "date", "datetime"):
        return text
    raise ValueError(_expected(kind, text))


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=lambda name: _refuse_constant(name))
    except (ValueError, RecursionError):
        raise ValueError(_expected("json", text)) from None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _value(spec: Mapping[str, Any], value: Any) -> Any:
    """`value` as it is stored: of the declared type and within every bound."""
    kind = spec.get("type", "string")
    if isinstance(value, str):
        _check_text(value)
    value = _of_type(kind, value)
    choices = spec.get("choices")
    if choices and value not in choices:
        raise ValueError(f"must be one of {', '.join(map(shown, choices))}, got {shown(value)}")
    pattern = spec.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        raise ValueError(f"must match the pattern {pattern}, got {shown(value)}")
    low, high = spec.get("minimum"), spec.get("maximum")
    if low is not None and value < low:
        raise ValueError(f"must be at least {low}, got {shown(value)}")
    if high is not None and value > high:
        raise ValueError(f"must be at most {high}, got {shown(value)}")
    return value


def _of_type(kind: str, value: Any) -> Any:
    if kind == "json":
        _check_json(value)
        return value
    if kind == "string" and isinstance(value, str):
        return value
    if kind == "boolean" and isinstance(value, bool):
        return value
    if kind in ("date", "datetime") and isinstance(value, str):
        return _calendar(kind, value)
    if kind in ("integer", "number") and isinstance(value, (int, float)) and not isinstance(value, bool):
        if kind == "number" and (isinstance(value, int) or isfinite(value)):
            return value
        if kind == "integer" and (isinstance(value, int) or value.is_integer()):
            return int(value)
    raise ValueError(_expected(kind, value))


def _calendar(kind: str, value: str) -> str:
    from datetime import date, datetime

    text = value.strip()
    try:
        if kind == "date" and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text).isoformat()
        if kind == "datetime" and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]", text):
            return datetime.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise ValueError(_expected(kind, value))


def _check_json(value: Any) -> None:
    try:
        text = json.dumps(value, allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        raise ValueError(_expected("json", value)) from None
    if len(text) > MAX_BYTES:
        raise ValueError(f"is larger than 64 KiB ({len(text):,} bytes)")
    for leaf in _leaves(value):
        _check_text(leaf)


def _leaves(value: Any) -> Iterable[str]:
    """Every text inside JSON data, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield key
            yield from _leaves(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)


def _check_text(value: str) -> None:
    if "\0" in value:
        raise ValueError("holds a NUL character, which no environment variable or argument can carry")
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise ValueError("is not valid UTF-8 text") from None
    if size > MAX_BYTES:
        raise ValueError(f"is larger than 64 KiB ({size:,} bytes)")


def shown(value: Any) -> str:
    """A value as an error message quotes it: JSON, at most 60 characters."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        text = f"a {type(value).__name__}"
    text = text.encode(errors="backslashreplace").decode()
    return text if len(text) <= 60 else text[:57] + "..."


def _expected(kind: str, value: Any) -> str:
    return f"must be {_WANTED.get(kind, kind)}, got {shown(value)}"


def _unknown(specs: Mapping[str, Any], name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, list(specs), n=1)
    return f"unknown param `{name[:60]}`" + (f"; did you mean `{close[0]}`?" if close else "")


def _error(specs: Mapping[str, Mapping[str, Any]], wrong: list[str]) -> UsageError:
    takes = ", ".join(f"{name} ({_described(spec)})" for name, spec in specs.items())
    return UsageError("; ".join(wrong), hint=f"the job takes: {takes}" if takes else "the job takes no params")


def _described(spec: Mapping[str, Any]) -> str:
    kind = str(spec.get("type", "string"))
    if spec.get("required"):
        return f"{kind}, required"
    default = spec.get("default")
    return kind if default is None else f"{kind}, default {shown(default)}"
