"""A plan: what applying a catalog would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jobctl.model.job import Job, Queue


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
    """Who deployed what: kept with every version."""

    who: str
    files: tuple[str, ...]
    commit: str | None = None
    message: str | None = None
