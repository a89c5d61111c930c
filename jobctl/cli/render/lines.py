"""Lines of styled text, measured in terminal cells. Everything drawn is made of these."""

import re
from typing import NamedTuple
from unicodedata import category, east_asian_width

from jobctl.decide.text.visible import visible

ELLIPSIS = "…"
_PIECES = re.compile(r"\s+|\S+")


class Span(NamedTuple):
    """A piece of a line with the name of its style (`paint.STYLES`), never markup."""

    text: str
    style: str = ""


Line = tuple[Span, ...]
EMPTY: Line = ()


def text(value: object, style: str = "") -> Line:
    """A line of one style; control characters in it become visible."""
    shown = visible(str(value))
    return (Span(shown, style),) if shown else EMPTY


def plain(line: Line) -> str:
    """A line without its styles."""
    return "".join(span.text for span in line)


def char_width(char: str) -> int:
    """Cells that a character takes: 0, 1 or 2."""
    if char.isascii():
        return 1
    if category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def width(string: str) -> int:
    """Cells that a string takes.

    >>> width("abc"), width("日本"), width("e\\u0301")
    (3, 4, 1)
    """
    return len(string) if string.isascii() else sum(map(char_width, string))


def line_width(line: Line) -> int:
    """Cells that a line takes."""
    return sum(width(span.text) for span in line)


def head(string: str, cells: int) -> str:
    """As much from the start as fits."""
    used = 0
    for at, char in enumerate(string):
        used += char_width(char)
        if used > cells:
            return string[:at]
    return string


def tail(string: str, cells: int) -> str:
    """As much from the end as fits.

    >>> tail("import-orders", 6)
    'orders'
    """
    used = 0
    for at in range(len(string) - 1, -1, -1):
        used += char_width(string[at])
        if used > cells:
            return string[at + 1 :]
    return string


def cut(line: Line, cells: int) -> Line:
    """A line that fits, its end replaced by an ellipsis where it was too long."""
    if line_width(line) <= cells:
        return line
    left, spans = cells - 1, []
    for span in line:
        part = head(span.text, left)
        left -= width(part)
        spans.append(Span(part, span.style))
        if part != span.text:
            break
    return (*spans, Span(ELLIPSIS, spans[-1].style)) if cells > 0 else EMPTY


def cut_middle(line: Line, cells: int) -> Line:
    """A line that fits, its middle replaced: names often differ at the end.

    >>> plain(cut_middle(text("warehouse-import-orders-eu-west"), 16))
    'warehous…eu-west'
    """
    string = plain(line)
    if width(string) <= cells:
        return line
    right = max(0, (cells - 1) // 2)
    shown = head(string, max(0, cells - 1 - right)) + ELLIPSIS + tail(string, right)
    return (Span(shown, line[0].style),) if cells > 0 else EMPTY


def pad(line: Line, cells: int, align: str = "<") -> Line:
    """A line filled up with blanks."""
    blanks = Span(" " * max(0, cells - line_width(line)))
    if not blanks.text:
        return line
    return (blanks, *line) if align == ">" else (*line, blanks)


def indent(lines: list[Line], cells: int = 1) -> list[Line]:
    """Lines moved to the right; empty ones stay empty."""
    return [(Span(" " * cells), *line) if line else line for line in lines]


def beside(left: list[Line], right: list[Line], cells: int) -> list[Line]:
    """Two blocks side by side, the right one beginning after `cells`."""
    height = max(len(left), len(right))
    rows = zip(left + [EMPTY] * (height - len(left)), right + [EMPTY] * (height - len(right)), strict=True)
    return [(*pad(a, cells), *b) if b else a for a, b in rows]


def wrap(string: str, cells: int) -> list[str]:
    """Words folded into lines that fit; a longer word is broken.

    >>> wrap("one two three", 8)
    ['one two', 'three']
    """
    rows = [""]
    for word in string.split():
        joined = f"{rows[-1]} {word}" if rows[-1] else word
        if width(joined) <= cells:
            rows[-1] = joined
            continue
        if rows[-1]:
            rows.append("")
        while width(word) > cells:
            part = head(word, cells) or word[:1]
            rows[-1], word = part, word[len(part) :]
            rows.append("")
        rows[-1] = word
    return rows


def fold(line: Line, cells: int, hang: int = 0) -> list[Line]:
    """A line as lines that fit, broken between words; those after the first are moved to the right by `hang`.

    >>> [plain(row) for row in fold((Span("! no daemon, so "), Span("nothing runs", "loud")), 14, hang=2)]
    ['! no daemon,', '  so nothing', '  runs']
    """
    if line_width(line) <= cells:
        return [line]
    rows: list[list[Span]] = [[]]
    used, blank = 0, Span("")
    for span in line:
        for piece in _PIECES.findall(span.text):
            if piece.isspace():
                blank = Span(piece, span.style)
                continue
            for part in wrap(piece, max(1, cells - hang)):
                if used and used + width(blank.text) + width(part) > cells:
                    rows.append([Span(" " * hang)] if hang else [])
                    used, blank = hang, Span("")
                rows[-1] += [blank, Span(part, span.style)] if blank.text else [Span(part, span.style)]
                used += width(blank.text) + width(part)
                blank = Span("")
    return [tuple(row) for row in rows]
