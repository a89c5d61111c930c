"""What a worker is told: how it is started, and what to call."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from jobctl.execute.account import account
from jobctl.execute.environment import environment, job_environment, run_environment
from jobctl.execute.folder import StateFolder
from jobctl.execute.holding.frames import to_text
from jobctl.execute.holding.mask import worth_masking
from jobctl.execute.messages import Spawn
from jobctl.execute.secrets import resolve
from jobctl.execute.worker_key import WorkerKey
from jobctl.execute.worker_program import PACKET
from jobctl.model.claim import Claim, ClaimKey
from jobctl.model.job import Job, Resources

_PROGRAM = Path(__file__).with_name("worker_program.py")
_INSIDE = Path(__file__).with_name("inside.py")


class Form(NamedTuple):
    """What all calls of one definition have in common. `shareable`: they may wait in a worker behind others."""

    job: Job
    key: WorkerKey
    text: bytes
    shareable: bool


class Call(NamedTuple):
    """One call, ready to be sent. `alone`: nothing may be sent behind it. `cost`: microseconds that it may take."""

    claim: Claim
    key: ClaimKey
    frame: bytes
    log: str
    secrets: list[str]
    alone: bool
    cost: int


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


def form_of(job: Job, key: WorkerKey) -> Form:
    """The form of a job's calls. What is executed at most once, or bounded, or by another user, shares with nobody."""
    form: dict[str, Any] = {
        "target": job.call,
        "dates": {_keyword(n): spec.type for n, spec in job.params.items() if spec.type in ("date", "datetime")},
        "environ": {} if key.own else {"JOBCTL_JOB": job.name},
        "stdin": job.stdin,
        "log_max_bytes": job.log_max_bytes,
        "keep_result": job.result,
        "secrets": [],
        "alone": False,
    }
    shareable = job.idempotent and job.user is None and not job.secrets and job.resources == Resources()
    return Form(job, key, to_text(form).encode(), shareable)


def call_of(
    claim: Claim, form: Form, folder: StateFolder, daemon_env: Mapping[str, str], *, alone: bool, cost: int
) -> Call:
    """A call as `worker_program.Worker.execute` describes it. Raises ExecutionError.

    Files and secrets are read anew for each attempt. A worker of another user may not write logs: the daemon does.
    """
    job = form.job
    secrets = resolve(job, daemon_env) if job.secrets else {}
    masked = worth_masking(list(secrets.values())) if secrets else []
    log = folder.log_path(claim.run_id, claim.fence)
    run: dict[str, Any] = {
        "run_id": claim.run_id,
        "fence": claim.fence,
        "params": {_keyword(name): value for name, value in claim.params.items()} if claim.params else {},
        "environ": environment(claim, daemon_env, secrets) if form.key.own else run_environment(claim),
        "log": None if job.user is not None else log,
    }
    if masked:
        run["secrets"] = masked
    if alone:
        run["alone"] = True
    body = form.text + b"\n" + to_text(run).encode()
    frame = len(body).to_bytes(4, "big") + body
    return Call(claim, claim.key, frame, log, masked, alone or len(frame) > PACKET, cost)


def _keyword(name: str) -> str:
    """A param's name as that of a keyword argument.

    >>> _keyword("dry-run")
    'dry_run'
    """
    return name.replace("-", "_")
