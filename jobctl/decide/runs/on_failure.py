"""The run that `on_failure` asks for, made when a run has failed for good."""

import json

from jobctl.model.claim import Claim
from jobctl.model.instant import iso_seconds
from jobctl.model.job import Job
from jobctl.model.plain import to_plain
from jobctl.model.run import Request
from jobctl.model.settlement import Settlement


def on_failure_request(claim: Claim, settlement: Settlement) -> Request:
    """An ad-hoc run of the job's `on_failure` command, told about the failed run through its environment.

    It runs where and as whom the failed job ran, once, and reads the end of the failed run's output on stdin. Its
    name is `<job>:on_failure`, which no catalog can hold.
    """
    job = claim.job
    facts = {
        "JOBCTL_RUN_ID": str(claim.run_id),
        "JOBCTL_JOB": job.name,
        "JOBCTL_ATTEMPT": str(claim.fence),
        "JOBCTL_QUEUE": claim.queue,
        "JOBCTL_SCHEDULED_FOR": iso_seconds(claim.scheduled_for or claim.due_at),
        "JOBCTL_STATE": settlement.state,
        "JOBCTL_REASON": settlement.reason or "",
        "JOBCTL_ERROR": (settlement.error or "")[-4096:],
        "JOBCTL_EXIT_CODE": "" if settlement.exit_code is None else str(settlement.exit_code),
        "JOBCTL_SIGNAL": settlement.signal or "",
    }
    command = Job(
        name=f"{job.name}:on_failure",
        run=job.on_failure,
        shell=job.shell,
        env={**job.env, **facts},
        env_file=job.env_file,
        inherit_env=job.inherit_env,
        secrets=job.secrets,
        stdin_from_run=claim.run_id,
        working_dir=job.working_dir,
        user=job.user,
        group=job.group,
        umask=job.umask,
        log_max_bytes=job.log_max_bytes,
        keep=job.keep,
        timeout=job.timeout,
        stop_grace_period=job.stop_grace_period,
    )
    return Request(
        job=command.name,
        definition=json.dumps(to_plain(command), sort_keys=True),
        job_version=None,
        params=json.dumps(dict(claim.params)),
        queue=claim.queue,
        priority=job.priority,
        correlation_id=claim.correlation_id,
        created_by=f"on_failure of run {claim.run_id}",
    )
