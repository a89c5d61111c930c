"""From lines to the terminal: with Rich where there is colour, without importing it where there is none."""

import os
import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from jobctl.cli.render.lines import Line, plain

if TYPE_CHECKING:
    from rich.text import Text

STYLES = {
    "title": "bold",
    "head": "dim",
    "dim": "dim",
    "name": "bold",
    "live": "cyan",
    "good": "green",
    "bad": "red",
    "warn": "yellow",
    "loud": "bold yellow",
    "code": "bold",
}
_ASCII = str.maketrans("…━╸─●○✓✗⊘–·∞│‖→", "~=-.*o+x/-.8||>")


def terminal_width() -> int:
    """COLUMNS, else the terminal's width, else 80."""
    return max(40, shutil.get_terminal_size((80, 24)).columns)


def coloured() -> bool:
    """Whether styles are wanted on stdout."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") not in ("dumb", None)


def show(lines: Iterable[Line]) -> None:
    """Write lines to stdout."""
    if coloured():
        from jobctl.cli.render.console import StdoutConsole

        StdoutConsole(soft_wrap=True).print(rich(lines))
    else:
        write_plain(lines)


def write_plain(lines: Iterable[Line]) -> None:
    """Write lines to stdout without any style, in characters that its encoding has."""
    shown = "".join(plain(line).rstrip() + "\n" for line in lines)
    encoding = sys.stdout.encoding or "utf-8"
    try:
        shown.encode(encoding)
    except UnicodeEncodeError:
        shown = shown.translate(_ASCII).encode(encoding, "backslashreplace").decode(encoding)
    sys.stdout.write(shown)


def rich(lines: Iterable[Line]) -> "Text":
    """Lines as one Rich text: styles by name, nothing ever read as markup."""
    from rich.text import Text

    page = Text(no_wrap=True, overflow="crop", end="")
    for at, line in enumerate(lines):
        if at:
            page.append("\n")
        for span in line:
            page.append(span.text, STYLES.get(span.style) or None)
    return page
