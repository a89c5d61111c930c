"""What a worker is told: how it is started, and what to call."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jobctl.execute.account import account
from jobctl.execute.environment import environment, job_environment, run_environment
from jobctl.execute.holding.mask import worth_masking
from jobctl.execute.messages import Spawn
from jobctl.execute.secrets import resolve
from jobctl.execute.worker_key import WorkerKey
from jobctl.model.claim import Claim
from jobctl.model.job import Job

_PROGRAM = Path(__file__).with_name("worker_program.py")
_INSIDE = Path(__file__).with_name("inside.py")


def spawn_of(name: str, key: WorkerKey, job: Job, daemon_env: Mapping[str, str]) -> Spawn:
    """How to start a worker of this key, for `job` and those like it. Raises ExecutionError."""
    whom = account(job)
    return Spawn(
        key=name,
        argv=(key.python, str(_PROGRAM), str(_INSIDE), *key.path),
        env=job_environment(job, daemon_env, {}),
        cwd=key.working_dir,
        user=whom.user,
        group=whom.group,
        extra_groups=whom.extra_groups,
        umask=key.umask,
        nice=key.nice,
        resources=key.resources,
        dies_with_client=True,
    )


def call_of(claim: Claim, key: WorkerKey, log: Path, daemon_env: Mapping[str, str]) -> dict[str, Any]:
    """A call as `worker_program.Worker.execute` describes it. Raises ExecutionError.

    Files and secrets are read anew for each attempt. A worker of another user may not write logs: the daemon does.
    """
    job = claim.job
    secrets = resolve(job, daemon_env) if job.secrets else {}
    return {
        "run_id": claim.run_id,
        "fence": claim.fence,
        "target": job.call,
        "params": {_keyword(name): value for name, value in claim.params.items()},
        "dates": {_keyword(n): spec.type for n, spec in job.params.items() if spec.type in ("date", "datetime")},
        "environ": environment(claim, daemon_env, secrets) if key.own else run_environment(claim),
        "stdin": job.stdin,
        "log": None if job.user is not None else str(log),
        "log_max_bytes": job.log_max_bytes,
        "secrets": worth_masking(list(secrets.values())),
        "keep_result": job.result,
    }


def _keyword(name: str) -> str:
    """A param's name as that of a keyword argument.

    >>> _keyword("dry-run")
    'dry_run'
    """
    return name.replace("-", "_")
