"""Names that are defined in two places of a catalog."""

from collections.abc import Iterable, Sequence

from jobctl.catalog.document import Document, entries_of
from jobctl.catalog.node import Entry, Node, shortened
from jobctl.model.problem import Problem


def defined_twice(documents: Sequence[Document]) -> list[Problem]:
    """Jobs, queues and limits that two places define; each problem names both."""
    found = []
    seen: dict[str, Node] = {}
    for document in documents:
        for job in document.jobs:
            first = seen.setdefault(job.name, job.key)
            if first is not job.key:
                found.append(
                    job.key.problem(job.path, f"job `{shortened(job.name)}` is already defined at {first.where}")
                )
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
            message = f"{what} `{shortened(entry.name)}` is already defined at {first.key.where}"
            found.append(entry.key.problem([section, entry.name], message))
    return found
