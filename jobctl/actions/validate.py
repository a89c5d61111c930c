"""Check catalogs without touching any state."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from jobctl.catalog.load import load
from jobctl.model.problem import Problem


class Verdict(NamedTuple):
    """How many jobs a catalog has (0 when it is wrong), and every problem in the order of the files."""

    jobs: int
    problems: tuple[Problem, ...]

    @property
    def valid(self) -> bool:
        """Whether it may be deployed: warnings do not stand in the way."""
        return not any(problem.severity == "error" for problem in self.problems)


def validate(paths: Sequence[Path], machine_zone: str, euid: int, now: datetime) -> Verdict:
    """Read catalogs as `apply` would at `now`. Raises NotFound when a path does not exist."""
    loaded = load(paths, machine_zone, euid)
    return Verdict(len(loaded.catalog.jobs) if loaded.catalog else 0, (*loaded.problems, *loaded.ended(now)))
