"""`jobctl next`: the coming fires of an expression or a job."""

import os
from datetime import datetime
from typing import Annotated

import typer

from jobctl.actions.next import Coming, at_once, coming, is_expression, schedule_of, why_none, zone_of
from jobctl.catalog.zone import machine_zone
from jobctl.cli.complete import complete_job
from jobctl.cli.context import now as present
from jobctl.cli.context import opened
from jobctl.cli.options import Db, Json
from jobctl.cli.output import note, print_json, warn
from jobctl.cli.times import instant
from jobctl.decide.schedule.cron import is_hashed
from jobctl.decide.schedule.schedule_words import schedule_in_words
from jobctl.decide.schedule.warnings import seconds_doubt
from jobctl.model.errors import UsageError
from jobctl.model.job import Job, Schedule

_MOST = 100_000


def command(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="EXPR|JOB",
            help="An expression like `30 2 * * *`, `@daily` or `10m`; or a deployed job.",
            autocompletion=complete_job,
        ),
    ],
    tz: Annotated[
        str | None,
        typer.Option("--tz", metavar="ZONE", help="The zone of an expression  \\[default: this machine's]"),
    ] = None,
    count: Annotated[int, typer.Option("--count", "-n", metavar="N", min=1, max=_MOST, help="So many fires.")] = 10,
    after: Annotated[
        str | None,
        typer.Option("--after", metavar="INSTANT", help="From there on; without an offset in the schedule's zone."),
    ] = None,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Show the coming fires of an expression or a job, and what clock changes do to them.

    An expression needs no database. Quote it: the shell would expand the stars.

    Examples: `jobctl next "30 2 * * *" --tz Europe/Berlin --after 2026-03-28` or `jobctl next backup`
    """
    now = present()
    name, schedule = _schedule(ctx, what, tz, db)
    start = instant("--after", after, zone_of(schedule)) if after is not None else now
    fires = _known(ctx, name, schedule, start, db) if schedule.after_end else coming(schedule, name, start, count)
    if as_json:
        print_json([_shape(fire, schedule) for fire in fires])
    elif fires:
        _draw(fires, schedule, name, now)
    if not name and any(map(is_hashed, schedule.cron)):
        note("`H` is hashed from a job's name: each job has times of its own, which `jobctl next JOB` shows")
    if not name:
        for doubt in filter(None, map(seconds_doubt, schedule.cron)):
            warn(doubt)
    if not fires or schedule.after_end:
        note(f"`{what}`: {why_none(schedule, name)}")


def _schedule(ctx: typer.Context, what: str, tz: str | None, db: str | None) -> tuple[str, Schedule]:
    """The name that `H` and jitter are made of, and the schedule."""
    if is_expression(what):
        return "", schedule_of(what, tz or machine_zone(os.environ))
    if tz is not None:
        raise UsageError("`--tz` is for an expression; a job has a zone of its own", hint=f"run `jobctl next {what}`")
    job = _job(ctx, what, db)
    return job.name, job.schedule


def _known(ctx: typer.Context, name: str, schedule: Schedule, start: datetime, db: str | None) -> list[Coming]:
    """The one coming fire that is known of a job that counts from the end of its last run, if none is under way."""
    with opened(ctx, db) as store:
        known = [row.next_at for row in store.jobs(name) if row.next_at is not None]
    return [at_once(schedule, name, at) for at in known if at > start]


def _job(ctx: typer.Context, name: str, db: str | None) -> Job:
    with opened(ctx, db) as store:
        rows = store.jobs(name)
        if not rows:
            from jobctl.actions.find import unknown_job

            raise unknown_job(store, name)
    row = rows[0]
    if not row.job.enabled:
        note(f"job `{name}` is disabled: it does not fire")
    elif row.pause is not None:
        note(f"job `{name}` is paused: fires meanwhile are recorded as skipped")
    return row.job


def _shape(fire: Coming, schedule: Schedule) -> dict[str, object]:
    shape: dict[str, object] = {"at": _iso(fire.at), "note": fire.note}
    return {**shape, "jitter": fire.jitter.total_seconds()} if schedule.jitter else shape


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds" if at.microsecond else "seconds")


def _draw(fires: list[Coming], schedule: Schedule, name: str, now: datetime) -> None:
    from jobctl.cli.render.fires import fires_lines
    from jobctl.cli.render.paint import show, terminal_width

    show(fires_lines(fires, schedule_in_words(schedule, name), now, terminal_width()))
