"""Starts one child: vfork and exec, in a session of its own, with exactly the environment and files it was given."""

from __future__ import annotations

import errno
import os
import resource
import subprocess

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

_LIMITS = {
    "memory": resource.RLIMIT_AS,
    "cpu_time": resource.RLIMIT_CPU,
    "open_files": resource.RLIMIT_NOFILE,
    "processes": resource.RLIMIT_NPROC,
    "file_size": resource.RLIMIT_FSIZE,
}

_ADVICE = {
    errno.ENOEXEC: "a script needs a first line such as `#!/bin/sh`",
    errno.EMFILE: "raise the limit on open files of the daemon",
    errno.ENFILE: "raise the limit on open files of this machine",
    errno.EAGAIN: "raise the limit on processes of the daemon or the job's `user`",
    errno.ENOMEM: "there is not enough memory for another process",
    errno.E2BIG: "make `env`, the params or the command shorter",
}


def launch(
    spec: dict[str, Any], environment: dict[str, str], streams: Sequence[int], inherited: Sequence[int]
) -> subprocess.Popen[bytes]:
    """Start `spec`; `streams` are its descriptors 0, 1 and 2, `inherited` keep their numbers.

    Raises OSError, ValueError or SubprocessError; `refusal` tells them in words.
    """
    credentials = {name: spec[name] for name in ("user", "group", "extra_groups") if spec.get(name) is not None}
    return subprocess.Popen(
        spec["argv"],
        env=environment,
        cwd=spec["cwd"],
        stdin=streams[0],
        stdout=streams[1],
        stderr=streams[2],
        pass_fds=inherited,
        start_new_session=True,
        umask=spec["umask"],
        preexec_fn=_preparation(spec.get("nice"), spec.get("resources") or {}),
        **credentials,
    )


def text_file(text: str) -> int:
    """A descriptor from which `text` (one character a byte) can be read, without a writer that could block."""
    fd = os.memfd_create("stdin")
    os.write(fd, text.encode("latin-1"))
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def refusal(error: Exception, spec: dict[str, Any]) -> str:
    """Why a child could not be started, and what to do about it."""
    command, cwd = spec["argv"][0], spec["cwd"]
    if not isinstance(error, OSError) or error.errno is None:
        return f"`{command}` cannot be started: {error}; check `resources`, `nice` and the names in `env`"
    reason = os.strerror(error.errno)
    if isinstance(error, PermissionError) and error.filename in (None, cwd) and os.path.isdir(cwd):  # noqa: PTH112
        return f"the daemon may not change to the job's `user` and `group`: {reason}; start it as root"
    if error.filename == cwd:
        return f"the working directory {cwd} cannot be entered: {reason}; create it or set `working_dir`"
    if isinstance(error, FileNotFoundError):
        return _missing(command)
    if isinstance(error, PermissionError):
        return f"`{command}` may not be executed: {reason}; check its mode bits and the job's `user`"
    return f"`{command}` cannot be started: {reason}; {_ADVICE.get(error.errno, 'see the system log')}"


def _missing(command: str) -> str:
    if "/" not in command:
        return f"there is no command `{command}` on PATH; write its full path, or set PATH in `env`"
    if os.path.exists(command):  # noqa: PTH110
        return f"the interpreter that the first line of `{command}` names does not exist; install it or mend the line"
    return f"there is no file `{command}`; install it or mend the path"


def _preparation(nice: int | None, limits: dict[str, int]) -> Callable[[], None] | None:
    """What the child does to itself before it executes; None keeps the quick start."""
    if nice is None and not limits:
        return None

    def prepare() -> None:
        for name, value in limits.items():
            resource.setrlimit(_LIMITS[name], (value, value))
        if nice is not None:
            os.nice(nice)

    return prepare
