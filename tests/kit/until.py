"""Waiting by condition, never by a bare sleep."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 60.0
"""How long anything is waited for, in seconds: costs nothing where all is well, and slow machines need it."""


def until(found: Callable[[], T], what: str, seconds: float = PATIENCE) -> T:
    """Ask `found` until it answers with something true, which is returned."""
    end = time.monotonic() + seconds
    while True:
        answer = found()
        if answer:
            return answer
        assert time.monotonic() < end, f"waited {seconds} s in vain until {what}"
        time.sleep(0.005)
