"""One catalog file taken apart: what it includes, its defaults, queues and limits, and its jobs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from jobctl.catalog.check import check
from jobctl.catalog.data import to_data
from jobctl.catalog.fields import JOB_NAME_KIND
from jobctl.catalog.keys import canonical, merged
from jobctl.catalog.kind import got
from jobctl.catalog.models import FileModel, JobModel
from jobctl.catalog.node import Entry, Items, Node, Part, Scalar, Source, Table
from jobctl.model.problem import MOST_TOLD, Problem


@dataclass(slots=True, eq=False)
class TypedJob:
    """A job as typed: its name and where that stands, its keys in one form, the path of its problems."""

    name: str
    key: Node
    table: Node
    path: list[Part]


@dataclass(slots=True, eq=False)
class Document:
    """A file taken apart. `origin` is the given path that led to it; `defaults` hold inherited ones too."""

    source: Source
    origin: str
    settings: FileModel = field(default_factory=lambda: FileModel.model_validate({}))
    root: Table | None = None
    defaults: Table | None = None
    jobs: list[TypedJob] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def take_apart(root: Node | None, source: Source, origin: str, inherited: Table | None) -> Document:
    """The document of a file's tree; `inherited` are the defaults of the files that include it."""
    document = Document(source, origin, defaults=inherited)
    if not isinstance(root, Table) or not root.entries:
        place = root or Node(source, 1, 1)
        if not place.bad:
            document.problems.append(place.problem([], _expected_jobs(root)))
        return document
    document.root = root
    _read_settings(document, root)
    _read_defaults(document, root, inherited)
    _read_jobs(document, root)
    return document


def _expected_jobs(root: Node | None) -> str:
    if root is None or (isinstance(root, Scalar) and not root.text):
        return "the file is empty; expected a mapping with `jobs:`"
    return "expected a mapping with `jobs:`" + (", got a list" if isinstance(root, Items) else "")


def _read_settings(document: Document, root: Table) -> None:
    entries = [entry for entry in root if entry.name not in ("jobs", "defaults")]
    checked = check(FileModel, Table(root.source, root.line, root.column, entries), [])
    document.problems.extend(checked.problems)
    if checked.value is not None:
        document.settings = checked.value


def _read_defaults(document: Document, root: Table, inherited: Table | None) -> None:
    entry = root.get("defaults")
    if entry is None:
        return
    if not isinstance(entry.value, Table):
        document.problems.extend(check(JobModel, entry.value, ["defaults"]).problems)
        return
    table, problems = canonical(entry.value, ["defaults"])
    document.problems.extend(problems + check(JobModel, table, ["defaults"]).problems)
    document.defaults = merged(table, inherited)


def _read_jobs(document: Document, root: Table) -> None:
    entry = root.get("jobs")
    if entry is None:
        return
    jobs = entry.value
    if isinstance(jobs, Table):
        for job in jobs:
            _add_job(document, job.key.text, job.key, job.value, ["jobs", job.key.text])
            if len(document.problems) > MOST_TOLD:
                return
    elif isinstance(jobs, Items):
        for index, item in enumerate(jobs.items):
            _add_listed_job(document, item, ["jobs", index])
            if len(document.problems) > MOST_TOLD:
                return
    elif not jobs.bad:
        what = got(to_data(jobs, ["jobs"])[0] or None)
        document.problems.append(
            jobs.problem(["jobs"], f"expected a mapping of jobs by name, or a list of them, got {what}")
        )


def _add_listed_job(document: Document, item: Node, path: list[Part]) -> None:
    if not isinstance(item, Table):
        document.problems.append(item.problem(path, "expected a mapping with `name:` and the keys of a job"))
        return
    entry = item.get("name")
    if entry is None:
        document.problems.append(item.problem(path, "`name` is missing"))
        return
    name, problems = to_data(entry.value, [*path, "name"])
    document.problems.extend(problems)
    rest = [other for other in item if other is not entry]
    where: list[Part] = ["jobs", name] if isinstance(name, str) else path
    _add_job(document, name, entry.value, Table(item.source, item.line, item.column, rest), where)


def _add_job(document: Document, name: object, key: Node, table: Node, path: list[Part]) -> None:
    problem = _name_problem(name)
    if problem and not key.bad:
        document.problems.append(key.problem(path, problem))
    if isinstance(table, Table):
        table, problems = canonical(table, path)
        document.problems.extend(problems)
    document.jobs.append(TypedJob(str(name), key, table, path))


def _name_problem(name: object) -> str | None:
    try:
        JOB_NAME_KIND.read(name)
    except ValueError as wrong:
        return str(wrong)
    return None


def entries_of(document: Document, section: str) -> Sequence[Entry]:
    """The entries of a top-level mapping as typed, for their places."""
    entry = document.root.get(section) if document.root else None
    return entry.value.entries if entry and isinstance(entry.value, Table) else ()
