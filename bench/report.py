"""Figures beside their targets: printed as a table, kept as JSON."""

import json
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from jobctl.store.sqlite.driver import sqlite3

RESULTS = Path(__file__).with_name("results")
_HEAD = ("figure", "measured", "beside", "", "ratio", "target", "met")


@dataclass(frozen=True)
class Figure:
    """One measured value. With `beside` (a name and a value of the same run) the ratio of the two is judged."""

    name: str
    value: float
    unit: str = ""
    beside: tuple[str, float] | None = None
    sign: Literal["<=", ">=", ""] = ""
    target: float = 0.0
    note: str = ""
    paired: float | None = None

    @property
    def ratio(self) -> float | None:
        """The value in units of what it is compared with: `paired`, the median over pairs, where there are pairs."""
        if self.paired is not None:
            return self.paired
        return None if self.beside is None else self.value / max(self.beside[1], 1e-9)

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without one."""
        judged = self.value if self.ratio is None else self.ratio
        return {"<=": judged <= self.target, ">=": judged >= self.target, "": None}[self.sign]

    def cells(self) -> tuple[str, ...]:
        """The row of the table."""
        other = ("", "") if self.beside is None else (self.beside[0], _amount(self.beside[1], self.unit))
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} x"
        wanted = f"{self.sign} {self.target:g}" + ("" if self.ratio is None else " x") if self.sign else ""
        met = {True: "yes", False: "no", None: ""}[self.met]
        return (self.name, _amount(self.value, self.unit), *other, ratio, wanted, met)


def report(name: str, figures: Sequence[Figure], remarks: Sequence[str] = ()) -> None:
    """Print the table and what is to be said about it; write `results/<name>.json`."""
    draw([_HEAD, *(figure.cells() for figure in figures)])
    remarks = [*(f"{figure.name}: {figure.note}" for figure in figures if figure.note), *remarks]
    for remark in remarks:
        print(f"- {remark}")
    missed = [figure.name for figure in figures if figure.met is False]
    if any(figure.sign for figure in figures):
        print(f"not met: {'; '.join(missed)}" if missed else "every target is met")
    facts = {
        "measured": time.strftime("%Y-%m-%d %H:%M"),
        "machine": machine(),
        "figures": [asdict(figure) | {"ratio": figure.ratio, "met": figure.met} for figure in figures],
        "remarks": remarks,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(facts, indent=1) + "\n")


def draw(lines: Sequence[Sequence[str]]) -> None:
    """Print cells in columns."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def machine() -> dict[str, object]:
    """What a reader must know of the machine."""
    return {
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "python": platform.python_version(),
        "kernel": platform.release(),
        "sqlite": sqlite3.sqlite_version,
    }


def _amount(value: float, unit: str) -> str:
    shown = f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.2f}"
    return f"{shown} {unit}".strip()
