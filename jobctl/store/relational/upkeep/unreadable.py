"""Find the rows that nobody can read: each harms itself alone, and is named with what to do about it."""

from typing import NamedTuple

from jobctl.model.instant import LATEST_MS
from jobctl.model.job import UnreadableJob
from jobctl.store.relational.cache import parsed
from jobctl.store.relational.session import Session
from jobctl.store.statements import Select


class _Definition(NamedTuple):
    job: str
    definition_id: int
    body: str
    deployed: int


class _Run(NamedTuple):
    run_id: int
    ended: int


DEFINITION_BODIES = Select("upkeep", "definition_bodies", _Definition)
DAMAGED_SCHEDULES = Select("upkeep", "damaged_schedules", str)
DAMAGED_RUNS = Select("upkeep", "damaged_runs", _Run)
_MOST = 10


def unreadable(session: Session) -> list[tuple[str, str]]:
    """What is damaged, and what to do about it."""
    with session.reading():
        return [*_definitions(session), *_schedules(session), *_runs(session)]


def _definitions(session: Session) -> list[tuple[str, str]]:
    found = []
    for row in session.all(DEFINITION_BODIES):
        job = parsed(session, row.definition_id, row.body, row.job)
        if isinstance(job, UnreadableJob):
            advice = "run `jobctl apply` with its catalog" if row.deployed else "its runs fail when they are due"
            found.append((f"job `{row.job}`: {job.unreadable}", advice))
    return found[:_MOST]


def _schedules(session: Session) -> list[tuple[str, str]]:
    advice = "`jobctl pause` and then `jobctl resume` with its name lets it go on from now"
    names = session.all(DAMAGED_SCHEDULES, {"latest": LATEST_MS})
    return [(f"the schedule of job `{name}` stands at no instant", advice) for name in names[:_MOST]]


def _runs(session: Session) -> list[tuple[str, str]]:
    rows = session.all(DAMAGED_RUNS, {"latest": LATEST_MS, "most": _MOST})
    return [(f"run {row.run_id}: a value in its row cannot be read", _advice(row)) for row in rows]


def _advice(row: _Run) -> str:
    if row.ended:
        return "it is shown as far as it can be; `keep` deletes it"
    return f"`jobctl cancel {row.run_id}` ends it"
