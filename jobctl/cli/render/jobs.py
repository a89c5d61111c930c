"""Deployed jobs: when they run, how they did last, when they fire next."""

from collections.abc import Sequence
from datetime import datetime

from jobctl.cli.render import marks
from jobctl.cli.render.lines import EMPTY, Line, Span, cut, text
from jobctl.cli.render.runs import when
from jobctl.cli.render.status_parts import paused
from jobctl.cli.render.table import Column, table
from jobctl.cli.render.times import at
from jobctl.decide.schedule.schedule_words import schedule_in_words, zones_in_words
from jobctl.decide.time.duration_words import span
from jobctl.model import defaults
from jobctl.model.view import JobRow

_JOB = Column("JOB", give="middle", least=18)
_COLUMNS = (
    _JOB,
    Column("KIND", rank=4),
    Column("SCHEDULE", give="end", least=12, rank=1),
    Column("QUEUE", give="middle", least=7, rank=3),
    Column("VERSION", ">", rank=5),
    Column("LAST RUN", keep=True),
    Column("NEXT", ">", keep=True),
    Column("", give="end", least=8),
    Column("DESCRIPTION", give="end", least=16, rank=6),
)
_NARROW, _MIDDLE, _WIDE = 50, 90, 110
_ASIDE = 36


def jobs_lines(rows: Sequence[JobRow], now: datetime, width: int) -> list[Line]:
    """A table of jobs in the order given; a zone that all of their schedules are in is told once, below."""
    zones = frozenset[str]().union(*(zones_in_words(row.job.schedule, row.job.name) for row in rows))
    columns = _COLUMNS if width >= _NARROW else [_JOB._replace(least=12) if c is _JOB else c for c in _COLUMNS]
    lines = table(columns, [_row(row, now, width, zoned=len(zones) > 1) for row in rows], width)
    foot = [EMPTY, cut(text(f"Schedules are in {next(iter(zones))}", "dim"), width)] if len(zones) == 1 else []
    return [*lines, *foot]


def _row(row: JobRow, now: datetime, width: int, *, zoned: bool) -> tuple[Line, ...]:
    job, wide = row.job, width >= _WIDE
    return (
        text(job.name, "name"),
        text(job.kind, "dim") if wide else EMPTY,
        text(schedule_in_words(job.schedule, job.name, zoned=zoned) or ""),
        text(job.queue, "dim") if wide or job.queue != defaults.QUEUE else EMPTY,
        text(row.version, "dim") if width >= _MIDDLE else EMPTY,
        _last(row, now, wide=wide),
        _next(row, now, wide=wide),
        cut(_held(row, now), _ASIDE) if wide else _held_briefly(row),
        cut(text(job.description or "", "dim"), _ASIDE) if wide else EMPTY,
    )


def _last(row: JobRow, now: datetime, *, wide: bool) -> Line:
    run = row.last_run
    if run is None:
        return (Span("·", "dim"),)
    sign, style = marks.STATE[run.state]
    said = when(run, now)
    word = f" {run.state}" if wide else ""
    return (Span(f"{sign}{word}", style), *text(f" {said}"))


def _next(row: JobRow, now: datetime, *, wide: bool) -> Line:
    if row.next_at is None:
        return (Span("·", "dim"),)
    if row.next_at <= now:
        return text("due", "warn")
    distance = text(f"in {span(row.next_at - now)}")
    return (*distance, *text(f"  {at(row.next_at, now)}", "dim")) if wide else distance


def _held(row: JobRow, now: datetime) -> Line:
    off = () if row.job.enabled else text("disabled", "warn")
    return (*off, *paused(row.pause, now))


def _held_briefly(row: JobRow) -> Line:
    if not row.job.enabled:
        return text("disabled", "warn")
    return EMPTY if row.pause is None else text("‖ paused", "warn")
