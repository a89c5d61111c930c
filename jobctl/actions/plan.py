"""What applying catalogs would change."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from jobctl.catalog.load import Loaded, load
from jobctl.decide.deploy.plan import plan, zone_move
from jobctl.decide.schedule.fire import next_fire
from jobctl.decide.time.zone import exists
from jobctl.model.job import Catalog, Job, Queue
from jobctl.model.plan import Plan, ZoneMove
from jobctl.model.problem import Problem
from jobctl.model.view import DeployedCatalog
from jobctl.store.protocols.catalog import Catalogs


class NextFires(NamedTuple):
    """When a job fires next, as deployed and as planned; None: not."""

    before: datetime | None
    after: datetime | None


class Preview(NamedTuple):
    """A plan; for the jobs that it touches their definitions before it, and when they fire next; what was in force for
    queues and limits; the catalog's warnings; the machine's zone, and what has moved with it."""

    plan: Plan
    before: Mapping[str, Job]
    fires: Mapping[str, NextFires]
    queues: Mapping[str, Queue]
    limits: Mapping[str, int]
    warnings: tuple[Problem, ...]
    zone: str | None = None
    zone_move: ZoneMove | None = None


class Wanted(NamedTuple):
    """A catalog that may be deployed, what is to be said about it, and the machine's zone in which it was read."""

    catalog: Catalog
    loaded: Loaded
    zone: str | None = None

    def warnings(self, now: datetime) -> tuple[Problem, ...]:
        """What is doubtful about it."""
        return (*self.loaded.problems, *self.loaded.ended(now))


def want(paths: Sequence[Path], machine_zone: str, euid: int) -> Wanted:
    """Read catalogs. Raises CatalogInvalid with every problem, NotFound for a missing path."""
    loaded = load(paths, machine_zone, euid)
    return Wanted(loaded.valid(), loaded, machine_zone if exists(machine_zone) else None)


def preview(store: Catalogs | None, wanted: Wanted, *, prune: bool, now: datetime) -> Preview:
    """Compare a catalog with what is deployed; without a store that is nothing."""
    deployed = DeployedCatalog({}, {}, {}) if store is None else store.deployed()
    planned = plan(deployed.jobs, deployed.queues, deployed.limits, wanted.catalog, prune)
    before = {name: deployed.jobs[name].job for name in (*planned.retire, *(c.job.name for c in planned.change))}
    after = {job.name: job for job in (*planned.add, *(change.job for change in planned.change))}
    fires = {name: NextFires(_next(before.get(name), now), _next(after.get(name), now)) for name in {**before, **after}}
    warnings, zone = wanted.warnings(now), wanted.zone
    moved = None if zone is None else zone_move(deployed.jobs, planned, wanted.loaded.zoneless, zone)
    return Preview(planned, before, fires, deployed.queues, deployed.limits, warnings, zone, moved)


def _next(job: Job | None, now: datetime) -> datetime | None:
    return None if job is None or not job.enabled else next_fire(job.schedule, job.name, now)
