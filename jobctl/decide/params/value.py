"""One value of a param against its declaration, as plain data.

Quick by design: `enqueue` imports this at every start.
"""

import json
import re
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from jobctl.decide.bounds import data_problem, text_problem, whole_problem
from jobctl.decide.text.strict_json import Twice, read_json

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


def problem_of(spec: Mapping[str, Any], value: Any) -> str | None:
    """What is wrong with `value` under one declaration, as the end of a sentence; None when nothing is.

    >>> problem_of({"type": "integer", "minimum": 1}, 0)
    'must be at least 1, got 0'
    """
    try:
        stored(spec, value)
    except ValueError as wrong:
        return str(wrong)
    return None


def stored(spec: Mapping[str, Any], value: Any) -> Any:
    """`value` as it is stored: of the declared type and within every bound. Raises ValueError with what is wrong.

    >>> stored({"type": "integer"}, 256.0)
    256
    """
    kind = spec.get("type", "string")
    if isinstance(value, str):
        _check_text(value)
    value = _of_type(kind, value)
    choices = spec.get("choices")
    if choices and value not in choices:
        raise ValueError(f"must be one of {', '.join(map(shown, choices))}, got {shown(value)}")
    pattern = spec.get("pattern")
    if pattern and not _matches(pattern, value):
        raise ValueError(f"must match the pattern {pattern}, got {shown(value)}")
    low, high = spec.get("minimum"), spec.get("maximum")
    if low is not None and value < low:
        raise ValueError(f"must be at least {low}, got {shown(value)}")
    if high is not None and value > high:
        raise ValueError(f"must be at most {high}, got {shown(value)}")
    return value


def _matches(pattern: str, value: str) -> bool:
    # Imported here: few params have a pattern, and `jobctl enqueue` starts often.
    from jobctl.decide.params.matching import matches

    return matches(pattern, value)


def typed(kind: str, text: str) -> Any:
    """The value of type `kind` that a text stands for. Raises ValueError with what was expected.

    >>> typed("boolean", "yes"), typed("number", "1e3")
    (True, 1000.0)
    """
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


def shown(value: Any) -> str:
    """A value as an error message quotes it: JSON, at most 60 characters."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        text = f"a {type(value).__name__}"
    text = text.encode(errors="backslashreplace").decode()
    return text if len(text) <= 60 else text[:57] + "..."


def spelled(name: object) -> str:
    """A name as an error message quotes it, whatever was given for one; at most 60 characters."""
    return name[:60].encode(errors="backslashreplace").decode() if isinstance(name, str) else shown(name)


def _of_type(kind: str, value: Any) -> Any:
    if kind == "json":
        _check_json(value)
        return value
    if kind == "string" and isinstance(value, str):
        return value
    if kind == "boolean" and isinstance(value, bool):
        return value
    if kind in ("date", "datetime"):
        return _calendar(kind, value if isinstance(value, str) else _iso(kind, value))
    if kind in ("integer", "number") and isinstance(value, (int, float)) and not isinstance(value, bool):
        if kind == "integer" and isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int):
            return _whole(value)
        if kind == "number" and isfinite(value):
            return value
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


def _iso(kind: str, value: Any) -> str:
    """A date or an aware datetime of Python as text."""
    from datetime import date, datetime

    if kind == "datetime" and isinstance(value, datetime):
        if value.utcoffset() is None:
            raise ValueError(f"must be an aware datetime, got {value.isoformat()}, which has no zone")
        return value.isoformat()
    if kind == "date" and isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    raise ValueError(_expected(kind, value))


def _whole(value: int) -> int:
    wrong = whole_problem(value)
    if wrong is not None:
        raise ValueError(wrong)
    return int(value)


def _check_json(value: Any) -> None:
    wrong = data_problem(value)
    if wrong is not None:
        raise ValueError(f"must be JSON, but {wrong}")
    text = json.dumps(value)
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
    wrong = text_problem(value)
    if wrong is not None:
        raise ValueError(wrong)
    size = len(value.encode())
    if size > MAX_BYTES:
        raise ValueError(f"is larger than 64 KiB ({size:,} bytes)")


def _json(text: str) -> Any:
    try:
        return read_json(text)
    except Twice as error:
        raise ValueError(f"has the key {shown(str(error))} twice") from None
    except (ValueError, RecursionError):
        raise ValueError(_expected("json", text)) from None


def _expected(kind: str, value: Any) -> str:
    return f"must be {_WANTED.get(kind, kind)}, got {shown(value)}"
