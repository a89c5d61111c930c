"""JSON that says two things of one key is a mistake, of which a reader would otherwise keep the last."""

from typing import Any


class Twice(ValueError):
    """An object has a key twice: which."""


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object from its pairs, as `object_pairs_hook` of `json` brings them. Raises Twice.

    >>> unique([("a", 1), ("b", 2)])
    {'a': 1, 'b': 2}
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise Twice(next(key for key in keys if keys.count(key) > 1))
    return found
