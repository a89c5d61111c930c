"""Which jobs may share a worker process."""

import sys
from typing import NamedTuple

from jobctl.model.job import Job, Resources, WorkerBounds
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
    bounds: WorkerBounds
    own: str


def worker_key(job: Job) -> WorkerKey:
    """The key of the workers for `job`: jobs with the same environment share them, one with secrets has its own."""
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
        job.worker,
        _own(job),
    )


def _own(job: Job) -> str:
    """What no other job has. An `env` among a catalog's defaults is that of all: had each of them its own workers, one
    would end and another begin for nearly every call."""
    if not (job.env or job.env_file or job.secrets):
        return ""
    return digest([job.name if job.secrets else "", job.env, job.env_file, job.secrets])
