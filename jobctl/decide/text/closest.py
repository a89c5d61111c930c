"""The name that was perhaps meant.

Quick by design: what finds it is imported only when a name is unknown.
"""

from collections.abc import Iterable


def closest(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The known name that is most like `name`; None if none is at least so much (`cutoff`, 0 to 1) like it.

    >>> closest("bakcup", ["backup", "report"]), closest("bakcup", ["report"])
    ('backup', None)
    """
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, list(known), n=1, cutoff=cutoff)), None)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name; empty if no known one is like it.

    >>> did_you_mean("bakcup", ["backup", "report"])
    '; did you mean `backup`?'
    """
    close = closest(name, known)
    return f"; did you mean `{close}`?" if close else ""
