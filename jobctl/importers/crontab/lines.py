"""Crontabs as people have them: the user's form, the system's with a user in each line, and anacron's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from jobctl.decide.schedule.cron_warnings import doubts, doubts_of_variable
from jobctl.importers.crontab.anacron import is_anacron, read_anacron
from jobctl.importers.crontab.fields import When, read_when

Form = Literal["user", "system", "anacron"]

_VARIABLE = re.compile(r"""(?:"([^"=]+)"|'([^'=]+)'|([^\s="'#][^\s=]*))\s*=\s*(.*)""")
_JOB = re.compile(r"(-?(?:@\S+|\S+(?:\s+\S+){4}))\s+(\S.*)")
_USER = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*\$?|\d+)(?::([A-Za-z_][A-Za-z0-9_.-]*))?(?:/\S+)?")
_FLAGS = re.compile(r"(?:-([nqs]+)\s+)+(?=[^-\s])")
_ESCAPED = re.compile(r"\\(.)|(%)", re.DOTALL)
_PLACEHOLDER = re.compile(r"<|(user-?name|user|command|cmd|root\s+command)\b", re.IGNORECASE)
_NOT_CARRIED = {
    "LOGNAME": "cron does not let it be set: it stays the user's",
    "USER": "cron does not let it be set: it stays the user's",
    "CONTENT_TYPE": "it is about cron's mails",
    "CONTENT_TRANSFER_ENCODING": "it is about cron's mails",
    "MLS_LEVEL": "jobctl sets no SELinux context",
}
_TZ = "`TZ` is for the commands, as in cron; schedules are in the machine's zone unless CRON_TZ says otherwise"


@dataclass(frozen=True, slots=True)
class Entry:
    """One job line. `variables` are all that are in force there, those that speak to cron itself too.

    `off`: the line is commented out. `name` is anacron's identifier, and `window` how long a missed fire is made up
    for, both None in a crontab. `single`: cron was told to run one at a time.
    """

    line: int
    when: When
    command: str
    stdin: str | None = None
    user: str | None = None
    group: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    comments: tuple[str, ...] = ()
    off: bool = False
    single: bool = False
    name: str | None = None
    window: str | None = None


class Remark(NamedTuple):
    """Something to say about a line; `lost` if it was not carried over."""

    line: int
    message: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Crontab:
    """A crontab in its order. `head` and `foot` are comments that belong to no job."""

    entries: tuple[Entry, ...]
    head: tuple[str, ...]
    foot: tuple[str, ...]
    remarks: tuple[Remark, ...]


def read_crontab(text: str, form: Form) -> Crontab:
    """Every job line of a crontab, commented-out ones too, and a remark for each line that is none.

    >>> read_crontab("MAILTO=ops\\n0 3 * * *  echo 10\\\\% %hello\\n", "user").entries[0].stdin
    'hello\\n'
    """
    reader = _Reader(form)
    for number, line in enumerate(text.split("\n"), 1):
        reader.read(number, line.strip())
    return reader.done()


def form_of(text: str, system: bool) -> Form:
    """The form of a crontab: anacron's is recognised by its lines, the system's has to be named."""
    lines = [line.strip() for line in text.splitlines()]
    anacron = any(is_anacron(line) and not _is_cron(line) for line in lines)
    return "anacron" if anacron else "system" if system else "user"


def split_percent(text: str) -> tuple[str, str | None]:
    """The command of a line, and what it reads on stdin: `%` ends the command and starts a new line, `\\%` is a %.

    >>> split_percent("date +\\\\%F; cat%one%two")
    ('date +%F; cat', 'one\\ntwo\\n')
    """
    parts = [""]
    end = 0
    for match in _ESCAPED.finditer(text):
        parts[-1] += text[end : match.start()]
        end = match.end()
        if match[2]:
            parts.append("")
        else:
            parts[-1] += "%" if match[1] == "%" else match[0]
    parts[-1] += text[end:]
    given = "\n".join(parts[1:])
    return parts[0].rstrip(), (given if given.endswith("\n") else given + "\n") if given else None


class _Reader:
    """Goes through the lines with the variables and comments that have gathered so far."""

    def __init__(self, form: Form) -> None:
        self._form: Form = form
        self._variables: dict[str, str] = {}
        self._comments: list[str] = []
        self._head: list[str] = []
        self._entries: list[Entry] = []
        self._remarks: list[Remark] = []

    def read(self, number: int, line: str) -> None:
        """Take one line."""
        if not line:
            self._pause()
        elif line.startswith("#"):
            self._comment(number, line)
        elif "\0" in line:
            self._lose(number, "a NUL character in it")
        elif (variable := _VARIABLE.fullmatch(line)) and not _is_cron(line):
            self._set(number, variable)
        else:
            self._job(number, line)

    def done(self) -> Crontab:
        """All that was read."""
        return Crontab(tuple(self._entries), _worth(self._head), _worth(self._comments), tuple(self._remarks))

    def _pause(self) -> None:
        """A blank line: what stood before the first job by itself is about the whole file."""
        if not self._entries:
            self._head += self._comments
            self._comments.clear()

    def _comment(self, number: int, line: str) -> None:
        text = line.lstrip("#")
        try:
            entry = None if _PLACEHOLDER.match(_rest(text)) else self._entry(number, text.strip(), off=True)
        except ValueError:
            entry = None
        if entry is None:
            self._comments.append(text[1:] if text.startswith(" ") else text)
        else:
            self._add(entry)

    def _set(self, number: int, match: re.Match[str]) -> None:
        self._pause()
        name = match[1] or match[2] or match[3]
        reason = _NOT_CARRIED.get(name) or ("a name with a space in it" if re.search(r"\s", name) else None)
        if reason is not None:
            self._lose(number, f"`{name}`: {reason}")
            return
        if name == "TZ":
            self._remarks.append(Remark(number, _TZ))
        value = match[4].strip()
        quoted = len(value) > 1 and value[0] in "\"'" and value[-1] == value[0]
        self._variables[name] = value[1:-1] if quoted else value
        self._remarks += [Remark(number, doubt) for doubt in doubts_of_variable(name, value)]

    def _job(self, number: int, line: str) -> None:
        try:
            self._add(self._entry(number, line, off=False))
        except ValueError as error:
            self._lose(number, f"{error}: {line}")

    def _lose(self, number: int, message: str) -> None:
        self._remarks.append(Remark(number, message, lost=True))
        self._comments.append(f"Not carried over, line {number}: {message}")

    def _add(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._comments.clear()

    def _entry(self, number: int, line: str, *, off: bool) -> Entry:
        entry = self._anacron(number, line) if self._form == "anacron" else self._cron(number, line)
        return replace(entry, variables=dict(self._variables), comments=_worth(self._comments), off=off)

    def _anacron(self, number: int, line: str) -> Entry:
        found = read_anacron(line, self._variables)
        return Entry(number, found.when, found.command, name=found.name, window=found.window)

    def _cron(self, number: int, line: str) -> Entry:
        match = _JOB.fullmatch(line)
        if match is None:
            raise ValueError("this is neither a job nor a variable")
        when, rest = read_when(match[1].removeprefix("-")), match[2]
        user = group = None
        if self._form == "system":
            user, group, rest = _split_user(rest)
        when = when._replace(remarks=(*when.remarks, *doubts(rest)))
        flags = _FLAGS.match(rest)
        command, stdin = split_percent(rest[flags.end() :] if flags else rest)
        if not command:
            raise ValueError("there is no command")
        return Entry(number, when, command, stdin, user, group, single=flags is not None and "s" in flags[0])


def _worth(comments: list[str]) -> tuple[str, ...]:
    """Comments, or none if they are only a frame."""
    return tuple(comments) if any(text.strip("# \t") for text in comments) else ()


def _split_user(rest: str) -> tuple[str, str | None, str]:
    name, _, command = rest.partition(" ") if " " in rest else rest.partition("\t")
    if "\t" in name:
        name, _, command = rest.partition("\t")
    match = _USER.fullmatch(name)
    if match is None or not command.strip():
        raise ValueError("there is no user before the command")
    return match[1], match[2], command.strip()


def _is_cron(line: str) -> bool:
    match = _JOB.fullmatch(line)
    try:
        return match is not None and read_when(match[1].removeprefix("-")) is not None
    except ValueError:
        return False


def _rest(text: str) -> str:
    match = _JOB.fullmatch(text.strip())
    return match[2] if match else ""
