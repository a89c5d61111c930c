"""The one way for a run to end that no daemon executes: its row, the step in its life, and the count."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from jobctl.decide.runs.endings import Ending
from jobctl.model.run import Reason, State
from jobctl.store.relational.session import Session
from jobctl.store.relational.tally import Tally
from jobctl.store.statements import Change


class Doomed(NamedTuple):
    """A run that waits and is to end."""

    run_id: int
    job: str
    queue: str


END_WAITING = Change("ends", "end_waiting")
INSERT_EVENTS = Change("ends", "insert_events")
ASK_TO_STOP = Change("ends", "ask_to_stop")


def end_waiting(session: Session, runs: Sequence[Doomed], ending: Ending, actor: str, at: int) -> None:
    """End runs that wait, all in the same way."""
    if not runs:
        return
    run_ids = [run.run_id for run in runs]
    session.run(
        END_WAITING,
        {
            "state": ending.state,
            "reason": ending.reason,
            "holds_key": ending.holds_key,
            "at": at,
            "run_ids": json.dumps(run_ids),
        },
    )
    tell(session, run_ids, ending.verb, (ending.from_state, ending.state), ending.reason, actor, at)
    tally = Tally()
    for run in runs:
        tally.add(run.job, ending.state, at, run.queue)
    tally.write(session)


def ask_to_stop(session: Session, run_ids: Sequence[int], why: Reason, actor: str, at: int) -> None:
    """Ask the daemons of running runs to stop them."""
    if run_ids:
        session.run(ASK_TO_STOP, {"why": why, "run_ids": json.dumps(run_ids)})
        tell(session, run_ids, "cancel", ("running", "running"), why, actor, at)


def tell(
    session: Session,
    run_ids: Sequence[int],
    verb: str,
    step: tuple[State | None, State],
    reason: Reason | None,
    actor: str,
    at: int,
) -> None:
    """Tell the same step in the lives of runs, which their rows and attempts do not tell."""
    session.run(
        INSERT_EVENTS,
        {
            "at": at,
            "verb": verb,
            "from_state": step[0],
            "to_state": step[1],
            "reason": reason,
            "actor": actor,
            "run_ids": json.dumps(run_ids),
        },
    )
