"""Waiting by condition, never by a bare sleep."""

import os
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = float(os.environ.get("JOBCTL_TEST_PATIENCE", "60"))
"""How long anything is waited for, in seconds: costs nothing where all is well, and slow machines need it.

Where a test is expected to fail it does cost: the tests of the tests have less of it.
"""


def until(found: Callable[[], T], what: str, seconds: float = PATIENCE) -> T:
    """Ask `found` until it answers with something true, which is returned."""
    end = time.monotonic() + seconds
    while True:
        answer = found()
        if answer:
            return answer
        assert time.monotonic() < end, f"waited {seconds} s in vain until {what}"
        time.sleep(0.005)
