"""What an operator does to runs, jobs and queues."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from jobctl.decide.runs.endings import CANCELLED
from jobctl.model.instant import to_ms
from jobctl.model.run import State
from jobctl.store.relational.ends import Doomed, ask_to_stop, end_waiting, tell
from jobctl.store.relational.generation import begin_next
from jobctl.store.relational.intake import KEY_LIVE
from jobctl.store.relational.session import Session
from jobctl.store.relational.tally import Tally
from jobctl.store.statements import Change, Select
from jobctl.store.values import Cancelled, Retried

if TYPE_CHECKING:
    from jobctl.model.view import Pause


class _Facts(NamedTuple):
    run_id: int
    job: str
    state: State
    key: str | None
    finished_at: int | None
    queue: str


FACTS = Select("operate", "facts", _Facts)
RETRY = Change("operate", "retry")
PAUSE = Change("operate", "pause")
HELD = Select("operate", "held", int)
RESUME = Change("operate", "resume")


def cancel(session: Session, run_ids: Sequence[int], actor: str, now: datetime) -> list[Cancelled]:
    """End waiting runs and ask for running ones to be stopped."""
    with session.writing():
        found = _facts(session, run_ids)
        answers = {run.run_id: _what_cancel_does(run) for run in found}
        stopping = [run.run_id for run in found if answers[run.run_id] == "stopping"]
        waiting = [Doomed(run.run_id, run.job, run.queue) for run in found if answers[run.run_id] == "cancelled"]
        ask_to_stop(session, stopping, "operator", actor, to_ms(now))
        end_waiting(session, waiting, CANCELLED, actor, to_ms(now))
    return [Cancelled(run_id, answers.get(run_id, "unknown")) for run_id in run_ids]


def retry(session: Session, run_ids: Sequence[int], params: str | None, actor: str, now: datetime) -> list[Retried]:
    """Make finished runs wait again."""
    at = to_ms(now)
    with session.writing():
        answers: dict[int, Retried] = {}
        revived: list[_Facts] = []
        for run in _facts(session, run_ids):
            answers[run.run_id] = _what_retry_does(session, run, revived)
            if answers[run.run_id].answer == "waiting":
                revived.append(run)
        if revived:
            session.run(RETRY, {"now": at, "params": params, "run_ids": json.dumps([run.run_id for run in revived])})
            _tell_retried(session, revived, actor, at)
    return [answers.get(run_id, Retried(run_id, "unknown")) for run_id in run_ids]


def pause(session: Session, kind: Literal["job", "queue"], name: str, pause: "Pause") -> None:
    """Hold a job or a queue."""
    with session.writing():
        session.run(
            PAUSE,
            {
                "kind": kind,
                "name": name,
                "until_at": None if pause.until_at is None else to_ms(pause.until_at),
                "reason": pause.reason,
                "actor": pause.actor,
                "paused_at": to_ms(pause.paused_at),
            },
        )
        begin_next(session)


def resume(session: Session, kind: Literal["job", "queue"], name: str, now: datetime) -> bool:
    """Let go of a job or a queue; a job's schedule goes on from `now`."""
    held = {"kind": kind, "name": name}
    with session.writing():
        if session.one(HELD, held) is None:
            return False
        if kind == "job":
            # Before the pause is gone: what came during it is recorded as paused.
            from jobctl.store.relational.schedule.cursor import leave_behind

            leave_behind(session, name, now, now)
        session.run(RESUME, held)
        begin_next(session)
    return True


def _facts(session: Session, run_ids: Sequence[int]) -> list[_Facts]:
    """Of those that exist, in the order in which they were asked for, each once."""
    found = {run.run_id: run for run in session.all(FACTS, {"run_ids": json.dumps(run_ids)})}
    return [found[run_id] for run_id in dict.fromkeys(run_ids) if run_id in found]


def _what_cancel_does(run: _Facts) -> Literal["cancelled", "stopping", "finished"]:
    if run.finished_at is not None:
        return "finished"
    return "stopping" if run.state == "running" else "cancelled"


def _what_retry_does(session: Session, run: _Facts, revived: Sequence[_Facts]) -> Retried:
    if run.finished_at is None:
        return Retried(run.run_id, "live")
    held = run.key is not None and (
        any((other.job, other.key) == (run.job, run.key) for other in revived)
        or session.one(KEY_LIVE, {"job": run.job, "key": run.key}) is not None
    )
    return Retried(run.run_id, "held" if held else "waiting")


def _tell_retried(session: Session, revived: Sequence[_Facts], actor: str, at: int) -> None:
    tally = Tally()
    by_state: dict[State, list[int]] = {}
    for run in revived:
        by_state.setdefault(run.state, []).append(run.run_id)
        tally.add(run.job, run.state, run.finished_at or 0, run.queue, -1)
    for state, run_ids in by_state.items():
        tell(session, run_ids, "retry", (state, "waiting"), None, actor, at)
    tally.write(session)
