"""Wrappers that are killed at any moment: what they wrap never runs twice at a time, and each end is recorded."""

import random
import subprocess
from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.kit.installation import Installation
from tests.kit.until import until
from tests.kit.wrapped import Wrapped


@pytest.fixture
def wrapped(here: Installation) -> Iterator[Wrapped]:
    """Commands that are wrapped here."""
    found = Wrapped(here)
    yield found
    found.close()


def overlaps(journal: list[str]) -> int:
    """How many commands began while another had not ended; each writes `s1` when it starts and `e1` when it ends."""
    return sum(one[0] == "s" and following != f"e{one[1:]}" for one, following in pairwise(journal))


def test_wrappers_killed_at_any_moment_leave_no_overlap_and_no_open_end(here: Installation, wrapped: Wrapped) -> None:
    dice = random.Random(20260308)
    for number in range(12):
        nap = dice.uniform(0, 0.2)
        script = f"echo s{number} >> journal; sleep {nap:.2f}; echo e{number} >> journal; exit {number % 3}"
        process = wrapped.start("sh", "-c", script)
        try:
            process.wait(timeout=30 if number == 0 else dice.uniform(0.1, 1))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def settled() -> bool:
        wrapped.run("true", name="other")
        return not here.json("runs", "--state", "running") and not here.json("runs", "--state", "waiting")

    until(settled, "every run has ended")
    journal = (here.folder / "journal").read_text().split()
    assert overlaps(journal) == 0
    ended = {run["id"]: run["exit_code"] for run in here.json("runs", "--job", "w") if run["started_at"]}
    assert set(ended.values()) <= {0, 1, 2, None}
    assert sum(code is not None for code in ended.values()) == sum(line[0] == "e" for line in journal)
