"""What a line of a crontab says that its author hardly meant. cron does so all the same, and a catalog too."""

import re

_REFERENCE = re.compile(r"\$(?:\w+|\{\w+\})")


def doubts(command: str) -> tuple[str, ...]:
    r"""About the text behind the schedule, as it stands in the file.

    >>> doubts(r"tar czf /srv/x-$(date '+%F').tgz /etc")
    ('`%` in quotes ends the command there, for cron too: `\\%` is a percent sign',)
    >>> doubts("rsync -a \\")
    ('a backslash at the end continues no line: the next one stands for itself',)
    """
    found = []
    if _splits_in_quotes(command):
        found.append("`%` in quotes ends the command there, for cron too: `\\%` is a percent sign")
    if (len(command) - len(command.rstrip("\\"))) % 2:
        found.append("a backslash at the end continues no line: the next one stands for itself")
    return tuple(found)


def doubts_of_variable(name: str, value: str) -> tuple[str, ...]:
    """About a variable's value.

    >>> doubts_of_variable("PATH", "$HOME/bin:/usr/bin")
    ('`PATH` holds `$HOME` as it stands there: neither cron nor a catalog puts a value in its place',)
    """
    match = _REFERENCE.search(value)
    if match is None:
        return ()
    return (f"`{name}` holds `{match[0]}` as it stands there: neither cron nor a catalog puts a value in its place",)


def _splits_in_quotes(command: str) -> bool:
    quote = ""
    escaped = False
    for char in command:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == "%":
            return bool(quote)
        elif char == quote:
            quote = ""
        elif not quote and char in "\"'":
            quote = char
    return False
