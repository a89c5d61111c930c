"""The command line of a shell job."""

import os
import shutil
from collections.abc import Mapping
from pathlib import PurePath

from jobctl.decide.params.template import fill
from jobctl.execute.in_place import found
from jobctl.model.claim import Claim
from jobctl.model.job import Job
from jobctl.model.outcome import Outcome, Unstartable

NOT_FOUND, NOT_EXECUTABLE = 127, 126


def command(claim: Claim) -> tuple[str, ...]:
    """What to execute: a string goes to the shell (bash stops at the first failure), a list is filled in and run as is.

    A name without a slash is looked up on the PATH of the job's environment.
    """
    job = claim.job
    if isinstance(job.run, tuple):
        return fill(job.run, claim.params, {*job.params, *claim.params})
    options = ("-eo", "pipefail") if PurePath(job.shell).name == "bash" else ()
    return (job.shell, *options, "-c", job.run or "")


def not_begun(outcome: Outcome, job: Job, environment: Mapping[str, str]) -> bool:
    """Whether an attempt has not begun although its command is there and may be executed."""
    if not isinstance(outcome, Unstartable) or not isinstance(job.run, tuple):
        return False
    path = found(job.run[0], environment)
    return os.access(path, os.X_OK) and not os.path.isdir(path)  # noqa: PTH112 - a path may hold anything


def status_of_unstartable(run: tuple[str, ...] | str | None, environment: Mapping[str, str]) -> int:
    """The exit status by which a shell says why a command has not begun: 127 there is none, 126 it cannot be executed.

    >>> [status_of_unstartable((name,), {}) for name in ("/no/such/file", "/etc/passwd", "/etc")]
    [127, 126, 126]
    """
    name = run[0] if isinstance(run, tuple) else ""
    if "/" in name:
        return NOT_EXECUTABLE if os.path.exists(name) else NOT_FOUND  # noqa: PTH110 - a path may hold anything
    there = shutil.which(name, mode=os.F_OK, path=environment.get("PATH", os.defpath))
    return NOT_FOUND if there is None else NOT_EXECUTABLE
