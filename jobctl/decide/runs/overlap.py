"""Whether a run of a job that is due may start beside those that are due or under way."""

from typing import Literal

POLICIES = ("skip", "queue", "replace", "allow")
Answer = Literal["start", "skip", "queue", "replace"]


def decide(policy: str, under_way: int, waiting: int) -> Answer:
    """What becomes of a run that is due under `policy`, by the job's other runs.

    `under_way` have begun and not ended (waits for a retry included), `waiting` are due and have not begun: one that is
    promised for later is in nobody's way. `start` and `queue` both make a run that waits for its turn, `skip` records
    it as skipped, `replace` ends the others first.

    >>> decide("skip", 0, 0), decide("skip", 1, 0), decide("queue", 1, 0), decide("queue", 1, 1)
    ('start', 'skip', 'queue', 'skip')
    """
    if policy == "allow" or not (under_way or waiting):
        return "start"
    if policy == "replace":
        return "replace"
    if policy == "queue" and not waiting:
        return "queue"
    return "skip"


def exclusive(policy: str) -> bool:
    """Whether a run under `policy` waits until no other run of its job is under way.

    >>> exclusive("allow"), exclusive("queue")
    (False, True)
    """
    return policy != "allow"
