"""The filter that a program asks for runs with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jobctl.decide.bounds import instant_problem, text_problem
from jobctl.decide.params.value import spelled
from jobctl.decide.runs.states import STATES
from jobctl.decide.text.run_id import LARGEST
from jobctl.model.errors import UsageError
from jobctl.store.values import RunFilter

_INSTANT = "an aware datetime within the years 1970 to 9999"
_MOST = 2**31 - 1
_LONGEST = 1_000
_LEAST = {"exit_code": -_MOST, "before": 0, "limit": 0}
_GREATEST = {"exit_code": _MOST, "before": LARGEST, "limit": _MOST}


def run_filter(where: Mapping[str, Any]) -> RunFilter:
    """The filter with these fields; None is any. Raises UsageError for what there is not, or what cannot be.

    >>> run_filter({"state": "failed"}).state
    'failed'
    """
    unknown = {spelled(name) for name in where} - set(RunFilter._fields)
    if unknown:
        raise UsageError(
            f"unknown filter {', '.join(sorted(unknown))}", hint=f"there are {', '.join(RunFilter._fields)}"
        )
    given = {name: value for name, value in where.items() if value is not None}
    for name, value in given.items():
        wanted = _wanted(name, value)
        if wanted is not None:
            raise UsageError(f"`{name}` must be {wanted}", hint="leave out what does not matter")
    check_search(given.get("search"), "search")
    return RunFilter(**given)


def check_search(text: str | None, name: str) -> None:
    """Raises UsageError for a text that cannot be looked for."""
    if text is None:
        return
    if len(text) > _LONGEST:
        raise UsageError(f"{name}: at most {_LONGEST:,} characters can be looked for", hint="give a part of the text")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{name}: `{text[:60]}` is not valid UTF-8 text", hint="give plain text") from None


def _wanted(name: str, value: Any) -> str | None:
    """What a field should have been; None if the value is right."""
    if name == "state":
        return None if isinstance(value, str) and value in STATES else f"one of {', '.join(STATES)}"
    if name in ("since_at", "until_at"):
        return None if isinstance(value, datetime) and instant_problem(value) is None else _INSTANT
    if name in _LEAST:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return None if whole and _LEAST[name] <= value <= _GREATEST[name] else "a whole number that is not too large"
    return None if isinstance(value, str) and text_problem(value) is None else "plain text"
