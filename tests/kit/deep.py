"""Data that is nested too deep for anybody."""

from typing import Any


def deep(levels: int) -> list[Any]:
    """A list in a list in a list."""
    found: list[Any] = []
    for _ in range(levels - 1):
        found = [found]
    return found
