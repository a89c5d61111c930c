"""`jobctl cancel`: cancel waiting and running runs."""

import os
import sys
from collections import Counter
from typing import Annotated

import typer

from jobctl.actions.cancel import cancel
from jobctl.cli.complete import complete_state
from jobctl.cli.context import actor, opened, state_folder
from jobctl.cli.context import now as present
from jobctl.cli.options import Db, Json
from jobctl.cli.output import note, print_json, print_line
from jobctl.cli.refusals import tell_refusals
from jobctl.cli.selection import ByJob, ByQueue, Runs, picked
from jobctl.cli.waiting import wait_for
from jobctl.decide.states import LIVE
from jobctl.model.errors import JobctlError, NotFound, Refused
from jobctl.store.protocol import Store
from jobctl.store.values import Cancelled

_FEW = 20
_SAID = {"cancelled": "cancelled", "stopping": "asked to stop"}


def command(
    ctx: typer.Context,
    runs: Runs = None,
    job: ByJob = None,
    state: Annotated[
        str | None,
        typer.Option(
            "--state", metavar="STATE", help="Only `waiting` or only `running` ones.", autocompletion=complete_state
        ),
    ] = None,
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
        ids, named = picked(store, runs, job, queue, state, every, LIVE)
        answers = cancel(store, ids, actor(), present())
        stopping = [answer.run_id for answer in answers if answer.answer == "stopping"]
        stopped = bool(stopping) and (_stop_here(store, stopping) or waits)
        if stopped:
            wait_for(store, stopping, None)
    if as_json:
        print_json([{"id": answer.run_id, "answer": answer.answer} for answer in answers])
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
    hints = {
        "finished": "`jobctl show {}` tells how it ended",
        "unknown": "`jobctl runs` lists them; old ones are pruned",
    }
    errors: list[JobctlError] = []
    for run_id, answer in answers:
        if answer == "finished":
            errors.append(Refused(f"run {run_id} has already finished", hint=hints[answer].format(run_id)))
        elif answer == "unknown":
            errors.append(NotFound(f"there is no run {run_id}", hint=hints[answer]))
    return errors
