"""The catalog as a whole: from paths to a `Catalog`, or to every problem that stands in the way."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from jobctl.catalog.check import check
from jobctl.catalog.document import Document, TypedJob, entries_of
from jobctl.catalog.duplicates import defined_twice
from jobctl.catalog.gather import absolute, gather
from jobctl.catalog.keys import merged
from jobctl.catalog.models import JobModel
from jobctl.catalog.node import Node, Table
from jobctl.catalog.normal import job_of
from jobctl.catalog.rules import job_problems, problem_at
from jobctl.catalog.warnings import doubts, ended
from jobctl.catalog.zone_needed import needs_zone, zone_problem
from jobctl.decide.time.zone import exists
from jobctl.model.errors import CatalogInvalid
from jobctl.model.job import Catalog, Queue
from jobctl.model.problem import MOST_TOLD, Problem
from jobctl.trust.guards import why_untrusted

MAX_VALUES = 1_000_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the files say: the catalog (None when a problem is an error) and all problems, in the order of the files.

    `zoneless` are the jobs whose schedule is read in the machine's zone.
    """

    catalog: Catalog | None
    problems: tuple[Problem, ...]
    typed: tuple[TypedJob, ...] = ()
    zoneless: frozenset[str] = frozenset()

    def valid(self) -> Catalog:
        """The catalog. Raises CatalogInvalid with every problem."""
        if self.catalog is None:
            raise CatalogInvalid(self.problems)
        return self.catalog

    def ended(self, now: datetime) -> tuple[Problem, ...]:
        """Warnings about schedules that are over."""
        jobs = self.catalog.jobs if self.catalog is not None else {}
        return tuple(
            problem_at(typed, where, message, warning=True)
            for typed in self.typed
            if typed.name in jobs
            for where, message in ended(jobs[typed.name], now)
        )


def load(paths: Sequence[Path], machine_zone: str, euid: int) -> Loaded:
    """Read catalogs: files, or folders of them.

    `machine_zone` is the zone of schedules that name none (`jobctl.catalog.zone`). As root (`euid` 0), or when a job
    names a `user`, files that others may write are refused. Raises NotFound when a path does not exist.
    """
    documents, problems = gather(paths)
    jobs = [(document, job) for document in documents for job in document.jobs]
    own = {job.name: _keys(job) for _, job in jobs}
    problems += defined_twice(documents)
    multiplied = [problem for document in documents if (problem := _multiplied(document))]
    if multiplied or len(problems) > MOST_TOLD:
        return Loaded(None, _sorted(problems + multiplied))
    models, wrong = _models(jobs, {entry.name for document in documents for entry in entries_of(document, "limits")})
    problems += wrong
    problems += _untrusted(documents, [job for _, job in jobs], euid)
    problems += _zoneless([job for _, job in jobs], models, machine_zone)
    if problems or len(models) < len(jobs):
        return Loaded(None, _sorted(problems))
    zone = machine_zone if exists(machine_zone) else "UTC"
    catalog = Catalog(
        # Those that need the zone of a machine without one are refused by now; to the others it is all the same.
        jobs={job.name: job_of(job, models[job.name], zone) for _, job in jobs},
        queues=_queues(documents),
        limits=_limits(documents),
        sources={job.name: document.origin for document, job in jobs},
        paths=tuple(str(absolute(path)) for path in paths),
    )
    typed = tuple(job for _, job in jobs)
    warnings = [
        problem_at(job, where, message, warning=True)
        for job in typed
        for where, message in doubts(models[job.name], own[job.name], catalog.jobs[job.name])
    ]
    zoneless = frozenset(name for name, model in models.items() if needs_zone(model) is not None)
    return Loaded(catalog, _sorted(warnings), typed, zoneless)


def _models(
    jobs: Iterable[tuple[Document, TypedJob]], limits: Container[str]
) -> tuple[dict[str, JobModel], list[Problem]]:
    """What each job says, the defaults of its file under it, and what is wrong with it."""
    models: dict[str, JobModel] = {}
    problems: list[Problem] = []
    for document, job in jobs:
        if isinstance(job.table, Table):
            job.table = merged(job.table, document.defaults)
        checked = check(JobModel, job.table, job.path)
        problems += checked.problems + job_problems(job, checked.value, limits)
        if checked.value is not None:
            models[job.name] = checked.value
        if len(problems) > MOST_TOLD:
            break
    return models, problems


def _zoneless(jobs: Sequence[TypedJob], models: Mapping[str, JobModel], machine_zone: str) -> list[Problem]:
    """Jobs that need the machine's zone, where that has no name."""
    if exists(machine_zone):
        return []
    found = ((job, zone_problem(models[job.name], machine_zone)) for job in jobs if job.name in models)
    return [problem_at(job, *wrong) for job, wrong in found if wrong is not None]


def _multiplied(document: Document) -> Problem | None:
    """What is wrong with defaults that come to more than can be held, since each job has them for itself."""
    if document.defaults is None:
        return None
    inner = (entry.value for entry in document.defaults)
    each = sum(len(value.entries) if isinstance(value, Table) else 1 for value in inner)
    if each * len(document.jobs) <= MAX_VALUES:
        return None
    return document.defaults.problem(["defaults"], f"more than {MAX_VALUES:,} values once each job has its defaults")


def _queues(documents: Iterable[Document]) -> dict[str, Queue]:
    typed = {name: model for document in documents for name, model in (document.settings.queues or {}).items()}
    return {name: Queue(name, model.slots, model.rate) for name, model in typed.items()}


def _limits(documents: Iterable[Document]) -> dict[str, int]:
    return {name: units for document in documents for name, units in (document.settings.limits or {}).items()}


def _untrusted(documents: Sequence[Document], jobs: Sequence[TypedJob], euid: int) -> list[Problem]:
    """Files that somebody else may change, where that would give them root's or another user's rights."""
    if euid != 0 and not any(isinstance(job.table, Table) and job.table.get("user") for job in jobs):
        return []
    found = []
    for document in documents:
        why = why_untrusted(document.source.guards, euid)
        if why:
            reason = "a catalog that root reads" if euid == 0 else "a catalog with `user:`"
            message = f"{reason} must not be open to change by others, but {why}"
            found.append(Node(document.source, 1, 1).problem([], message))
    return found


def _keys(job: TypedJob) -> Collection[str]:
    """The keys that a job gives itself, before it has those of its defaults."""
    return {entry.name for entry in job.table} if isinstance(job.table, Table) else ()


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, file by file from top to bottom, up to a thousand.

    One of a default is not told again for each job under it.
    """
    once: dict[tuple[str, int, int, str], Problem] = {}
    for problem in problems:
        once.setdefault((problem.file, problem.line, problem.column, problem.message), problem)
    found = sorted(once.values(), key=lambda p: (p.file, p.line, p.column))
    if len(found) <= MOST_TOLD:
        return tuple(found)
    last = found[MOST_TOLD - 1]
    message = f"more than {MOST_TOLD:,} problems; what follows is not told"
    return (*found[:MOST_TOLD], replace(last, path="", message=message))
