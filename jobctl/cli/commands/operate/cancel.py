"""`jobctl cancel`: cancel waiting and running runs."""

import os
import sys
from collections import Counter
from typing import Annotated

import typer

from jobctl.actions.cancel import cancel
from jobctl.actions.find import unknown_run
from jobctl.cli.context import actor, opened, state_folder
from jobctl.cli.context import now as present
from jobctl.cli.options import Db, Json
from jobctl.cli.output import note, print_line
from jobctl.cli.refusals import tell_refusals
from jobctl.cli.selection import ByJob, ByQueue, Runs, by_state, picked, print_answers
from jobctl.cli.wait_for import wait_for
from jobctl.decide.runs.states import LIVE
from jobctl.model.errors import JobctlError, Refused
from jobctl.store.protocol import Store
from jobctl.store.values import Cancelled

_FEW = 20
_SAID = {"cancelled": "cancelled", "stopping": "asked to stop"}


def command(
    ctx: typer.Context,
    runs: Runs = None,
    job: ByJob = None,
    state: Annotated[str | None, by_state("Only `waiting` or only `running` ones.")] = None,
    queue: ByQueue = None,
    every: Annotated[bool, typer.Option("--all", help="All that have not ended.", show_default=False)] = False,
    waits: Annotated[
        bool, typer.Option("--wait", help="Return when those that run have been stopped.", show_default=False)
    ] = False,
    as_json: Json = False,
    db: Db = None,
) -> int:
    """Cancel runs: waiting ones at once; running ones are stopped, with everything they started.

    Where no daemon is alive to stop a run, this does it.

    Exits with 4 if a run has finished already, with 3 if there is none with this id; the others are cancelled.

    Examples: `jobctl cancel 1841 1842 --wait` or `jobctl cancel --job thumbnails --state waiting`
    """
    with opened(ctx, db) as store:
        ids, named = picked(store, runs, job, queue, state, every, LIVE, LIVE)
        answers = cancel(store, ids, actor(), present())
        stopping = [answer.run_id for answer in answers if answer.answer == "stopping"]
        stopped = bool(stopping) and (_stop_here(store, stopping) or waits)
        if stopped:
            wait_for(store, stopping, None)
    if as_json:
        print_answers(answers)
    else:
        _tell(answers, stopped)
    return tell_refusals(_refusals(answers) if named else [], as_json)


def _stop_here(store: Store, run_ids: list[int]) -> bool:
    """Where no daemon lives that would stop the runs, do it here; whether it was done."""
    from jobctl.daemon.journal import open_journal
    from jobctl.daemon.start import nobody_lives, stop_here

    if not nobody_lives(store, present()):
        return False
    note("no daemon is alive: stopping the runs here")
    open_journal(sys.stderr, "text").setLevel("ERROR")
    stop_here(store, state_folder(store), run_ids, os.environ)
    return True


def _tell(answers: list[Cancelled], stopped: bool) -> None:
    said = {**_SAID, "stopping": "stopped"} if stopped else _SAID
    done = [answer for answer in answers if answer.answer in said]
    if len(done) <= _FEW:
        for answer in done:
            print_line(f"run {answer.run_id}: {said[answer.answer]}")
        return
    for what, count in Counter(answer.answer for answer in done).items():
        print_line(f"{count} runs: {said[what]}")


def _refusals(answers: list[Cancelled]) -> list[JobctlError]:
    errors: list[JobctlError] = []
    for run_id, answer in answers:
        if answer == "finished":
            hint = f"`jobctl show {run_id}` tells how it ended"
            errors.append(Refused(f"run {run_id} has already finished", hint=hint))
        elif answer == "unknown":
            errors.append(unknown_run(run_id))
    return errors
