"""Everything known of one run."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from jobctl.actions.show import RunPage
from jobctl.cli.render import marks
from jobctl.cli.render.facts import block, facts, section
from jobctl.cli.render.lines import EMPTY, Line, Span, beside, indent, text
from jobctl.cli.render.runs import duration
from jobctl.cli.render.status_parts import run_id
from jobctl.cli.render.table import Column, table
from jobctl.cli.render.times import distance, full, local, took
from jobctl.decide.runs.cause import last_line, why
from jobctl.model.run import Attempt, Event, Run

_OUTCOMES = {**marks.STATE, "interrupted": ("○", "warn"), "not_started": ("○", "dim")}
_BAR = 20
_WIDE = 140
_GAP = 4


def run_lines(page: RunPage, now: datetime, width: int) -> list[Line]:
    """A run: facts, attempts, life, params, result, the end of its output."""
    run, room = page.run, width - 2
    wide = width >= _WIDE
    half = (room - _GAP) // 2 if wide else room
    about = [
        EMPTY,
        *facts(_facts(run, now), half),
        *section("PARAMS", facts(((name, _value(value)) for name, value in run.params.items()), half)),
        *section("RESULT", _json(run.result, half)),
    ]
    life = [*_attempts(page.attempts, now, half), *_events(page.events, now, half)]
    return indent(
        [
            _title(run, now),
            *(beside(about, life, half + _GAP) if wide else [*about, *life]),
            *section("ERROR", _barred(run.error, room) if "\n" in (run.error or "").strip() else []),
            *_output(page, room),
        ]
    )


def _output(page: RunPage, room: int) -> list[Line]:
    if not page.output:
        return []
    more = (Span("all of it: ", "dim"), Span(f"jobctl logs {page.run.run_id}", "code"))
    return [*section("LAST OUTPUT", _barred(page.output, room)), EMPTY, more]


def _barred(said: str | None, room: int) -> list[Line]:
    """What a job has said, and nobody else."""
    return [(Span("│ ", "dim"), *line) for line in block((said or "").rstrip(), room - 2)]


def _title(run: Run, now: datetime) -> Line:
    dot = Span("  ")
    spent = duration(run, now)
    return (
        *text(run.job, "title"),
        dot,
        *run_id(run.run_id),
        dot,
        *marks.state(run.state, run.reason),
        *(text(f"  {'for' if run.state == 'running' else 'in'} {spent}", "dim") if spent else ()),
    )


def _facts(run: Run, now: datetime) -> list[tuple[str, Line]]:
    return [
        ("why", text(why(run)) if run.state == "failed" else text(last_line(run.error)) if run.error else EMPTY),
        ("unreadable", text(run.unreadable, "warn") if run.unreadable else EMPTY),
        ("progress", _progress(run)),
        ("missed", text(_missed(run)) if run.missed else EMPTY),
        ("scheduled for", _instant(run.scheduled_for, now)),
        ("due", _instant(run.due_at if run.state == "waiting" else None, now)),
        ("created", (*_instant(run.created_at, now), *text(f", by {run.created_by}" if run.created_by else "", "dim"))),
        ("started", (*_instant(run.started_at, now), *text(f", on {run.host}" if run.host else "", "dim"))),
        ("finished", _instant(run.finished_at, now)),
        ("exit code", EMPTY if run.exit_code is None else text(run.exit_code)),
        ("signal", text(run.signal or "")),
        ("queue", text(run.queue if run.priority == 0 else f"{run.queue}, priority {run.priority}")),
        ("version", EMPTY if run.job_version is None else text(run.job_version)),
        ("key", text(run.key or "")),
        ("correlation", text(run.correlation_id or "")),
        ("failures", text(_counts(run)) if run.failures or run.losses else EMPTY),
    ]


def _counts(run: Run) -> str:
    return f"{run.failures}, losses {run.losses}" if run.losses else str(run.failures)


def _progress(run: Run) -> Line:
    if run.progress is None:
        return EMPTY
    percent, message = run.progress
    shown: Line = () if percent is None else (*marks.bar(percent / 100, _BAR), Span(f" {percent:.0f} %"))
    return (*shown, *text(f"  {message}" if shown and message else message or "", "dim"))


def _missed(run: Run) -> str:
    if run.missed is None:
        return ""
    times = "1 time" if run.missed.times == 1 else f"{run.missed.times} times"
    return f"{times}, {full(run.missed.from_at)} to {full(run.missed.to_at)}"


def _instant(instant: datetime | None, now: datetime) -> Line:
    if instant is None:
        return EMPTY
    return (Span(full(instant)), Span(f"  {distance(instant, now)}", "dim"))


def _value(value: Any) -> Line:
    return text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _json(value: Any, room: int) -> list[Line]:
    return [] if value is None else block(json.dumps(value, ensure_ascii=False, indent=2), room)


def _attempts(attempts: Sequence[Attempt], now: datetime, room: int) -> list[Line]:
    if not attempts:
        return []
    columns = (
        Column("ATTEMPT", ">"),
        Column("OUTCOME"),
        Column("EXIT", ">"),
        Column("SIGNAL", rank=4),
        Column("STARTED", rank=1),
        Column("TOOK", ">"),
        Column("HOST", give="end", least=6, rank=3),
        Column("PID", ">", rank=5),
        Column("ERROR", give="end", least=12, rank=2),
    )
    return [EMPTY, *table(columns, [_attempt(attempt, now) for attempt in attempts], room)]


def _attempt(attempt: Attempt, now: datetime) -> tuple[Line, ...]:
    end = attempt.finished_at or now
    outcome = attempt.outcome or "running"
    sign, style = _OUTCOMES.get(outcome, ("✗", "bad"))
    return (
        text(attempt.number),
        (Span(f"{sign} {outcome}", style),),
        EMPTY if attempt.exit_code is None else text(attempt.exit_code),
        text(attempt.signal or ""),
        text(local(attempt.started_at).strftime("%m-%d %H:%M:%S")),
        text(took(end - attempt.started_at)),
        text(attempt.host or "", "dim"),
        EMPTY if attempt.pid is None else text(attempt.pid, "dim"),
        text(last_line(attempt.error)),
    )


def _events(events: Sequence[Event], now: datetime, room: int) -> list[Line]:
    """The run's life as a line of time, with the days where they change."""
    if not events:
        return []
    columns = (
        Column("LIFE"),
        Column("", ">", rank=1),
        Column("VERB"),
        Column("STATE", give="end", least=12),
        Column("BY", give="end", least=8, rank=2),
    )
    rows = []
    before: datetime | None = None
    for event in events:
        here = local(event.at)
        after = "" if before is None else f"+{took(event.at - before)}"
        rows.append(
            (
                text(here.strftime("%m-%d %H:%M:%S")),
                text(after, "dim"),
                text(event.verb),
                marks.state(event.to_state, event.reason),
                text(event.actor, "dim"),
            )
        )
        before = event.at
    return [EMPTY, *table(columns, rows, room)]
