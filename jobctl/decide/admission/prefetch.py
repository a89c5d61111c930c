"""Which and how much quick work may be taken before a slot is free for it."""

from collections.abc import Mapping
from typing import NamedTuple

from jobctl.model.job import Job, Resources

_MOST = 1_000


class Prefetch(NamedTuple):
    """Quick jobs (name -> group and cost of a run), what room each group has, and what room a slot brings.

    Runs of one group can be executed by the same worker, one after the other. Costs and rooms are microseconds.
    """

    quick: Mapping[str, tuple[int, int]]
    room: Mapping[int, int]
    lane: int


def may_wait(job: Job) -> bool:
    """Whether a job's runs may wait for others: not what is executed at most once, by another user, or bounded, be it
    in its resources or in the runs of its worker.

    >>> may_wait(Job(name="a", run="true")), may_wait(Job(name="a", run="true", idempotent=False))
    (True, False)
    """
    return (
        job.idempotent
        and job.user is None
        and job.group is None
        and not job.secrets
        and job.resources == Resources()
        and job.worker.max_runs is None
    )


def together(one: Prefetch | None, other: Prefetch | None) -> Prefetch | None:
    """What two executors welcome, whose groups differ.

    >>> together(None, Prefetch({"quick": (0, 400)}, {}, 1000)).lane
    1000
    """
    if one is None or other is None:
        return one or other
    return Prefetch({**one.quick, **other.quick}, {**one.room, **other.room}, min(one.lane, other.lane))


class Room:
    """What is left for runs while they are taken one by one, in their order."""

    def __init__(self, slots: int, prefetch: Prefetch | None) -> None:
        self._slots = slots
        self._quick = prefetch.quick if prefetch is not None else {}
        self._lane = prefetch.lane if prefetch is not None else 0
        self._left = dict(prefetch.room) if prefetch is not None else {}
        self._runs = most(slots, prefetch)

    @property
    def full(self) -> bool:
        """Whether nothing more can be taken, whatever it is."""
        return self._runs <= 0

    def take(self, job: str) -> bool:
        """Take a run, in a slot or behind quick ones of its kind; False if there is no room: then nothing follows.

        >>> room = Room(1, Prefetch({"quick": (0, 400)}, {}, 1000))
        >>> [room.take(job) for job in ("quick", "quick", "quick", "slow")]
        [True, True, False, False]
        """
        group, cost = self._quick.get(job, (None, 0))
        if self._slots > 0:
            self._slots -= 1
            if group is not None:
                self._left[group] = self._left.get(group, 0) + self._lane - cost
        elif group is not None and self._left.get(group, 0) >= cost:
            self._left[group] -= cost
        else:
            return False
        self._runs -= 1
        return True


def most(slots: int, prefetch: Prefetch | None) -> int:
    """More than so many are never taken at once.

    >>> most(2, None), most(2, Prefetch({"quick": (0, 100)}, {0: 500}, 1000))
    (2, 25)
    """
    if prefetch is None or not prefetch.quick:
        return slots
    cheapest = min(cost for _, cost in prefetch.quick.values())
    microseconds = sum(prefetch.room.values()) + slots * prefetch.lane
    return max(slots, min(_MOST, microseconds // cheapest))
