"""Which elements of a command are code to some program in it: what is pasted there can be executed.

Command words count wherever they stand (`docker exec web sh -c ..`, `find .. -exec sh -c ..`): to be refused once too
often costs a variable of the environment, to be let in once too often costs the machine.
"""

import re
from collections.abc import Sequence

_ALWAYS = ("-c", "-e", "--eval", "-eval")
_LONG = (
    *("--eval", "--command", "--session-command", "--execute", "--split-string", "--expression", "--init-command"),
    *(
        "--rsh",
        "--to-command",
        "--checkpoint-action",
        "--use-compress-program",
        "--exec",
        "--exec-batch",
        "--preprocess",
    ),
)
# The short options whose value is code, alone or at the end of several letters (`-lc`, `-ne`), and long ones.
_INTERPRETERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (r"(?:r?ba|da|z|k|mk|fi|a|c|tc|hu|yas)?sh|busybox|toybox|nu|xonsh|elvish", "c", ()),
    (r"su|runuser|sg|script|flock|doas|sudo", "c", ()),
    (r"env", "S", ()),
    (r"perl", "eE", ()),
    (r"ruby|irb|lua(?:jit)?|R|Rscript|octave|groovy|scala|osascript|elixir|raku|gnuplot|clojure|clj|guile", "e", ()),
    (r"julia", "eE", ("--print",)),
    (r"node|nodejs|deno|bun|iojs|tsx|ts-node", "ep", ("--print",)),
    (r"php", "rRBE", ("--run", "--process-begin", "--process-code", "--process-end")),
    (r"python|pypy|ipython|jython", "c", ()),
    (r"g?awk|mawk|nawk", "e", ("--source", "--include")),
    (r"psql|vim?|nvim|ex|emacs|gdb|sqlite3?|sqlplus", "ce", ("--cmd", "-ex", "-cmd")),
    (r"mysql|mariadb|clickhouse|clickhouse-client|mongo|mongosh", "eq", ("--query",)),
)
_KNOWN = tuple(
    (re.compile(rf"(?:.*/)?(?:{words})[0-9.]*(?:\.exe)?"), re.compile(rf"-[A-Za-z]*[{letters}]"), long)
    for words, letters, long in _INTERPRETERS
)
# To these everything that follows is code: they give it to a shell, or are one.
_ALL_CODE = re.compile(r"(?:.*/)?(?:eval|watch|parallel|tmux|screen|at|batch|pwsh|powershell|cmd)[0-9.]*(?:\.exe)?")
_REMOTE = re.compile(r"(?:.*/)?(?:ssh|slogin|rsh|autossh|mosh|dbclient|plink)(?:\.exe)?")
_REMOTE_VALUES = frozenset("bcDEeFIiJLlmOpPQRSWwBo")
# Their first word that is no option is a program, unless an option has given one.
_SCRIPTED = re.compile(r"(?:.*/)?(?:g?awk|mawk|nawk|g?sed|jq|yq|gojq)")
_SCRIPT_VALUES = {"awk": frozenset("Fvf"), "sed": frozenset("Elf"), "jq": frozenset()}
_TWO_VALUES = ("--arg", "--argjson", "--slurpfile", "--rawfile")


def is_code(argv: Sequence[str], index: int, before_value: str) -> bool:
    """Whether what is pasted into one element of a command, after `before_value` in it, is code.

    >>> is_code(["ssh", "web", "ls {{ params.x }}"], 2, "ls "), is_code(["ls", "{{ params.x }}"], 1, "")
    (True, False)
    """
    words, option = argv[:index], argv[index - 1] if index else ""
    name, equals, _ = before_value.partition("=")
    if option in _ALWAYS or option in _LONG or (equals and name in _LONG):
        return True
    for known, short, long in _KNOWN:
        if any(known.fullmatch(word) for word in words) and (
            short.fullmatch(option) or short.fullmatch(before_value) or option in long or (equals and name in long)
        ):
            return True
    return any(
        _ALL_CODE.fullmatch(word)
        or (_REMOTE.fullmatch(word) and _is_sent(argv[place + 1 : index], before_value))
        or (_SCRIPTED.fullmatch(word) and _is_script(word, argv[place + 1 : index], before_value))
        for place, word in enumerate(words)
    )


def _is_sent(words: Sequence[str], before_value: str) -> bool:
    """Whether ssh, after these words, sends this one to a shell there, or takes it for a command of its own."""
    place = 0
    while place < len(words):
        word = words[place]
        if not word.startswith("-"):
            return True
        takes = len(word) == 2 and word[1] in _REMOTE_VALUES
        if takes and place == len(words) - 1:
            return word == "-o"
        place += 2 if takes else 1
    return before_value.startswith("-o")


def _is_script(word: str, words: Sequence[str], before_value: str) -> bool:
    """Whether this word is the program of awk, sed or jq, after these ones."""
    kind = next(kind for kind in _SCRIPT_VALUES if kind in word or (kind == "jq" and word.endswith("q")))
    place = 0
    while place < len(words):
        given = words[place]
        if not given.startswith("-") or given == "-":
            return False
        if given.startswith(("-f", "--file", "--from-file")):
            return False
        if given in _TWO_VALUES:
            place += 3
        elif kind != "jq" and len(given) == 2 and given[1] in _SCRIPT_VALUES[kind]:
            place += 2
        else:
            place += 1
    return place == len(words) and not before_value.startswith("-")
