"""Starts one child in a session of its own, with exactly the environment and files it was given.

Most need nothing but files, a folder, a umask and a session: `posix_spawn` does that for a third of the processor time
that `subprocess` takes. A child that is to change its user or its limits, or that cannot be started, goes through
`subprocess`, which tells precisely what is wrong.
"""

from __future__ import annotations

import errno
import os
import resource
import signal
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

_CHANGES = ("user", "group", "extra_groups", "nice", "resources")
PYTHON_IGNORES = frozenset({signal.SIGPIPE, signal.SIGXFSZ})
"""Its interpreter has these ignored; children must not."""
blocked: list[int] = []
"""The signals that children begin with blocked."""


class Unenterable(OSError):
    """A job's user may not go into its working directory, or it is not there."""


def launch(spec: dict[str, Any], environment: dict[str, str], files: dict[int, int], inherited: Sequence[int]) -> int:
    """Start `spec`; its pid. `files` are its descriptors by number, 0 to 2 at least; `inherited` keep their numbers.

    Raises OSError, ValueError or SubprocessError; `refusal` tells them in words.
    """
    if "numbers" in spec:
        # The other way would need these numbers here.
        return _quick(spec, environment, files)
    if not inherited and not any(spec.get(name) is not None for name in _CHANGES):
        try:
            return _quick(spec, environment, files)
        except (OSError, ValueError, NotImplementedError):
            # Nothing was started. What is wrong, or that another way is needed, is found out below.
            pass
    return _thorough(spec, environment, files, inherited)


def text_file(text: str) -> int:
    """A descriptor from which `text` (one character a byte) can be read, without a writer that could block."""
    fd = os.memfd_create("stdin")
    os.write(fd, text.encode("latin-1"))
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def refusal(error: Exception, spec: dict[str, Any]) -> str:
    """Why a child could not be started, and what to do about it."""
    command, cwd = spec["argv"][0], spec["cwd"]
    if isinstance(error, Unenterable):
        advice = "let the job's `user` in" if error.errno == errno.EACCES else "create it"
        return f"the working directory {cwd} cannot be entered: {error.strerror}; {advice} or set `working_dir`"
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


def _quick(spec: dict[str, Any], environment: dict[str, str], files: dict[int, int]) -> int:
    """By posix_spawn: the folder and the umask are this process's own for the moment, all else closes by itself."""
    actions = [(os.POSIX_SPAWN_DUP2, fd, number) for number, fd in files.items()]
    os.chdir(spec["cwd"])
    usual = os.umask(spec["umask"])
    try:
        command = _found(spec["argv"][0], environment)
        return os.posix_spawn(
            command,
            spec["argv"],
            environment,
            file_actions=actions,
            setsid=True,
            setsigmask=blocked,
            setsigdef=PYTHON_IGNORES,
        )
    finally:
        os.umask(usual)
        os.chdir("/")


def _found(command: str, environment: dict[str, str]) -> str:
    """The file of a command, on the PATH of `environment` if it has no slash."""
    if "/" in command:
        return command
    for folder in os.get_exec_path(environment):
        path = os.path.join(folder, command)  # noqa: PTH118
        if os.access(path, os.X_OK) and not os.path.isdir(path):  # noqa: PTH112
            return path
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), command)


def _thorough(
    spec: dict[str, Any], environment: dict[str, str], files: dict[int, int], inherited: Sequence[int]
) -> int:
    """By subprocess, which closes what it should not inherit, and tells where it failed."""
    credentials = {name: spec[name] for name in ("user", "group", "extra_groups") if spec.get(name) is not None}
    further = [number for number in files if number > 2]
    for number in further:
        os.dup2(files[number], number, inheritable=False)
    # Only root may go before others, and the child is another user by the time that it could: it takes it from here.
    before = spec.get("nice") if credentials and (spec.get("nice") or 0) < 0 else None
    after = None if before is not None else spec.get("nice")
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    try:
        if credentials:
            _enter(spec["cwd"], **credentials)
        if before is not None:
            os.nice(before)
        process = subprocess.Popen(
            spec["argv"],
            env=environment,
            cwd=None if credentials else spec["cwd"],
            stdin=files[0],
            stdout=files[1],
            stderr=files[2],
            pass_fds=[*further, *inherited],
            start_new_session=True,
            umask=spec["umask"],
            preexec_fn=_preparation(after, spec.get("resources") or {}),
            **credentials,
        )
    finally:
        if credentials:
            os.chdir("/")
        if before is not None:
            os.setpriority(os.PRIO_PROCESS, 0, usual)
    process.returncode = 0
    return process.pid


def _enter(folder: str, user: int | None = None, group: int | None = None, extra_groups: Sequence[int] = ()) -> None:
    """Go where a child is to begin, as its user: a link must not lead it to where that user may not go.

    Raises OSError: Unenterable where it is the folder that keeps the user out.
    """
    groups, own_group, own_user = os.getgroups(), os.getegid(), os.geteuid()
    try:
        os.setgroups(list(extra_groups))
        if group is not None:
            os.setegid(group)
        if user is not None:
            os.seteuid(user)
        try:
            os.chdir(folder)
        except OSError as error:
            raise Unenterable(error.errno, os.strerror(error.errno or 0), folder) from error
    finally:
        os.seteuid(own_user)
        os.setegid(own_group)
        os.setgroups(groups)


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
