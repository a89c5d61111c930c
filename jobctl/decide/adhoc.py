"""The definition of a command that no catalog names, as plain data: `to_plain(Job(...))` without the nouns.

Quick by design: `enqueue` imports this at every start.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

INHERITED = ("PATH", "HOME", "USER", "LANG", "LC_*", "TZ")
"""The variables that an ad-hoc command takes from its caller: those that a job inherits from its daemon."""

_CALLERS_OWN = ("JOBCTL_DB", "NOTIFY_SOCKET", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "WATCHDOG_PID")


def adhoc_definition(
    name: str,
    argv: Sequence[str],
    *,
    working_dir: str,
    env: Mapping[str, str],
    user: str | None = None,
    retries: int = 0,
    timeout: timedelta | None = None,
) -> dict[str, Any]:
    """The plain definition of a job that executes `argv` without a shell; what has its default is left out.

    >>> adhoc_definition("ls", ["ls", "-l"], working_dir="/srv", env={}, retries=2)
    {'name': 'ls', 'run': ['ls', '-l'], 'retry': {'limit': 2}, 'working_dir': '/srv'}
    """
    plain: dict[str, Any] = {"name": name, "run": list(argv)}
    if timeout is not None:
        plain["timeout"] = _seconds(timeout)
    if retries:
        plain["retry"] = {"limit": retries}
    if env:
        plain["env"] = dict(env)
    if working_dir != "/":
        plain["working_dir"] = working_dir
    if user is not None:
        plain["user"] = user
    return plain


def exec_definition(
    name: str,
    argv: Sequence[str],
    *,
    working_dir: str,
    retries: int = 0,
    retry_delay: timedelta | None = None,
    timeout: timedelta | None = None,
) -> dict[str, Any]:
    """The plain definition of a command that `jobctl exec` wraps: it has its caller's environment, which is not stored.

    It never starts again by itself after a loss: only the process that wraps it has its streams.

    >>> exec_definition("sync", ["rsync"], working_dir="/")["idempotent"]
    False
    """
    plain = adhoc_definition(name, argv, working_dir=working_dir, env={}, retries=retries, timeout=timeout)
    if retries and retry_delay is not None:
        plain["retry"]["delay"] = _seconds(retry_delay)
    return {**plain, "inherit_env": ["*", *_CALLERS_OWN], "idempotent": False}


def callers_variables(environment: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """Of the caller's environment what an ad-hoc command gets: the usual ones, and those in `names`.

    >>> callers_variables({"PATH": "/bin", "LC_ALL": "C", "SECRET": "x", "STAGE": "test"}, ["STAGE"])
    {'PATH': '/bin', 'LC_ALL': 'C', 'STAGE': 'test'}
    """
    wanted = (*INHERITED, *names)
    return {name: value for name, value in environment.items() if any(fnmatchcase(name, w) for w in wanted)}


def _seconds(duration: timedelta) -> int | float:
    seconds = duration.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds
