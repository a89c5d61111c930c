"""Giving this process to a command: what is left when nothing else can be done for it.

It needs the standard library only: it is also for an installation of which a part is missing.
"""

import errno
import os
import signal
from collections.abc import Mapping, Sequence
from typing import NoReturn

SHELL = "/bin/sh"
PYTHON_IGNORES = (signal.SIGPIPE, signal.SIGXFSZ)
"""Its interpreter has these ignored; a command must not."""


def become(argv: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Go on as this command, with this process's streams, folder, session and limits.

    A file that can be executed and is no program is given to the shell, as shells and execvp(3) do. Raises OSError or
    ValueError if it cannot be executed.
    """
    for number in PYTHON_IGNORES:
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execvpe(argv[0], list(argv), dict(environment))
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
        os.execve(SHELL, with_shell(argv, environment), dict(environment))


def with_shell(argv: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """The command that has a shell execute a script without a first line that names its interpreter."""
    return [SHELL, found(argv[0], environment), *argv[1:]]


def found(name: str, environment: Mapping[str, str]) -> str:
    """The file of a command: the first on PATH that can be executed, or the name as it is."""
    if "/" in name:
        return name
    for folder in os.get_exec_path(dict(environment)):
        path = os.path.join(folder, name)  # noqa: PTH118 - pathlib may be what cannot be imported
        if os.access(path, os.X_OK) and not os.path.isdir(path):  # noqa: PTH112
            return path
    return name
