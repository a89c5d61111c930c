"""A name for a job that had none: from what its command executes."""

import re
import shlex
from pathlib import PurePath

from jobctl.decide.text.names import name_from_text

_OPERATORS = re.compile(r"[;&|()<>\n]+")
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=.*", re.DOTALL)
_SCRIPT = re.compile(r"\.(sh|bash|zsh|py|pyc|pl|rb|php|js|jar|exe)$", re.IGNORECASE)
_PREPARES = {
    *("[", "[[", "{", "!", ".", ":", "test", "true", "if", "then", "do", "for", "while", "exit", "echo", "cd", "pushd"),
    *("sleep", "date", "export", "source", "set", "umask", "ulimit", "eval", "read", "trap", "wait"),
}
_ASKS = {
    *("grep", "egrep", "fgrep", "zgrep", "pgrep", "pidof", "ps", "cat", "printf", "false", "which", "type", "mkdir"),
}
"""They rarely are what a line is there for, but say more than what only prepares."""
_WRAPPERS = {
    *("nice", "ionice", "nohup", "time", "exec", "env", "sudo", "su", "runuser", "command", "setsid", "then", "do"),
    *("timeout", "flock", "setlock", "lckdo", "chronic", "cronic", "chrt", "taskset", "systemd-cat", "run-one"),
}
_WITH_OPERAND = {"timeout", "flock", "setlock", "taskset", "lckdo"}
_INTERPRETERS = re.compile(r"(python|perl|ruby|node|nodejs|php|bash|sh|dash|zsh|ksh|java)[0-9.]*")
_LONGEST = 60
_MOST_WORDS = 5


def name_from(command: str) -> str:
    """A legal job name from a shell command: its program, and a word after it that says which of its uses.

    >>> name_from("cd / && run-parts --report /etc/cron.hourly")
    'cron.hourly'
    >>> name_from("flock -n /tmp/lock nice -n 10 /usr/local/bin/backup.sh full >/dev/null 2>&1")
    'backup-full'
    >>> name_from("/usr/bin/php /srv/app/artisan schedule:run")
    'artisan-schedule-run'
    """
    simple = [_Words(words) for words in _simple_commands(command)]
    telling = [words for words in simple if words.program not in _PREPARES and not words.is_snippet]
    best = (words for words in telling if words.program not in _ASKS)
    chosen = next(best, next(iter(telling or simple), None))
    return name_from_text("" if chosen is None else chosen.name(), _LONGEST, "job")


def is_vague(name: str) -> bool:
    """Whether a name made from a command says nothing of it.

    >>> is_vague("job"), is_vague("grep"), is_vague("backup")
    (True, True, False)
    """
    return name == "job" or name in _PREPARES or name in _ASKS


def name_from_comment(text: str) -> str | None:
    """A name from what somebody has written about a job; None if that says nothing.

    >>> name_from_comment("Remove old sessions, every night of the year"), name_from_comment("---")
    ('remove-old-sessions', None)
    """
    words = re.findall(r"[a-z0-9]+", re.split(r"[,.;:(]", text.lower())[0])[:_MOST_WORDS]
    return name_from_text("-".join(words), _LONGEST, "job") if words else None


class _Words:
    """One simple command without what only wraps it."""

    def __init__(self, words: list[str]) -> None:
        self.words = _unwrapped(words) or words[:1]
        self.program = PurePath(self.words[0]).name or self.words[0]

    @property
    def is_snippet(self) -> bool:
        """Whether it is a line of Perl or the like, which says nothing."""
        return bool(_INTERPRETERS.fullmatch(self.program)) and self.words[1:2] in (["-e"], ["-E"], ["-r"])

    def name(self) -> str:
        """What it is called after."""
        rest = self.words[1:]
        if self.program == "run-parts":
            return PurePath(rest[-1]).name if rest else self.program
        if _INTERPRETERS.fullmatch(self.program):
            return self._interpreted(rest)
        return self.program if self.program in ("tar", "echo") else _joined(_SCRIPT.sub("", self.program), rest)

    def _interpreted(self, rest: list[str]) -> str:
        for index, word in enumerate(rest):
            after = rest[index + 1 :]
            if re.fullmatch(r"-[A-Za-z]*c", word) and after:
                return name_from(after[0]) if self.program.endswith("sh") else self.program
            if word in ("-m", "-jar") and after:
                return _joined(_SCRIPT.sub("", PurePath(after[0]).name), after[1:])
            if not word.startswith("-"):
                return _joined(_SCRIPT.sub("", PurePath(word).name), after)
        return self.program


def _joined(name: str, rest: list[str]) -> str:
    use = next((word for word in rest if not word.startswith("-")), "")
    return f"{name}-{use}" if rest[:1] == [use] and re.fullmatch(r"[a-z][a-z:._-]{1,20}", use) else name


def _simple_commands(command: str) -> list[list[str]]:
    lexer = shlex.shlex(command.replace("\\\n", " "), posix=True, punctuation_chars=";&|()<>")
    lexer.commenters = ""
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError:
        words = command.split()
    found: list[list[str]] = [[]]
    redirects = False
    for word in words:
        is_operator = _OPERATORS.fullmatch(word) is not None
        if is_operator and not set(word) & {"<", ">"}:
            found.append([])
        elif not is_operator and not redirects:
            found[-1].append(word)
        redirects = is_operator and bool(set(word) & {"<", ">"})
    return [simple for simple in found if simple]


def _unwrapped(words: list[str]) -> list[str]:
    """The words from the program on: without assignments, and without programs that only execute another one."""
    while words:
        program = PurePath(words[0]).name
        if _ASSIGNMENT.fullmatch(words[0]):
            words = words[1:]
        elif program in _WRAPPERS and len(words) > 1:
            words = _after_options(words[1:])
            words = words[1:] if program in _WITH_OPERAND else words
        else:
            break
    return words


def _after_options(words: list[str]) -> list[str]:
    while words and words[0].startswith("-"):
        takes_value = (
            re.fullmatch(r"-[ncugwpksEC]", words[0]) and len(words) > 2 and not words[1].startswith(("-", "/"))
        )
        words = words[2:] if takes_value and (words[0] in ("-u", "-g") or words[1][:1].isdigit()) else words[1:]
    return words
