"""Outputs that were looked at and found good; JOBCTL_GOLDEN=write renews them."""

import os
from collections.abc import Iterable
from pathlib import Path

from jobctl.cli.render.lines import Line, plain

_FOLDER = Path(__file__).parent / "golden"


def assert_golden(name: str, lines: Iterable[Line]) -> None:
    """The lines, without styles, are those of the file of that name."""
    shown = "".join(plain(line) + "\n" for line in lines)
    path = _FOLDER / f"{name}.txt"
    if os.environ.get("JOBCTL_GOLDEN") == "write":
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")
