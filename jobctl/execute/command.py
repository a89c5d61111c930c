"""The command line of a shell job."""

from pathlib import PurePath

from jobctl.decide.template import fill
from jobctl.model.claim import Claim


def command(claim: Claim) -> tuple[str, ...]:
    """What to execute: a string goes to the shell (bash stops at the first failure), a list is filled in and run as is.

    A name without a slash is looked up on the PATH of the job's environment.
    """
    job = claim.job
    if isinstance(job.run, tuple):
        return fill(job.run, claim.params, {*job.params, *claim.params})
    options = ("-eo", "pipefail") if PurePath(job.shell).name == "bash" else ()
    return (job.shell, *options, "-c", job.run or "")
