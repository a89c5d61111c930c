"""What an attempt is given besides its definition: the variables of its files, its secrets."""

from collections.abc import Mapping
from typing import NamedTuple

from jobctl.execute.environment import read_env_files
from jobctl.execute.patience import Patience
from jobctl.execute.secrets import COMMAND_S, resolve
from jobctl.model.job import Job

_FILES_S = 2.0
_PATIENCE = Patience()


class Given(NamedTuple):
    """Variables by name."""

    files: Mapping[str, str]
    secrets: Mapping[str, str]


_NOTHING = Given({}, {})


def reads(job: Job) -> bool:
    """Whether something is to be read before a job can start."""
    return bool(job.env_file or job.secrets)


def given_to(job: Job, daemon_env: Mapping[str, str]) -> Given:
    """Read what a job is given. Raises ExecutionError, also where that takes too long: others wait."""
    if not reads(job):
        return _NOTHING
    commands = sum(secret.command is not None for secret in job.secrets.values())
    what = (job.env_file, tuple(job.secrets.items()), job.user, job.group)
    seconds = _FILES_S + commands * COMMAND_S
    return _PATIENCE.within(seconds, what, lambda: Given(read_env_files(job), resolve(job, daemon_env)))
