"""A list of runs: when, how long, and why they are where they are."""

import json
from collections.abc import Sequence
from datetime import datetime

from jobctl.cli.render import marks
from jobctl.cli.render.lines import EMPTY, Line, text
from jobctl.cli.render.status_parts import run_id
from jobctl.cli.render.table import Column, table
from jobctl.cli.render.times import clock, took
from jobctl.decide.runs.cause import last_line, why
from jobctl.decide.time.duration_words import span
from jobctl.model import defaults
from jobctl.model.run import Run

_JOB = Column("JOB", give="middle", least=18)
_COLUMNS = (
    Column("RUN", ">"),
    _JOB,
    Column("STATE"),
    Column("WHEN", ">"),
    Column("TOOK", ">", rank=1),
    Column("ATTEMPT", ">", rank=4),
    Column("QUEUE", give="middle", least=7, rank=5),
    Column("KEY", give="middle", least=12, rank=6),
    Column("BY", give="end", least=8, rank=7),
    Column("WHY", give="end", least=20, rank=2),
)
_WIDE, _NARROW = 110, 60


def runs_lines(runs: Sequence[Run], now: datetime, width: int, *, named: bool = True) -> list[Line]:
    """A table of runs in the order given; `named=False` where all are of one job that is named above."""
    columns = _COLUMNS if width >= _NARROW else [_JOB._replace(least=9) if c is _JOB else c for c in _COLUMNS]
    return table(columns, [_row(run, now, wide=width >= _WIDE, named=named) for run in runs], width)


def when(run: Run, now: datetime) -> str:
    """When a run ended, began, or is to begin."""
    if run.finished_at is not None:
        return f"{span(now - run.finished_at)} ago"
    if run.state == "running" and run.started_at is not None:
        return "now"
    if run.due_at is None:
        return "blocked"
    return f"in {span(run.due_at - now)}" if run.due_at > now else "due"


def duration(run: Run, now: datetime) -> str:
    """How long a run took, or has been running."""
    if run.started_at is None or run.state == "waiting":
        return ""
    if run.finished_at is None:
        return clock(now - run.started_at)
    return took(run.finished_at - run.started_at)


def cause(run: Run) -> str:
    """What there is to say about where a run is; nothing when it went well."""
    if run.state == "failed":
        return why(run)
    if run.progress is not None and run.state == "running":
        percent = "" if run.progress.percent is None else f"{run.progress.percent:.0f} %"
        return " ".join(part for part in (percent, run.progress.message) if part)
    if run.state == "succeeded" and run.result is not None:
        return f"→ {json.dumps(run.result, ensure_ascii=False)}"
    words = [run.reason or "", last_line(run.error)]
    if run.missed is not None and run.missed.times > 1:
        words.append(f"{run.missed.times} times")
    return ": ".join(word for word in words if word)


def _row(run: Run, now: datetime, *, wide: bool, named: bool) -> tuple[Line, ...]:
    return (
        run_id(run.run_id),
        text(run.job, "name") if named else EMPTY,
        marks.state(run.state),
        text(when(run, now)),
        text(duration(run, now)),
        text(run.attempt, "warn") if wide and run.attempt > 1 else EMPTY,
        text(run.queue, "dim") if wide or run.queue != defaults.QUEUE else EMPTY,
        text(run.key, "dim") if run.key else EMPTY,
        text(run.created_by, "dim") if wide else EMPTY,
        text(cause(run)),
    )
