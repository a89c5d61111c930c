"""`jobctl daemon --dry-run`: what would have fired, a line each, as text or JSON."""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import typer

from jobctl.actions.next import zone_of
from jobctl.actions.plan import want
from jobctl.catalog.zone import machine_zone
from jobctl.cli.context import opened
from jobctl.cli.output import print_line
from jobctl.daemon.dry_run import Seen, Subject, subjects, watch
from jobctl.decide.schedule.fire import annotate
from jobctl.decide.text.visible import visible
from jobctl.decide.time.zone import load
from jobctl.model.errors import UsageError
from jobctl.model.instant import iso, on_clock
from jobctl.model.job import Job
from jobctl.shapes.records import Json, instant


def dry_run(ctx: typer.Context, catalogs: Sequence[Path], db: str | None, *, as_json: bool, until_idle: bool) -> None:
    """Watch until a signal comes. Raises UsageError with `--until-idle`: nothing is ever due in a dry run."""
    if until_idle:
        raise UsageError(
            "`--dry-run` waits for what comes; `--until-idle` would end it at once",
            hint="leave `--until-idle` out; `jobctl next JOB` shows the coming fires at once",
        )
    watch(lambda: _read(ctx, catalogs, db), _tell_json if as_json else _tell)


def _read(ctx: typer.Context, catalogs: Sequence[Path], db: str | None) -> Iterable[Subject]:
    if catalogs:
        return subjects(want(catalogs, machine_zone(os.environ), os.geteuid()).catalog.jobs)
    with opened(ctx, db) as store:
        rows = store.jobs()
    return subjects({row.job.name: row.job for row in rows}, [row.job.name for row in rows if row.pause is not None])


def _tell(seen: Seen) -> None:
    at = on_clock(seen.nominal_at, load(zone_of(seen.job.schedule))).isoformat(" ", "seconds")
    facts = ", ".join(
        filter(None, [_jitter(seen), annotate(seen.job.schedule, seen.job.name, seen.nominal_at), seen.held])
    )
    print_line(f"{at}  {seen.job.name:<24}  {_what(seen)}{f'  ({facts})' if facts else ''}")
    sys.stdout.flush()


def _what(seen: Seen) -> str:
    if seen.times is not None:
        return f"missed {seen.times} times up to then"
    return visible(_command(seen.job))


def _jitter(seen: Seen) -> str | None:
    later = (seen.due_at - seen.nominal_at).total_seconds()
    return f"+{later:.1f} s jitter" if later else None


def _tell_json(seen: Seen) -> None:
    shape: Json = {
        "at": iso(seen.nominal_at),
        "job": seen.job.name,
        "due_at": instant(seen.due_at),
        "note": annotate(seen.job.schedule, seen.job.name, seen.nominal_at),
        "held": seen.held,
        "missed": seen.times,
        "command": _command(seen.job),
    }
    print_line(json.dumps(shape, ensure_ascii=False))
    sys.stdout.flush()


def _command(job: Job) -> str:
    command = job.call or job.run or ""
    return command if isinstance(command, str) else " ".join(command)
