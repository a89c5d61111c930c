"""A command that `jobctl exec` wraps already: its job under the name that it has, without the wrapping."""

import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import NamedTuple

from jobctl.decide.text.variables import is_variable
from jobctl.importers.yaml_text import Value

_OPTIONS = {"--timeout", "--retry", "--retry-delay", "--overlap", "--key", "--correlation-id", "--db"}
_LEFT_OUT = {
    "--key": "`--key {}` keeps out runs with the same key: `overlap` is a job's way to that",
    "--correlation-id": "`--correlation-id {}` belongs to one run, not to a job",
    "--db": "`--db {}`: the catalog belongs into that database",
}
_GOES = re.compile(r"\s*cd\s+[^\s;&|]+\s*(?:&&|;)\s*")
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<into>\d*(?:>>|>\||>&|&>>|&>|>))\s*(?P<file>(?:[^\s;&|()<>'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+)
        |(?P<word>(?:[^\s;&|()<>'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+)
        |(?P<from><\s*[^\s;&|()<>]+)
    )""",
    re.VERBOSE,
)


class Wrapping(NamedTuple):
    """What `jobctl exec` was told: the job's name, its keys, what there is to say, and where its command begins."""

    name: str
    settings: dict[str, Value]
    remarks: tuple[str, ...]
    begins: int


class WrappedLine(NamedTuple):
    """A line without its wrapping and without the redirections of its output."""

    name: str
    command: str
    settings: dict[str, Value]
    remarks: tuple[str, ...]


def is_wrapped(command: str) -> bool:
    """Whether `jobctl exec` is somewhere in it."""
    return re.search(r"(?:^|[\s/;&|(])jobctl\s(?:.*\s)?exec\s", command) is not None


def read_wrapped_line(command: str) -> WrappedLine | None:
    """A line for the shell that is nothing but a wrapped command, perhaps in another folder; None for any other one.

    >>> read_wrapped_line('jobctl exec sync --timeout 30s -- rsync -a "/srv x/" b: > /var/log/sync.log 2>&1').command
    'rsync -a "/srv x/" b:'
    """
    goes = _GOES.match(command)
    if goes is not None:
        inner = read_wrapped_line(command[goes.end() :])
        return inner and inner._replace(command=goes[0].lstrip() + inner.command)
    matches = _tokens(command)
    if matches is None:
        return None
    words = [match for match in matches if match["word"]]
    wrapping = read_wrapping([_unquoted(match["word"]) for match in words])
    if wrapping is None or wrapping.begins >= len(words):
        return None
    start = words[wrapping.begins].start("word")
    redirections = [match for match in matches if match["into"]]
    kept = "".join(command[begin:end] for begin, end in _kept(start, len(command), redirections)).strip()
    files = [match["file"] for match in redirections if not match["into"].endswith("&")]
    remarks = [f"the output that went to {file} is in `jobctl logs {wrapping.name}`" for file in files]
    return WrappedLine(wrapping.name, kept, wrapping.settings, (*wrapping.remarks, *remarks))


def read_wrapping(words: Sequence[str]) -> Wrapping | None:
    """What precedes a wrapped command; None if `words` do not begin with `jobctl exec`, or as no `exec` is written.

    >>> read_wrapping(["/opt/bin/jobctl", "exec", "sync", "--retry=2", "--", "rsync"]).settings
    {'retry': {'limit': 2}, 'overlap': 'skip'}
    """
    at = next((i for i, word in enumerate(words) if not is_variable(word.partition("=")[0]) or "=" not in word), 0)
    if at >= len(words) or PurePath(words[at]).name != "jobctl" or "--" not in words:
        return None
    end = words.index("--")
    found = _arguments(words[at + 1 : end])
    if found is None or len(found[0]) != 2 or found[0][0] != "exec":
        return None
    (_, name), given = found
    variables = [f"`{word}` was for `jobctl exec`" for word in words[:at]]
    remarks = (*variables, *(_LEFT_OUT[option].format(value) for option, value in given.items() if option in _LEFT_OUT))
    settings = _settings(given)
    return None if settings is None else Wrapping(name, settings, remarks, end + 1)


def _arguments(words: Sequence[str]) -> tuple[list[str], dict[str, str]] | None:
    """The words that are no options, and the options."""
    plain: list[str] = []
    given: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        option, assigned, value = word.partition("=")
        if not option.startswith("-"):
            plain.append(word)
        elif option in _OPTIONS and (assigned or (value := next(rest, ""))):
            given[option] = value
        else:
            return None
    return plain, given


def _settings(given: dict[str, str]) -> dict[str, Value] | None:
    retries = given.get("--retry", "0")
    if not re.fullmatch(r"[0-9]{1,6}", retries):
        return None
    found: dict[str, Value] = {"timeout": given["--timeout"]} if "--timeout" in given else {}
    delay = {"delay": given["--retry-delay"]} if "--retry-delay" in given else {}
    if int(retries):
        found["retry"] = {"limit": int(retries), **delay}
    return {**found, "overlap": given.get("--overlap", "skip")}


def _tokens(command: str) -> list[re.Match[str]] | None:
    """The words and redirections of a simple command; None where there is more to it."""
    found: list[re.Match[str]] = []
    at, end = 0, len(command.rstrip())
    while at < end:
        match = _TOKEN.match(command, at)
        if match is None:
            return None
        found.append(match)
        at = match.end()
    return found


def _kept(start: int, end: int, left_out: Sequence[re.Match[str]]) -> list[tuple[int, int]]:
    """What is between `start` and `end`, without some places."""
    spans: list[tuple[int, int]] = []
    for match in left_out:
        if match.start() >= start:
            spans.append((start, match.start()))
            start = match.end()
    return [*spans, (start, end)]


def _unquoted(word: str) -> str:
    return re.sub(r"'([^']*)'|\"((?:[^\"\\]|\\.)*)\"|\\(.)", lambda m: m[1] or m[2] or m[3] or "", word)
