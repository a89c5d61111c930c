"""The environment of an attempt: nothing of the daemon's own that the job did not ask for."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

from jobctl.decide.template import param_env
from jobctl.execute.account import account
from jobctl.model.claim import Claim
from jobctl.model.errors import ExecutionError
from jobctl.model.instant import iso_seconds
from jobctl.model.job import Job

_DAEMONS_OWN = (
    "JOBCTL_DB",
    "JOBCTL_MARK",
    "JOBCTL_FDS",
    "JOBCTL_PROGRESS_FD",
    "NOTIFY_SOCKET",
    "LISTEN_*",
    "WATCHDOG_*",
)
# Many runs are due at one instant.
_told = lru_cache(iso_seconds)


def environment(claim: Claim, daemon_env: Mapping[str, str], secrets: Mapping[str, str]) -> dict[str, str]:
    """All variables of one attempt; what comes later wins: inherited, the account's, JOBCTL_*, files, `env`, secrets.

    Raises ExecutionError for an unreadable file and an unknown user.
    """
    return {
        **_inherited(claim.job, daemon_env),
        **run_environment(claim),
        **_given(claim.job, secrets),
    }


def job_environment(job: Job, daemon_env: Mapping[str, str], secrets: Mapping[str, str]) -> dict[str, str]:
    """The variables that are the same for every run of a job, for a process that executes many."""
    return {**_inherited(job, daemon_env), **_given(job, secrets)}


def run_environment(claim: Claim) -> dict[str, str]:
    """What an attempt is told about itself: JOBCTL_* and one variable for each param."""
    return {
        "JOBCTL_RUN_ID": str(claim.run_id),
        "JOBCTL_JOB": claim.job.name,
        "JOBCTL_ATTEMPT": str(claim.fence),
        "JOBCTL_QUEUE": claim.queue,
        "JOBCTL_SCHEDULED_FOR": scheduled_for(claim),
        "JOBCTL_CORRELATION_ID": claim.correlation_id,
        **param_env(claim.params),
    }


def scheduled_for(claim: Claim) -> str:
    """When a run was to begin, as it is told: by its schedule, else by whoever asked for it."""
    return _told(claim.scheduled_for or claim.due_at)


def read_env_file(path: str) -> dict[str, str]:
    """The variables in a file of `NAME=VALUE` lines. Raises ExecutionError if it cannot be read.

    Empty lines and lines that begin with `#` are skipped, `export ` before a name too; a value may be quoted.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError as error:
        raise ExecutionError(
            f"the env file {path} cannot be read: {error.strerror}", hint="create it, or mend `env_file`"
        ) from error
    return dict(_variable(path, number, line) for number, line in enumerate(lines, 1) if not _is_comment(line))


def _inherited(job: Job, daemon_env: Mapping[str, str]) -> dict[str, str]:
    wanted = job.inherit_env
    inherited = {name: value for name, value in daemon_env.items() if _is_inherited(name, wanted)}
    return {**inherited, **dict(account(job).variables)}


@lru_cache(maxsize=4096)
def _is_inherited(name: str, wanted: bool | tuple[str, ...]) -> bool:
    if isinstance(wanted, bool):
        return wanted and not _matches(name, _DAEMONS_OWN)
    return name in wanted or (_matches(name, wanted) and not _matches(name, _DAEMONS_OWN))


def _given(job: Job, secrets: Mapping[str, str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for path in job.env_file:
        given |= read_env_file(path)
    return {**given, **job.env, **secrets}


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _is_comment(line: str) -> bool:
    text = line.strip()
    return not text or text.startswith("#")


def _variable(path: str, number: int, line: str) -> tuple[str, str]:
    name, found, value = line.strip().removeprefix("export ").partition("=")
    name = name.strip()
    if not found or not name:
        raise ExecutionError(
            f"line {number} of the env file {path} is not `NAME=VALUE`", hint="mend or remove the line"
        )
    return name, _unquoted(value.strip())


def _unquoted(value: str) -> str:
    r"""A value without its quotes; in double quotes `\n`, `\"` and `\\` are understood.

    >>> _unquoted("'a b'"), _unquoted('"a\\"b"'), _unquoted("a'b")
    ('a b', 'a"b', "a'b")
    """
    quote = value[:1]
    if quote not in ("'", '"') or len(value) < 2 or not value.endswith(quote):
        return value
    inner = value[1:-1]
    if quote == "'":
        return inner
    pieces = inner.split("\\\\")
    return "\\".join(piece.replace('\\"', '"').replace("\\n", "\n") for piece in pieces)
