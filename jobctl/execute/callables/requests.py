"""What a worker is told: how it is started, and what to call."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from jobctl.decide.admission.prefetch import may_wait
from jobctl.decide.params.template import param_env
from jobctl.execute.account import account
from jobctl.execute.callables.key import WorkerKey
from jobctl.execute.environment import environment, job_environment, scheduled_for
from jobctl.execute.given import given_to
from jobctl.execute.holder.messages import Spawn
from jobctl.execute.holder_program.frames import to_text
from jobctl.execute.holder_program.mask import worth_masking
from jobctl.execute.state_folder import StateFolder
from jobctl.execute.worker_program._jobctl_worker.files import log_path
from jobctl.model.claim import Claim
from jobctl.model.job import Job, WorkerBounds

LONG = 32 * 1024
"""A call whose text is longer shares a worker with no other."""

_PROGRAM = Path(__file__).parents[1] / "worker_program/__main__.py"
_INSIDE = Path(__file__).parents[1] / "inside.py"


class Form(NamedTuple):
    """What the calls of one definition in one queue have in common. `shareable`: they may wait in a worker behind
    others. `logs` is the folder of log files."""

    job: Job
    key: WorkerKey
    text: str
    shareable: bool
    logs: str


class Call(NamedTuple):
    """One call, ready to be sent: `text` is what `_jobctl_worker.calls.Call` is made of, its form left out.

    `alone`: nothing may be sent behind it. `cost`: microseconds that it may take.
    """

    claim: Claim
    form: Form
    text: str
    secrets: list[str]
    alone: bool
    cost: int

    @property
    def log(self) -> str:
        """Its log file."""
        return log_path(self.form.logs, self.claim.run_id, self.claim.fence)


def spawn_of(name: str, key: WorkerKey, job: Job, daemon_env: Mapping[str, str]) -> Spawn:
    """How to start a worker of this key, for `job` and those like it. Raises ExecutionError."""
    whom = account(job)
    return Spawn(
        key=name,
        argv=(key.python, str(_PROGRAM), str(_INSIDE), key.working_dir, *key.path),
        env=job_environment(job, daemon_env, {}, _files(job, daemon_env)),
        cwd=key.working_dir,
        user=whom.user,
        group=whom.group,
        extra_groups=whom.extra_groups,
        umask=key.umask,
        nice=key.nice,
        resources=key.resources,
        dies_with_client=True,
    )


def _files(job: Job, daemon_env: Mapping[str, str]) -> Mapping[str, str]:
    """What a worker's interpreter may want to know from the start; secrets come with each call."""
    return given_to(replace(job, secrets={}), daemon_env).files


def form_of(job: Job, key: WorkerKey, queue: str, folder: StateFolder) -> Form:
    """The form of a job's calls, as `_jobctl_worker.calls.Form` describes it.

    A worker of another user may not write logs: the daemon does.
    """
    logs = str(folder.logs)
    form: dict[str, Any] = {
        "target": job.call,
        "dates": {_keyword(n): spec.type for n, spec in job.params.items() if spec.type in ("date", "datetime")},
        "environ": {"JOBCTL_JOB": job.name, "JOBCTL_QUEUE": queue},
        "stdin": job.stdin,
        "logs": None if job.user is not None else logs,
        "log_max_bytes": job.log_max_bytes,
        "keep_result": job.result,
        "bounds": _bounds(job.worker),
    }
    return Form(job, key, to_text(form), may_wait(job), logs)


def call_of(claim: Claim, form: Form, daemon_env: Mapping[str, str], *, alone: bool, cost: int) -> Call:
    """A call. Raises ExecutionError. Files and secrets are read anew for each attempt."""
    job = form.job
    secrets: list[str] = []
    more: dict[str, Any] = {}
    if claim.params:
        more["params"] = {_keyword(name): value for name, value in claim.params.items()}
        more["environ"] = param_env(claim.params)
    if form.key.own:
        files, values = given_to(job, daemon_env)
        more["environ"] = environment(claim, daemon_env, values, files)
        secrets = worth_masking(list(values.values()))
        more["secrets"] = secrets
    if claim.correlation_id != str(claim.run_id):
        more["correlation_id"] = claim.correlation_id
    if alone:
        more["alone"] = True
    text = f'{claim.run_id},{claim.fence},"{scheduled_for(claim)}"'
    if more:
        text += "," + to_text(more)
    return Call(claim, form, text, secrets, alone or len(text) > LONG, cost)


def batch_of(first: int, calls: Iterable[Call]) -> bytes:
    """The lines that say some calls, numbered from `first` on."""
    places: dict[str, int] = {}
    texts = [f"[{places.setdefault(call.form.text, len(places))},{call.text}]" for call in calls]
    return "\n".join([*places, f"[{first},{','.join(texts)}]\n"]).encode()


def _bounds(bounds: WorkerBounds) -> dict[str, float | None] | None:
    if bounds == WorkerBounds():
        return None
    age = bounds.max_age
    return {
        "max_runs": bounds.max_runs,
        "max_memory": bounds.max_memory,
        "max_age": None if age is None else age.total_seconds(),
    }


def _keyword(name: str) -> str:
    """A param's name as that of a keyword argument.

    >>> _keyword("dry-run")
    'dry_run'
    """
    return name.replace("-", "_")
