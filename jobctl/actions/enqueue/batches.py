"""How much goes into one transaction when there is much to do: others want to write meanwhile."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
BATCH = 1000


def batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """All items in their order, at most a thousand at a time.

    >>> [len(batch) for batch in batches(range(2500))]
    [1000, 1000, 500]
    """
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
