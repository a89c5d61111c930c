"""What is wrong with a catalog, and where."""

from dataclasses import dataclass
from typing import Literal

MOST_TOLD = 1_000
"""More problems than that are not told of one catalog: whoever has so many has one that he does not know of."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem at one place; `line` and `column` count from 1, `path` is like `jobs.backup.timeout`.

    >>> print(Problem("jobs.yaml", 14, 12, "jobs.backup.timeout", 'expected a duration like 90s, got "soon"'))
    jobs.yaml:14:12: jobs.backup.timeout: expected a duration like 90s, got "soon"
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        return f"{where}: {self.path}: {self.message}" if self.path else f"{where}: {self.message}"
