"""Tables without boxes: aligned columns that give way gracefully when the width is small."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from jobctl.cli.render.lines import EMPTY, Line, Span, cut, cut_middle, line_width, pad, text, width

GAP = 2


class Column(NamedTuple):
    """One column. `give` says how a cell is shortened; `least` is as narrow as it gets; `rank` above 0 lets it be
    left out, highest first. A column with nothing in it is always left out unless `keep`."""

    title: str
    align: Literal["<", ">"] = "<"
    give: Literal["end", "middle"] | None = None
    least: int = 8
    rank: int = 0
    keep: bool = False


def table(columns: Sequence[Column], rows: Sequence[Sequence[Line]], cells: int) -> list[Line]:
    """A head line and a line for each row, none wider than `cells`."""
    shown = _filled(columns, rows)
    widths = {at: _natural(columns[at], rows, at) for at in shown}
    shown = _drop(columns, shown, widths, cells)
    _shrink(columns, shown, widths, cells)
    heads = [_fit(text(columns[at].title, "head"), columns[at], widths[at]) for at in shown]
    lines = [_join(heads, shown)]
    for row in rows:
        lines.append(_join([_fit(row[at], columns[at], widths[at]) for at in shown], shown))
    return [cut(line, cells) for line in lines]


def _filled(columns: Sequence[Column], rows: Sequence[Sequence[Line]]) -> list[int]:
    return [at for at, column in enumerate(columns) if column.keep or any(row[at] for row in rows)]


def _natural(column: Column, rows: Sequence[Sequence[Line]], at: int) -> int:
    return max(width(column.title), max((line_width(row[at]) for row in rows), default=0))


def _drop(columns: Sequence[Column], shown: list[int], widths: dict[int, int], cells: int) -> list[int]:
    """Leave out columns until the rest fits when it is at its narrowest."""
    while _total([_narrowest(columns[at], widths[at]) for at in shown]) > cells:
        optional = [at for at in shown if columns[at].rank > 0]
        if not optional:
            break
        last = max(optional, key=lambda at: columns[at].rank)
        shown = [at for at in shown if at != last]
    return shown


def _shrink(columns: Sequence[Column], shown: list[int], widths: dict[int, int], cells: int) -> None:
    """Take cells from whichever yielding column is widest."""
    over = _total([widths[at] for at in shown]) - cells
    while over > 0:
        yielding = [at for at in shown if widths[at] > _narrowest(columns[at], widths[at])]
        if not yielding:
            return
        widths[max(yielding, key=lambda at: widths[at])] -= 1
        over -= 1


def _narrowest(column: Column, natural: int) -> int:
    return natural if column.give is None else min(natural, max(column.least, width(column.title)))


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * max(0, len(widths) - 1)


def _fit(line: Line, column: Column, cells: int) -> Line:
    return pad(cut_middle(line, cells) if column.give == "middle" else cut(line, cells), cells, column.align)


def _join(fitted: Sequence[Line], shown: Sequence[int]) -> Line:
    line: list[Span] = []
    for at, cell in enumerate(fitted):
        if at:
            line.append(Span(" " * GAP))
        line.extend(cell)
    while line and not line[-1].text.strip():
        line.pop()
    return tuple(line) if shown else EMPTY
