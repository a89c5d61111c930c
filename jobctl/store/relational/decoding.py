"""Read what a column holds, whoever wrote it: a damaged one harms its own row alone."""

import json
from typing import Any

from jobctl.decide.bounds import DEPTH, data_problem


def read_data(text: str) -> tuple[Any, str | None]:
    """JSON data and None, or None and what is wrong with it as the end of a sentence.

    >>> read_data("[1]"), read_data("[1")
    (([1], None), (None, 'cannot be read'))
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None, "cannot be read"
    # What opens no more brackets than that is not nested deeper either, which is quickly seen.
    wrong = data_problem(data) if text.count("[") + text.count("{") > DEPTH else None
    return (data, None) if wrong is None else (None, wrong)


def read_params(text: str) -> tuple[dict[str, Any], str | None]:
    """As `read_data`, of params: an object, an empty one where it cannot be read."""
    if text == "{}":
        return {}, None
    data, wrong = read_data(text)
    if wrong is None and not isinstance(data, dict):
        wrong = "are no object"
    return (data, None) if wrong is None else ({}, wrong)


def read_texts(text: str) -> tuple[str, ...]:
    """A list of texts; an empty one where it cannot be read."""
    data, wrong = read_data(text)
    return tuple(item for item in data if isinstance(item, str)) if wrong is None and isinstance(data, list) else ()
