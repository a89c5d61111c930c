"""The environment of an attempt: nothing of the daemon's own that the job did not ask for."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache

from jobctl.decide.params.template import param_env
from jobctl.decide.text.env_file import BadLine, read_env
from jobctl.decide.text.variables import is_jobctls_own
from jobctl.execute.account import account, who
from jobctl.model.claim import Claim
from jobctl.model.errors import ExecutionError
from jobctl.model.instant import iso_seconds
from jobctl.model.job import Job
from jobctl.trust.as_user import Who
from jobctl.trust.opening import Unreadable
from jobctl.trust.reading import read_for

MAX_BYTES = 1024 * 1024
"""An env file may be so long: what a process can be given is not much more."""
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


def environment(
    claim: Claim, daemon_env: Mapping[str, str], secrets: Mapping[str, str], files: Mapping[str, str] | None = None
) -> dict[str, str]:
    """All variables of one attempt; what comes later wins: inherited, the account's, JOBCTL_*, files, `env`, secrets.

    `files` are those that were read from `env_file`; None: they are read now. Raises ExecutionError for an unreadable
    file and an unknown user.
    """
    job = claim.job
    given = read_env_files(job) if files is None else files
    return {**_inherited(job, daemon_env), **run_environment(claim), **given, **job.env, **secrets}


def job_environment(
    job: Job, daemon_env: Mapping[str, str], secrets: Mapping[str, str], files: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The variables that are the same for every run of a job, for a process that executes many."""
    given = read_env_files(job) if files is None else files
    return {**_inherited(job, daemon_env), **given, **job.env, **secrets}


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


def read_env_file(path: str, whom: Who | None = None) -> dict[str, str]:
    """The variables in a file of `NAME=VALUE` lines (`decide.env_text` has the grammar), read for a job of user `whom`;
    one with `-` before it need not exist. Raises ExecutionError if it cannot be read."""
    optional, path = path.startswith("-"), path.removeprefix("-")
    try:
        return read_env(read_for(path, MAX_BYTES, whom).decode("utf-8", "surrogateescape"))
    except Unreadable as error:
        if optional and error.missing:
            return {}
        hint = "create it, or mend `env_file`" if error.missing else "mend the file, or `env_file`"
        raise ExecutionError(f"the env file {path} {error}", hint=hint) from error
    except BadLine as error:
        raise ExecutionError(
            f"line {error.number} of the env file {path} {error}", hint="mend or remove the line"
        ) from error


def read_env_files(job: Job) -> dict[str, str]:
    """The variables of all files of a job; what comes later wins. Raises ExecutionError."""
    given: dict[str, str] = {}
    for path in job.env_file:
        given |= read_env_file(path, who(job))
    _refuse_own(given)
    return given


def _refuse_own(given: Mapping[str, str]) -> None:
    """What a job believes of itself is told by jobctl alone, as `env` is refused such names when a catalog is read."""
    for name in given:
        if is_jobctls_own(name):
            raise ExecutionError(
                f"`{name}` in an env file is a name of jobctl's own, which tells the job about itself by it",
                hint="choose another name",
            )


def _inherited(job: Job, daemon_env: Mapping[str, str]) -> dict[str, str]:
    wanted = job.inherit_env
    inherited = {name: value for name, value in daemon_env.items() if _is_inherited(name, wanted)}
    return {**inherited, **dict(account(job).variables)}


@lru_cache(maxsize=4096)
def _is_inherited(name: str, wanted: bool | tuple[str, ...]) -> bool:
    if isinstance(wanted, bool):
        return wanted and not _matches(name, _DAEMONS_OWN)
    return name in wanted or (_matches(name, wanted) and not _matches(name, _DAEMONS_OWN))


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
