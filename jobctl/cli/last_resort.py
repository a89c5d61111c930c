"""What is left when nothing else works: to run a wrapped command bare, and to say in a sentence what went wrong.

Nothing but the standard library is needed here, and little of it.
"""

import os
from collections.abc import Sequence
from typing import NoReturn

from jobctl.execute.in_place import become

OWN_TROUBLE = 125
"""The exit status that tells jobctl's own trouble from the end of a run."""


def own(args: Sequence[str]) -> list[str]:
    """The arguments before `--`: what comes after belongs to another command."""
    return list(args[: args.index("--")] if "--" in args else args)


def verb(args: Sequence[str]) -> str | None:
    """The first word that is neither an option of all verbs nor the value of one."""
    words = iter(args)
    for word in words:
        if word == "--db":
            next(words, None)
        elif not word.startswith("-"):
            return word
    return None


def wrapped(args: Sequence[str]) -> list[str]:
    """The command of `jobctl exec NAME -- CMD ARG..`; empty where there is none."""
    return list(args[args.index("--") + 1 :]) if "--" in args and verb(own(args)) == "exec" else []


def run_bare(argv: Sequence[str], why: str) -> NoReturn:
    """Be the wrapped command, and say that nothing else is done for it."""
    say(f"warning: this run is not recorded, nor locked or limited: {why}\n")
    try:
        become(argv, os.environ)
    except (OSError, ValueError) as error:
        say(f"error: `{argv[0]}` cannot be executed: {error}\n")
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


def say(text: str) -> None:
    """One line on stderr, if somebody hears it."""
    try:
        os.write(2, text.encode("utf-8", "backslashreplace"))
    except OSError:
        return
