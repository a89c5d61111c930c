"""The step before the front door: a wrapped command runs although the rest of jobctl cannot be imported.

Nothing but the standard library is needed here, and little of it.
"""

import os
import signal
import sys
from typing import NoReturn

_COERCED = ("C.UTF-8", "C.utf8", "UTF-8")
_OWN_TROUBLE = 125


def main() -> NoReturn:
    """The entry point of the `jobctl` command."""
    undo_coercion()
    try:
        from jobctl.cli.main import main as enter
    except Exception as error:  # noqa: BLE001 - whatever is missing or broken
        _do_without(sys.argv[1:], error)
    enter()


def undo_coercion() -> None:
    """Give everything that is started here the environment that was given to us.

    Python sets LC_CTYPE in its own environment where the locale is C or POSIX (PEP 538).
    """
    if os.environ.get("LC_CTYPE") not in _COERCED:
        return
    try:
        with open("/proc/self/environ", "rb") as file:
            given = file.read().split(b"\0")
    except OSError:
        return
    before = next((entry for entry in given if entry.startswith(b"LC_CTYPE=")), None)
    if before is None:
        del os.environ["LC_CTYPE"]
    else:
        os.environb[b"LC_CTYPE"] = before.removeprefix(b"LC_CTYPE=")


def _do_without(args: list[str], error: Exception) -> NoReturn:
    why = f"jobctl cannot be loaded: {type(error).__name__}: {error}"
    command = _wrapped(args)
    if command:
        # Nothing more is imported: what is broken may be anything.
        _say(f"warning: this run is not recorded, nor locked or limited: {why}\n")
        for number in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        try:
            os.execvp(command[0], command)
        except (OSError, ValueError) as refused:
            _say(f"error: the command cannot be executed: {refused}\n")
            os._exit(127 if isinstance(refused, FileNotFoundError) else 126)
    _say(f"error: {why}\nhint: install it anew, or see what limits this process has\n")
    os._exit(_OWN_TROUBLE)


def _wrapped(args: list[str]) -> list[str]:
    """The command after `jobctl [--db URL] exec .. --`; empty where there is none."""
    if "--" not in args:
        return []
    at = args.index("--")
    verb = 2 if args[0] == "--db" else int(args[0].startswith("--db="))
    return args[at + 1 :] if args[verb:at][:1] == ["exec"] else []


def _say(text: str) -> None:
    try:
        os.write(2, text.encode("utf-8", "backslashreplace"))
    except OSError:
        return
