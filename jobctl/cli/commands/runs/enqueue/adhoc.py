"""A command that no catalog names, as the caller typed it: runs where and as whom he is."""

import os
import pwd
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from jobctl.cli.output import note
from jobctl.decide.adhoc import adhoc_definition, callers_variables
from jobctl.decide.text.names import is_job_name, name_of
from jobctl.decide.text.variables import is_jobctls_own
from jobctl.model.errors import UsageError


def definition_of(
    argv: Sequence[str],
    name: str | None,
    retry: int | None,
    timeout: str | None,
    cwd: str | None,
    passed: Sequence[str],
) -> dict[str, Any]:
    """The plain definition. Raises UsageError for what cannot be."""
    if name is not None:
        check_name(name)
    definition = adhoc_definition(
        name or name_of(argv[0]),
        argv,
        working_dir=_folder(cwd),
        env=_variables(passed),
        user=_user(),
        retries=retry or 0,
        timeout=None if timeout is None else timeout_of(timeout),
    )
    _refuse_other_than_text(definition)
    return definition


def check_name(name: str) -> None:
    """Raises UsageError for what cannot be a job's name."""
    if not is_job_name(name):
        raise UsageError(
            f"`{name}` cannot be the name of a job",
            hint="use letters, digits, `_`, `.` and `-`, at most 100 and not digits only",
        )


def timeout_of(text: str) -> timedelta:
    """The value of `--timeout`. Raises UsageError for what is none."""
    from jobctl.cli.times import duration

    found = duration("--timeout", text)
    if not found:
        raise UsageError("--timeout: a timeout must be longer than 0", hint="leave it out for none")
    return found


def _folder(cwd: str | None) -> str:
    try:
        folder = os.path.abspath(cwd or os.getcwd())  # noqa: PTH100, PTH109 - links stay as they were typed
    except FileNotFoundError:
        raise UsageError("the folder you are in does not exist any more", hint="name one with `--cwd`") from None
    if not os.path.isdir(folder):  # noqa: PTH112
        raise UsageError(f"--cwd: there is no folder `{folder}`", hint="create it, or name another")
    return folder


def _variables(passed: Sequence[str]) -> dict[str, str]:
    missing = [name for name in passed if name not in os.environ]
    if missing:
        raise UsageError(f"--env: the variable `{missing[0]}` is not set", hint="`--env` takes the name of a variable")
    own = [name for name in passed if is_jobctls_own(name)]
    if own:
        raise UsageError(f"--env: `{own[0]}` is a name of jobctl's own", hint="the command gets its own anyway")
    if passed:
        names = ", ".join(f"`{name}`" for name in passed)
        note(f"the value of {names} is kept in the database in clear: a secret belongs into the `secrets` of a job")
    return callers_variables(os.environ, passed)


def _user() -> str | None:
    """Whom it must run as; None for root, whose daemon is root's, and for a user without a name."""
    if os.geteuid() == 0:
        return None
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return None


def _refuse_other_than_text(definition: dict[str, Any]) -> None:
    try:
        for text in (*definition["run"], definition.get("working_dir", ""), *definition.get("env", {}).values()):
            text.encode()
    except UnicodeEncodeError:
        raise UsageError("the command is not valid UTF-8 text", hint="put it into a script and enqueue that") from None
