"""Which jobs may share a worker process."""

import sys
from typing import NamedTuple

from jobctl.model.job import Job, Resources
from jobctl.model.plain import digest


class WorkerKey(NamedTuple):
    """What a worker process is made of: jobs with equal keys may run in the same one, one after the other."""

    python: str
    path: tuple[str, ...]
    working_dir: str
    user: str | None
    group: str | None
    umask: int | None
    nice: int | None
    resources: Resources
    inherit_env: bool | tuple[str, ...]
    own: str


def worker_key(job: Job) -> WorkerKey:
    """The key of the workers for `job`; a job with an environment or secrets has workers of its own."""
    return WorkerKey(
        job.python or sys.executable,
        job.path,
        job.working_dir,
        job.user,
        job.group,
        job.umask,
        job.nice,
        job.resources,
        job.inherit_env,
        digest([job.name, job.env, job.env_file, job.secrets]) if job.env or job.env_file or job.secrets else "",
    )
