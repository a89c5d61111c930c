"""How a run ends that no daemon executes: the verb that ends it, its state and reason, and what becomes of its key."""

from typing import NamedTuple

from jobctl.model.run import Reason, State


class Ending(NamedTuple):
    """What ends a run. Where it `holds_key`, that is held for the job's `unique_for` as after an execution."""

    verb: str
    from_state: State | None
    state: State
    reason: Reason
    holds_key: bool = True


CANCELLED = Ending("cancel", "waiting", "cancelled", "operator")
REPLACED = Ending("cancel", "waiting", "cancelled", "replaced")
ABANDONED = Ending("cancel", "waiting", "cancelled", "interrupted")
EXPIRED = Ending("expire", "waiting", "skipped", "expired")
OVERLAPPING = Ending("skip", "waiting", "skipped", "overlap", holds_key=False)


def at_birth(reason: Reason) -> Ending:
    """The end of what is only recorded.

    >>> at_birth("missed").state
    'skipped'
    """
    return Ending("enqueue", None, "skipped", reason, holds_key=False)
