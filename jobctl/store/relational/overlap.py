"""Judge the overlap of runs: when they are due, against those that are due or under way."""

from typing import NamedTuple

from jobctl.decide.runs.endings import OVERLAPPING, REPLACED
from jobctl.decide.runs.overlap import Answer, decide
from jobctl.model.run import Enqueued, Reason
from jobctl.store.relational.ends import Doomed, ask_to_stop, end_waiting
from jobctl.store.relational.session import Session
from jobctl.store.statements import Change, Select


class _Unjudged(NamedTuple):
    run_id: int
    overlap: str
    job: str
    queue: str
    created_by: str
    waits: int


class _InTheWay(NamedTuple):
    under_way: int
    waiting: int


class _Replaceable(NamedTuple):
    run_id: int
    runs: int
    stop: Reason | None
    job: str
    queue: str


UNJUDGED = Select("overlap", "unjudged", _Unjudged)
FIRST_UNJUDGED = Select("overlap", "first_unjudged", int)
JUDGED = Change("overlap", "judged")
MAKE_READY = Change("overlap", "make_ready")
IN_THE_WAY = Select("overlap", "in_the_way", _InTheWay)
REPLACEABLE = Select("overlap", "replaceable", _Replaceable)


def judge_due(session: Session, now: int) -> list[Enqueued]:
    """Judge what has become due, the earliest first: it may start or is skipped; those that are skipped.

    Of very many the rest is left for the next call.
    """
    first = first_due(session)
    if first is None or first > now:
        return []
    skipped = []
    for run in session.all(UNJUDGED, {"now": now}):
        session.run(JUDGED, {"run_id": run.run_id})
        if not run.waits:
            continue
        if judge(session, run.job, run.overlap, run.created_by, now) == "skip":
            end_waiting(session, [Doomed(run.run_id, run.job, run.queue)], OVERLAPPING, "jobctl", now)
            skipped.append(Enqueued(run.run_id, run.job, "skipped", "overlap", False))
        else:
            session.run(MAKE_READY, {"run_id": run.run_id})
    return skipped


def first_due(session: Session) -> int | None:
    """When the next run is due that is to be judged then."""
    return session.one(FIRST_UNJUDGED)


def judge(session: Session, job: str, overlap: str, actor: str, now: int) -> Answer:
    """What becomes of a run of `job` that is due now; those that it replaces are ended or asked to stop."""
    found = session.one(IN_THE_WAY, {"job": job}) or _InTheWay(0, 0)
    answer = decide(overlap, found.under_way, found.waiting)
    if answer == "replace":
        _replace(session, job, actor, now)
    return answer


def _replace(session: Session, job: str, actor: str, now: int) -> None:
    """End what waits and ask for what runs to be stopped; what is promised for later stays."""
    found = session.all(REPLACEABLE, {"job": job})
    ask_to_stop(session, [run.run_id for run in found if run.runs and run.stop is None], "replaced", actor, now)
    waiting = [Doomed(run.run_id, run.job, run.queue) for run in found if not run.runs]
    end_waiting(session, waiting, REPLACED, actor, now)
