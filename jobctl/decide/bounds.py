"""What may be stored: bounds that every door asks, so that whatever was let in can be read by every reader.

Each function gives what is wrong as the end of a sentence, None when nothing is. Quick by design: `enqueue` imports
this at every start.
"""

from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any

from jobctl.model.instant import EPOCH

DEPTH = 64
ITEMS = 100_000
LEAST, MOST = -(2**63), 2**63 - 1
LATEST = datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)
LONGEST = timedelta(days=36_525)


def data_problem(value: Any) -> str | None:
    """What keeps `value` from being JSON data for everybody: SQLite, JavaScript and a reader with a short stack too.

    >>> data_problem({"a": [1, 2.5, None]}), data_problem({1: 2})
    (None, 'has a key of type int, and keys are text')
    """
    level: list[Any] = [value]
    count = 0
    for _ in range(DEPTH + 1):
        count += len(level)
        if count > ITEMS:
            return f"holds more than {ITEMS:,} values"
        following: list[Any] = []
        for item in level:
            wrong = _item_problem(item, following)
            if wrong is not None:
                return wrong
        if not following:
            return None
        level = following
    return f"is nested more than {DEPTH} deep"


def whole_problem(value: int) -> str | None:
    """What is wrong with a whole number.

    >>> whole_problem(2**63)
    'is a whole number of more than 64 bits; give it as text'
    """
    return None if LEAST <= value <= MOST else "is a whole number of more than 64 bits; give it as text"


def instant_problem(at: datetime) -> str | None:
    """What is wrong with an instant.

    >>> instant_problem(datetime(999, 1, 1, tzinfo=UTC)), instant_problem(datetime(2026, 3, 8))
    ('is not within the years 1970 to 9999', 'has no zone')
    """
    if at.utcoffset() is None:
        return "has no zone"
    # Compared, not converted: the edges of the calendar have no place in other zones.
    return None if EPOCH <= at <= LATEST else "is not within the years 1970 to 9999"


def duration_problem(duration: timedelta) -> str | None:
    """What is wrong with a duration that somebody gave.

    >>> duration_problem(timedelta(days=40_000))
    'is longer than 100 years'
    """
    if duration < timedelta(0):
        return "is negative"
    return None if duration <= LONGEST else "is longer than 100 years"


def text_problem(text: str) -> str | None:
    """What is wrong with a text that a database, a variable or an argument is to hold.

    >>> text_problem("a\\0b")
    'holds a NUL character, which no environment variable or argument can carry'
    """
    if "\0" in text:
        return "holds a NUL character, which no environment variable or argument can carry"
    return None if _is_utf8(text) else "is not valid UTF-8 text"


def _item_problem(item: Any, following: list[Any]) -> str | None:
    """What is wrong with one item of JSON data; what is inside it is added to `following`."""
    if item is None or isinstance(item, bool):
        return None
    if isinstance(item, str):
        return None if _is_utf8(item) else "holds text that is not valid UTF-8"
    if isinstance(item, int):
        return None if whole_problem(item) is None else "holds a whole number of more than 64 bits"
    if isinstance(item, float):
        return None if isfinite(item) else f"holds {item}, which is no number to JSON"
    if isinstance(item, dict):
        for key in item:
            if not isinstance(key, str):
                return f"has a key of type {type(key).__name__}, and keys are text"
            if not _is_utf8(key):
                return "has a key that is not valid UTF-8 text"
        following.extend(item.values())
        return None
    if isinstance(item, (list, tuple)):
        following.extend(item)
        return None
    return f"holds a {type(item).__name__}, which is no JSON"


def _is_utf8(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
