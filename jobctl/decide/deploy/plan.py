"""What applying a catalog would change."""

from collections.abc import Collection, Mapping
from typing import Any

from jobctl.model.job import Catalog, Job, Queue
from jobctl.model.plain import digest, to_plain
from jobctl.model.plan import Change, Deployed, Plan, ZoneMove


def plan(
    deployed: Mapping[str, Deployed],
    queues: Mapping[str, Queue],
    limits: Mapping[str, int],
    wanted: Catalog,
    prune: bool,
) -> Plan:
    """The difference between what is deployed and the `wanted` catalog; applied, the next plan is empty.

    Jobs are retired when they came from a path that is now given, with `prune` wherever they came from. Queues and
    limits that only other catalogs' jobs name are kept, so that one catalog does not undo another's.
    """
    retire = tuple(name for name in deployed if name not in wanted.jobs and (prune or _under(deployed[name], wanted)))
    others = [d.job for name, d in deployed.items() if name not in wanted.jobs and name not in retire]
    kept_queues = {job.queue: queues[job.queue] for job in others if job.queue in queues}
    kept_limits = {name: limits[name] for job in others for name in job.uses if name in limits}
    all_queues, all_limits = kept_queues | dict(wanted.queues), kept_limits | dict(wanted.limits)
    both = [name for name in wanted.jobs if name in deployed]
    differ = [name for name in both if deployed[name].digest != digest(wanted.jobs[name])]
    return Plan(
        add=tuple(job for name, job in wanted.jobs.items() if name not in deployed),
        change=tuple(Change(wanted.jobs[n], changed_keys(deployed[n].job, wanted.jobs[n])) for n in differ),
        retire=retire,
        unchanged=len(both) - len(differ),
        moved=tuple(n for n in both if n not in differ and deployed[n].source != wanted.sources.get(n, "")),
        sources=dict(wanted.sources),
        queues=all_queues,
        limits=all_limits,
        queues_changed=all_queues != dict(queues) or all_limits != dict(limits),
    )


def zone_move(deployed: Mapping[str, Deployed], plan: Plan, zoneless: Collection[str], zone: str) -> ZoneMove | None:
    """What becomes of schedules that name no zone (of the jobs `zoneless`) where the machine's zone is another."""
    before = {
        change.job.name: deployed[change.job.name].job.schedule.timezone
        for change in plan.change
        if change.job.name in zoneless and deployed[change.job.name].job.schedule.is_set
    }
    moved = {name: was for name, was in before.items() if was != zone}
    return ZoneMove(zone, moved) if moved else None


def changed_keys(old: Job, new: Job) -> dict[str, tuple[Any, Any]]:
    """The keys that differ, named as in a catalog, with the plain value before and after (None: not set).

    >>> changed_keys(Job(name="a", run="true"), Job(name="a", run="false", priority=3))
    {'run': ('true', 'false'), 'priority': (None, 3)}
    """
    before, after = as_typed(old), as_typed(new)
    names = list(before) + [name for name in after if name not in before]
    return {n: (before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n)}


def as_typed(job: Job) -> dict[str, Any]:
    """A job as plain values under the keys of a catalog: what a schedule holds stands at the top.

    >>> from jobctl.model.job import Schedule
    >>> as_typed(Job(name="a", run="true", schedule=Schedule(cron=("@daily",), timezone="Europe/Berlin")))
    {'run': 'true', 'schedule': '@daily', 'timezone': 'Europe/Berlin'}
    """
    return catalog_keys(to_plain(job))


def catalog_keys(plain: Mapping[str, Any]) -> dict[str, Any]:
    """A job's plain values, in their order, under the keys of a catalog; its name is no key there."""
    typed: dict[str, Any] = {}
    for key, value in plain.items():
        if key == "schedule":
            typed.update(_schedule_keys(value))
        elif key == "log_max_bytes":
            typed["log"] = {"max_bytes": value}
        elif key != "name":
            typed[key] = value
    return typed


def _schedule_keys(schedule: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a schedule by their catalog keys; a single expression as text."""
    keys = {("schedule" if key == "cron" else key): value for key, value in schedule.items()}
    if len(keys.get("schedule", ())) == 1:
        keys["schedule"] = keys["schedule"][0]
    if "after_end" in keys:
        keys["every"] = {"after_end": keys.pop("after_end")}
    return keys


def _under(deployed: Deployed, wanted: Catalog) -> bool:
    """Whether a deployed job came from one of the paths now given, or from a file in a folder now given."""
    source = deployed.source
    return any(source == path or source.startswith(path.rstrip("/") + "/") for path in wanted.paths)
