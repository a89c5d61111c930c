"""`ExecStart=` of systemd as a `run` value."""

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from jobctl.importers.systemd.unit_file import expand, words

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\$")
_ALONE = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]*")


class Exec(NamedTuple):
    """One command: its arguments as they were typed, and what the marks in front of it ask for."""

    argv: tuple[str, ...]
    may_fail: bool = False
    literal: bool = False
    marks: str = ""


def read_exec(text: str, specifiers: Mapping[str, str]) -> list[Exec]:
    """The commands of one line; `;` as a word of its own parts them. Raises ValueError.

    >>> read_exec("-/bin/rm -f /tmp/x ; /bin/true", {})
    [Exec(argv=('/bin/rm', '-f', '/tmp/x'), may_fail=True, literal=False, marks='-'), Exec(argv=('/bin/true',), \
may_fail=False, literal=False, marks='')]
    """
    found: list[Exec] = []
    for command in _parted(words(text)):
        marks = re.match(r"[-@:+!|]*", command[0])
        given = marks[0] if marks is not None else ""
        argv = [command[0][len(given) :], *command[1:]]
        if "@" in given:
            del argv[1:2]
        expanded = tuple(expand(word, specifiers) for word in argv)
        if not expanded[0]:
            raise ValueError(f"there is no program in `{text}`")
        found.append(Exec(expanded, "-" in given, ":" in given, given))
    return found


def as_run(commands: Sequence[Exec]) -> str | tuple[str, ...]:
    """One command as a list; several, and those with variables, as a text for the shell.

    >>> as_run([Exec(("/bin/echo", "$$1", "a b"))])
    ('/bin/echo', '$1', 'a b')
    >>> as_run([Exec(("/bin/a", "--to=${TO}", "$OPTS")), Exec(("/bin/b",), may_fail=True)])
    '/bin/a "--to=${TO}" $OPTS && { /bin/b || true; }'
    """
    first = commands[0]
    if len(commands) == 1 and not first.may_fail and not _has_variables(first):
        return tuple(word if first.literal else word.replace("$$", "$") for word in first.argv)
    return " && ".join(_in_shell(command, alone=len(commands) == 1) for command in commands)


def _parted(found: list[str]) -> list[list[str]]:
    commands: list[list[str]] = [[]]
    for word in found:
        if word == ";":
            commands.append([])
        else:
            commands[-1].append(word)
    return [command for command in commands if command]


def _has_variables(command: Exec) -> bool:
    texts = () if command.literal else command.argv
    return any(_ALONE.fullmatch(word) or any(match[1] for match in _VARIABLE.finditer(word)) for word in texts)


def _in_shell(command: Exec, *, alone: bool) -> str:
    text = " ".join(shlex.quote(word) if command.literal else _word(word) for word in command.argv)
    if not command.may_fail:
        return text
    return f"{text} || true" if alone else f"{{ {text} || true; }}"


def _word(word: str) -> str:
    if _ALONE.fullmatch(word):
        return word
    if not any(match[1] for match in _VARIABLE.finditer(word)):
        return shlex.quote(word.replace("$$", "$"))
    shown = ""
    end = 0
    for match in _VARIABLE.finditer(word):
        shown += _escaped(word[end : match.start()]) + (match[0] if match[1] else "\\$")
        end = match.end()
    return f'"{shown}{_escaped(word[end:])}"'


def _escaped(text: str) -> str:
    return re.sub(r'([$`"\\])', r"\\\1", text)
