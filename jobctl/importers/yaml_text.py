"""Values as YAML text that every reader takes for the same value: as plain as it can be, quoted where it must be."""

import json
import re
from collections.abc import Mapping, Sequence

Value = str | int | bool | Sequence[str | int] | Mapping[str, str | int]

_PLAIN = re.compile(r"[A-Za-z_/$][^\x00-\x1f\x7f]*")
_FLOW = re.compile(r"[A-Za-z0-9_/.+=@%^-]+")
_NUMBER_LIKE = re.compile(r"[-+.]?[0-9][0-9_,.:eExXoObB+-]*|[-+]?\.(inf|nan)", re.IGNORECASE)
_DURATION = re.compile(r"(?=.)([1-9][0-9]*d)?([1-9][0-9]*h)?([1-9][0-9]*m)?([1-9][0-9]*s)?")
_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n", "~", ""}
_INDENT = "  "


def entry(key: str, value: Value, depth: int) -> list[str]:
    """The lines of `key: value` at a depth of indentation; a text of several lines becomes a block.

    >>> entry("run", "echo one\\necho two", 1)
    ['  run: |-', '    echo one', '    echo two']
    >>> entry("env", {"A": "1", "B": "x y"}, 0)
    ['env:', '  A: "1"', '  B: x y']
    """
    margin = _INDENT * depth
    if isinstance(value, Mapping):
        return [
            f"{margin}{_key(key)}:",
            *(line for name, text in value.items() for line in entry(name, text, depth + 1)),
        ]
    if isinstance(value, bool):
        return [f"{margin}{_key(key)}: {'true' if value else 'false'}"]
    if isinstance(value, int):
        return [f"{margin}{_key(key)}: {value}"]
    if not isinstance(value, str):
        return [f"{margin}{_key(key)}: [{', '.join(_element(item) for item in value)}]"]
    block = _block(value, depth + 1)
    return [f"{margin}{_key(key)}: {block[0]}", *block[1:]] if block else [f"{margin}{_key(key)}: {scalar(value)}"]


def scalar(text: str) -> str:
    """A text in one line, in quotes unless YAML would take it for itself.

    >>> [scalar(text) for text in ("/bin/true", "a: b", "yes", "30 2 * * *", "it's #1", "a\\tb")]
    ['/bin/true', '"a: b"', '"yes"', '"30 2 * * *"', '"it\\'s #1"', '"a\\\\tb"']
    """
    return text if _is_plain(text) or _DURATION.fullmatch(text) else _quoted(text)


def comment(text: str, depth: int) -> str:
    """A line of comment; what could end the line is made visible."""
    shown = "".join(char if char == "\t" or is_printable(char) else f"\\u{ord(char):04x}" for char in text)
    return f"{_INDENT * depth}# {shown}".rstrip()


def is_printable(text: str) -> bool:
    """Whether every character may stand in a line of YAML as it is."""
    return text.isprintable() and "\ufeff" not in text


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", name) and name.lower() not in _WORDS else _quoted(name)


def _element(text: str | int) -> str:
    if isinstance(text, int):
        return str(text)
    return text if _FLOW.fullmatch(text) and _is_plain(text, first=r"[A-Za-z0-9_/.-]") else _quoted(text)


def _is_plain(text: str, first: str = "") -> bool:
    starts = (
        bool(_PLAIN.fullmatch(text)) if not first else bool(re.match(first, text)) and text not in ("-", "---", ".")
    )
    ends = text[-1:] not in (" ", ":")
    apart = ": " not in text and " #" not in text and "{{" not in text
    word = text.lower() in _WORDS or bool(_NUMBER_LIKE.fullmatch(text))
    return starts and ends and apart and not word and is_printable(text)


def _quoted(text: str) -> str:
    """In double quotes, or in single ones where that saves escapes."""
    if is_printable(text):
        double = json.dumps(text, ensure_ascii=False)
        return double if "\\" not in double else "'" + text.replace("'", "''") + "'"
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if is_printable(char):
        return char
    names = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return names.get(char) or (f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}")


def _block(text: str, depth: int) -> list[str] | None:
    """A text of several lines as a literal block; None where quotes are the safer form."""
    if "\n" not in text.rstrip("\n") or not all(is_printable(line) for line in text.replace("\t", " ").split("\n")):
        return None
    body = text.rstrip("\n")
    lines = body.split("\n")
    ending = len(text) - len(body)
    if ending > 1 or not lines[0] or lines[0][0] in " \t" or any(line.isspace() for line in lines):
        return None
    return ["|" if ending else "|-", *(_INDENT * depth + line if line else "" for line in lines)]
