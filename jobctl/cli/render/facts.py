"""Blocks of facts: a label and a value a line, and titled sections."""

from collections.abc import Iterable, Sequence

from jobctl.cli.render.lines import EMPTY, Line, Span, cut, fold, pad, text
from jobctl.decide.text.visible import visible


def facts(pairs: Iterable[tuple[str, Line]], cells: int) -> list[Line]:
    """Labels in one column, values in the other; a fact without value is left out and a long one is folded."""
    shown = [(label, value) for label, value in pairs if value]
    left = max((len(label) for label, _ in shown), default=0) + 2
    lines: list[Line] = []
    for label, value in shown:
        head = pad(text(label, "head"), left)
        lines += [(*(head if at == 0 else pad(EMPTY, left)), *row) for at, row in enumerate(fold(value, cells - left))]
    return lines


def section(title: str, lines: Sequence[Line]) -> list[Line]:
    """A title above its lines, with a blank line before; nothing where there are none."""
    return [EMPTY, text(title, "head"), *lines] if lines else []


def block(string: str, cells: int, style: str = "") -> list[Line]:
    """A text of several lines as it stands, tabs as blanks, each cut where the width ends."""
    return [cut((Span(visible(row.expandtabs(4)), style),), cells) for row in string.splitlines()]
