"""`jobctl explain`: why a run or a job is not running."""

from typing import Any

import typer

from jobctl.actions.explain import Explained, explain_the_job, explain_the_run
from jobctl.cli.context import now as present
from jobctl.cli.context import opened
from jobctl.cli.options import Db, Json
from jobctl.cli.output import print_json
from jobctl.cli.selection import RunOrJob
from jobctl.decide.explain.facts import Fact
from jobctl.decide.text.run_id import read_run_id
from jobctl.model.instant import iso


def command(
    ctx: typer.Context,
    what: RunOrJob,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Tell why a run or a job is not running: what holds it, until when, and what to do about it.

    A run that waits: its time, a pause, slots, limits, a rate, overlap, the daemons. One that runs: where, until when.
    One that has ended: how, and what brings it back. A job: its holds, its next fire, and what became of the last.

    Example: `jobctl explain 1841`
    """
    from jobctl.actions import liveness

    with opened(ctx, db) as store:
        now = present()
        gone = liveness.gone(store.daemons(), now)
        run_id = read_run_id(what)
        found = explain_the_job(store, what, gone, now) if run_id is None else explain_the_run(store, run_id, gone, now)
    if as_json:
        print_json(explained_json(found))
        return
    from jobctl.cli.render.explain import explanation_lines
    from jobctl.cli.render.paint import show, terminal_width

    show(explanation_lines(found.explanation, now, terminal_width()))


def explained_json(found: Explained) -> dict[str, Any]:
    """The shape of `explain --json`."""
    explanation = found.explanation
    return {
        "id": found.run_id,
        "job": found.job,
        "state": found.state,
        "answer": explanation.answer,
        "facts": [_fact_json(fact) for fact in explanation.facts],
        "hint": explanation.hint,
    }


def _fact_json(fact: Fact) -> dict[str, Any]:
    at = None if fact.at is None else iso(fact.at)
    return {"code": fact.code, "text": fact.text, "at": at, "runs": list(fact.runs)}
