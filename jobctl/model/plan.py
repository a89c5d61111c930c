"""A plan: what applying a catalog would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jobctl.model.job import Job, Queue

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Deployed:
    """One deployed job: its definition, version, digest and the catalog path it came from."""

    job: Job
    version: int
    digest: str
    source: str


@dataclass(frozen=True, slots=True)
class Change:
    """A job whose definition differs: each changed key with its old and its new plain value (None: unset)."""

    job: Job
    keys: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to add, change and retire; `unchanged` counts the jobs that stay as they are.

    `moved` are unchanged jobs that now come from another file. `queues` and `limits` are the wanted ones in full;
    `queues_changed` says whether they differ from the deployed ones.
    """

    add: tuple[Job, ...]
    change: tuple[Change, ...]
    retire: tuple[str, ...]
    unchanged: int
    moved: tuple[str, ...]
    sources: Mapping[str, str]
    queues: Mapping[str, Queue]
    limits: Mapping[str, int]
    queues_changed: bool

    @property
    def empty(self) -> bool:
        """True when applying it would change nothing."""
        return not (self.add or self.change or self.retire or self.moved or self.queues_changed)


@dataclass(frozen=True, slots=True)
class Deployment:
    """Who deployed what, on a machine in which zone: kept with every version."""

    who: str
    files: tuple[str, ...]
    commit: str | None = None
    message: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class ZoneMove:
    """Schedules that name no zone move to another one with the machine's, `zone`: jobs, and where each was before."""

    zone: str
    jobs: Mapping[str, str]

    def __str__(self) -> str:
        """What happens, and how to keep it from happening.

        >>> print(ZoneMove("UTC", {"backup": "Europe/Berlin"}))
        the machine's time zone is `UTC`: the schedule of `backup`, which names none, moves there from `Europe/Berlin`
        """
        names = ", ".join(f"`{name}`" for name in list(self.jobs)[:_NAMED])
        more = f" and {len(self.jobs) - _NAMED} more" if len(self.jobs) > _NAMED else ""
        before = ", ".join(f"`{zone}`" for zone in sorted(set(self.jobs.values())))
        who = f"the schedule of {names}, which names none, moves"
        if len(self.jobs) > 1:
            who = f"schedules that name none move ({names}{more})"
        return f"the machine's time zone is `{self.zone}`: {who} there from {before}"
