"""The grammar of env files: `NAME=VALUE` lines, as people bring them from systemd, Docker and dotenv."""

import re
from collections.abc import Iterator

_BLANK = " \t\r\f\v"
_EXPORT = re.compile(r"export[ \t]+")
_NAME = re.compile(r"[^\x00-\x20=\"'#;][^\x00-\x20=\"']*")
_COMMENT = re.compile(r"[ \t]#")
_QUOTED = {
    "'": re.compile(r"'([^']*)'"),
    '"': re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL),
}
_ESCAPE = re.compile(r"\\(\n|[nrt\"\\$`])")
_MEANT = {"\n": "", "n": "\n", "r": "\r", "t": "\t"}


class BadLine(ValueError):
    """A line that cannot be understood: its number, and what is wrong with it as the end of a sentence."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(why)
        self.number = number


def read_env(text: str) -> dict[str, str]:
    r"""The variables that a text sets; of two of one name the last counts. Raises BadLine.

    Lines end with `\n` or `\r\n` and nothing else. Empty ones and those that begin with `#` or `;` are skipped,
    `export` before a name too, a byte order mark before all. Around `=` may be blanks. A value goes to the end of its
    line, less blanks around it and what follows a blank and `#`; or it stands in quotes, where it may hold anything and
    go over several lines. Nothing is expanded; in double quotes `\n \r \t \" \\ \$` and a backslash before the end of
    a line are understood.

    >>> read_env("\ufeffexport\tA=1 # one\r\nB='# $A'\nC=\"a\\tb\\\"\" # tab\nD=x#y")
    {'A': '1', 'B': '# $A', 'C': 'a\tb"', 'D': 'x#y'}
    """
    return dict(_variables(text.removeprefix("\ufeff").replace("\r\n", "\n")))


def _variables(text: str) -> Iterator[tuple[str, str]]:
    at, number = 0, 1
    while at < len(text):
        end = _end_of_line(text, at)
        line = text[at:end].strip(_BLANK)
        if line and line[0] not in "#;":
            name, value_at = _name(text, at, end, number)
            value, end = _value(text, value_at, end, number)
            if "\0" in value:
                raise BadLine(number, "holds a NUL character")
            yield name, value
        number += text.count("\n", at, end) + 1
        at = end + 1


def _name(text: str, at: int, end: int, number: int) -> tuple[str, int]:
    """The name on the line from `at` to `end`, and where the value begins."""
    before, found, _ = text[at:end].partition("=")
    name = _EXPORT.sub("", before.strip(_BLANK), count=1) if before.strip(_BLANK).startswith("export") else before
    name = name.strip(_BLANK)
    if not found or not _NAME.fullmatch(name):
        raise BadLine(number, "is not `NAME=VALUE`")
    return name, at + len(before) + 1


def _value(text: str, at: int, end: int, number: int) -> tuple[str, int]:
    """The value from `at` on, and where its last line ends: `end`, if it is not in quotes."""
    while at < end and text[at] in " \t":
        at += 1
    quote = text[at : at + 1]
    if quote not in _QUOTED or at >= end:
        # A blank before the value makes a comment of a `#` at its beginning too.
        raw = text[at - 1 : end]
        comment = _COMMENT.search(raw)
        return raw[1 : comment.start() if comment else None].strip(" \t\r"), end
    found = _QUOTED[quote].match(text, at)
    if found is None:
        raise BadLine(number, f"has a {quote} that is never closed")
    end = _end_of_line(text, found.end())
    rest = text[found.end() : end]
    if rest.strip(_BLANK) and not rest.strip(_BLANK).startswith("#"):
        raise BadLine(number, f"goes on after its closing {quote}")
    inner = found[1]
    return (inner if quote == "'" else _ESCAPE.sub(lambda m: _MEANT.get(m[1], m[1]), inner)), end


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
