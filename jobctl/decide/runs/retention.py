"""Which finished runs are beyond their job's `keep`."""

from datetime import timedelta

from jobctl.model.job import Keep
from jobctl.model.run import State

COUNTED: tuple[State, ...] = ("succeeded", "skipped", "cancelled")


def kept_for(keep: Keep, state: State) -> timedelta:
    """How long a run that ended in `state` stays; a cancelled one as long as a skipped one.

    >>> kept_for(Keep(), "failed").days
    90
    """
    if state == "succeeded":
        return keep.succeeded
    return keep.failed if state == "failed" else keep.skipped
