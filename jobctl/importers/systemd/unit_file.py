"""Unit files of systemd: sections, keys that may come several times, continued lines, specifiers, quoted words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "s": " "}
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([0-7]{3})|(.))", re.DOTALL)
_TRUE = {"1", "yes", "y", "true", "t", "on"}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: for each (section, key) all values in their order, those before an empty one forgotten."""

    name: str
    values: Mapping[tuple[str, str], tuple[str, ...]]

    def all(self, section: str, *keys: str) -> tuple[str, ...]:
        """Every value of some keys."""
        return tuple(value for key in keys for value in self.values.get((section, key), ()))

    def last(self, section: str, *keys: str) -> str | None:
        """The value that counts where only one can."""
        found = self.all(section, *keys)
        return found[-1] if found else None

    def is_on(self, section: str, key: str) -> bool:
        """A switch, off where it is not given."""
        return (self.last(section, key) or "").lower() in _TRUE

    def keys(self, section: str) -> list[str]:
        """The keys given in a section."""
        return [key for where, key in self.values if where == section]


def read_unit(name: str, *texts: str) -> Unit:
    """A unit from its file and its drop-ins, in the order in which they count.

    >>> read_unit("a.timer", "[Timer]\\nOnCalendar=daily\\n", "[Timer]\\nOnCalendar=\\nOnCalendar=hourly").values
    {('Timer', 'OnCalendar'): ('hourly',)}
    """
    values: dict[tuple[str, str], list[str]] = {}
    for text in texts:
        section = ""
        for line in _logical_lines(text):
            if line.startswith("[") and line.endswith("]"):
                section = line[1:-1]
                continue
            key, found, value = line.partition("=")
            if not found:
                continue
            given = values.setdefault((section, key.strip()), [])
            if value.strip():
                given.append(value.strip())
            else:
                given.clear()
    return Unit(name, {place: tuple(given) for place, given in values.items() if given})


def expand(text: str, specifiers: Mapping[str, str]) -> str:
    """A value with its specifiers (`%i`) replaced. Raises ValueError for one that is not known here."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in specifiers:
            raise ValueError(f"the specifier `%{match[1]}` is only known to systemd")
        return specifiers[match[1]]

    return re.sub(r"%(.?)", value, text)


def words(text: str) -> list[str]:
    """The words of a value: parted by space, joined by quotes, with escapes as in C. Raises ValueError.

    >>> words("/bin/sh -c 'echo \\\\'one  two\\\\'' \\"a b\\"c")
    ['/bin/sh', '-c', "echo 'one  two'", 'a bc']
    """
    found: list[str] = []
    word: str | None = None
    quote = ""
    position = 0
    while position < len(text):
        char = text[position]
        if char == "\\" and (match := _ESCAPE.match(text, position)):
            word = (word or "") + _meant(match)
            position = match.end()
            continue
        position += 1
        if quote and char == quote:
            quote = ""
        elif quote or not (char.isspace() or char in "\"'"):
            word = (word or "") + char
        elif char.isspace():
            found += [] if word is None else [word]
            word = None
        else:
            quote, word = char, word or ""
    if quote:
        raise ValueError(f"a quote is not closed: {text}")
    return found if word is None else [*found, word]


def _logical_lines(text: str) -> list[str]:
    lines: list[str] = []
    continued = False
    for raw in text.replace("\0", "").split("\n"):
        line = raw.strip()
        if line.startswith(("#", ";")) or (not line and not continued):
            continue
        more = line.endswith("\\")
        line = line[:-1].rstrip() if more else line
        if continued:
            lines[-1] = f"{lines[-1]} {line}"
        else:
            lines.append(line)
        continued = more
    return lines


def _meant(match: re.Match[str]) -> str:
    number = int(match[3], 8) if match[3] else int(match[1] or match[2] or "-1", 16)
    if number == 0:
        raise ValueError("a NUL character cannot be in a command")
    if number > 0:
        return chr(number)
    return _ESCAPES.get(match[4], match[4])
