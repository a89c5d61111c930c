"""JSON as it is meant: `NaN` is no number to it, and an object that says two things of one key is a mistake."""

import json
from collections import Counter
from typing import Any


class Twice(ValueError):
    """An object has a key twice: which."""


def read_json(text: str) -> Any:
    """What a text says. Raises Twice, ValueError, and RecursionError where it is nested too deep.

    >>> read_json('{"a": [1, null]}')
    {'a': [1, None]}
    """
    return _DECODER.decode(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        times = Counter(key for key, _ in pairs)
        raise Twice(next(key for key in times if times[key] > 1))
    return found


def _refuse(name: str) -> None:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_constant=_refuse, object_pairs_hook=_object)
