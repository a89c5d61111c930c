"""The catalog as a whole: from paths to a `Catalog`, or to every problem that stands in the way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jobctl.catalog.check import Checked, check
from jobctl.catalog.document import Document, TypedJob, entries_of
from jobctl.catalog.files import why_untrusted
from jobctl.catalog.gather import absolute, gather
from jobctl.catalog.keys import merged
from jobctl.catalog.models import JobModel
from jobctl.catalog.node import Entry, Node, Table
from jobctl.catalog.normal import job_of
from jobctl.catalog.rules import job_problems, problem_at
from jobctl.decide.fire import never_matches
from jobctl.model.errors import CatalogInvalid
from jobctl.model.job import Catalog, Job, Queue
from jobctl.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the files say: the catalog (None when a problem is an error) and all problems, in the order of the files."""

    catalog: Catalog | None
    problems: tuple[Problem, ...]


def load(paths: Sequence[Path], machine_zone: str, euid: int) -> Loaded:
    """Read catalogs: files, or folders of them.

    `machine_zone` is the zone of schedules that name none (`jobctl.catalog.zone`). As root (`euid` 0), or when a job
    names a `user`, files that others may write are refused. Raises NotFound when a path does not exist.
    """
    documents, problems = gather(paths)
    jobs = [(document, job, _checked(document, job)) for document in documents for job in document.jobs]
    limits = _limits(documents)
    problems += _twice(documents)
    for _, job, checked in jobs:
        problems += checked.problems + job_problems(job, checked.value, limits)
    problems += _untrusted(documents, [job for _, job, _ in jobs], euid)
    if problems or any(checked.value is None for _, _, checked in jobs):
        return Loaded(None, _sorted(problems))
    built = {job.name: job_of(job, checked.value, machine_zone) for _, job, checked in jobs if checked.value}
    catalog = Catalog(
        jobs=built,
        queues=_queues(documents),
        limits=limits,
        sources={job.name: document.origin for document, job, _ in jobs},
        paths=tuple(str(absolute(path)) for path in paths),
    )
    return Loaded(catalog, _sorted(_never_firing(built, [job for _, job, _ in jobs])))


def load_or_raise(paths: Sequence[Path], machine_zone: str, euid: int) -> Catalog:
    """As `load`, for who wants a catalog without problems. Raises CatalogInvalid with all of them, or NotFound."""
    loaded = load(paths, machine_zone, euid)
    if loaded.catalog is None:
        raise CatalogInvalid(loaded.problems)
    return loaded.catalog


def _checked(document: Document, job: TypedJob) -> Checked[JobModel]:
    """The job with the defaults of its file under it, against the model."""
    if isinstance(job.table, Table):
        job.table = merged(job.table, document.defaults)
    return check(JobModel, job.table, job.path)


def _queues(documents: Iterable[Document]) -> dict[str, Queue]:
    typed = {name: model for document in documents for name, model in (document.settings.queues or {}).items()}
    return {name: Queue(name, model.slots, model.rate) for name, model in typed.items()}


def _limits(documents: Iterable[Document]) -> dict[str, int]:
    return {name: units for document in documents for name, units in (document.settings.limits or {}).items()}


def _twice(documents: Sequence[Document]) -> list[Problem]:
    """Names that two places define."""
    found = []
    seen: dict[str, Node] = {}
    for document in documents:
        for job in document.jobs:
            first = seen.setdefault(job.name, job.key)
            if first is not job.key:
                found.append(job.key.problem(job.path, f"job `{job.name}` is already defined at {first.where}"))
    for section, what in (("queues", "queue"), ("limits", "limit")):
        entries = [entry for document in documents for entry in entries_of(document, section)]
        found += _entries_twice(entries, section, what)
    return found


def _entries_twice(entries: Iterable[Entry], section: str, what: str) -> list[Problem]:
    found = []
    seen: dict[str, Entry] = {}
    for entry in entries:
        first = seen.setdefault(entry.name, entry)
        if first is not entry:
            message = f"{what} `{entry.name}` is already defined at {first.key.where}"
            found.append(entry.key.problem([section, entry.name], message))
    return found


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


def _never_firing(jobs: Mapping[str, Job], typed: Iterable[TypedJob]) -> list[Problem]:
    places = {job.name: job for job in typed}
    warnings = []
    for name, job in jobs.items():
        if (job.schedule.cron or job.schedule.every or job.schedule.at) and never_matches(job.schedule, name):
            key = "schedule" if job.schedule.cron else "every" if job.schedule.every else "at"
            warnings.append(problem_at(places[name], [key], "this schedule never matches", warning=True))
    return warnings


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, file by file from top to bottom."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.file, p.line, p.column)))
