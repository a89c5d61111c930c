"""Everything known of one job."""

from datetime import datetime, timedelta

from jobctl.actions.show import JobPage, NamePage
from jobctl.cli.render.definition import definition_lines
from jobctl.cli.render.facts import facts, section
from jobctl.cli.render.lines import EMPTY, Line, Span, beside, indent, text, wrap
from jobctl.cli.render.marks import bar
from jobctl.cli.render.runs import runs_lines
from jobctl.cli.render.status_parts import paused
from jobctl.cli.render.table import Column, table
from jobctl.cli.render.times import full, took
from jobctl.decide.schedule.fire import next_fire
from jobctl.decide.schedule.schedule_words import schedule_in_words
from jobctl.decide.time.duration_words import span
from jobctl.model.view import JobRow, Statistics, Version

_BAR = 20
_WIDE = 140
_GAP = 4
_VERSIONS = 5


def job_lines(page: JobPage, now: datetime, width: int) -> list[Line]:
    """A job: facts, statistics, definition, versions, last runs."""
    room = width - 2
    wide = width >= _WIDE
    half = (room - _GAP) // 2 if wide else room
    about = [
        EMPTY,
        *facts(_facts(page.row, now), half),
        *section("STATISTICS", facts(_statistics(page.statistics), half)),
    ]
    body = section("DEFINITION", definition_lines(page.row.job, half))
    return indent(
        [
            _title(page.row),
            *(beside(about, body, half + _GAP) if wide else [*about, *body]),
            *_versions(page.versions, now, room),
            *section("LAST RUNS", _last_runs(page, now, room)),
        ]
    )


def name_lines(page: NamePage, now: datetime, width: int) -> list[Line]:
    """What has run under a name that no deployed job has."""
    room = width - 2
    what = "retired: no longer deployed" if page.versions else "not deployed: runs of a command"
    return indent(
        [
            (*text(page.name, "title"), *text(f"  {what}", "dim")),
            *section("STATISTICS", facts(_statistics(page.statistics), room)),
            *_versions(page.versions, now, room),
            *section("LAST RUNS", runs_lines(page.runs, now, room, named=False) if page.runs else []),
        ]
    )


def _last_runs(page: JobPage, now: datetime, room: int) -> list[Line]:
    if page.runs:
        return runs_lines(page.runs, now, room, named=False)
    return [text(row) for row in wrap(f"none yet: {_first_run(page.row, now)}", room)]


def _first_run(row: JobRow, now: datetime) -> str:
    """What has to come before a job runs for the first time."""
    name = row.job.name
    if not row.job.enabled:
        return "its catalog says `enabled: false`"
    if row.pause is not None:
        return "it is paused"
    if row.next_at is None:
        return f"`jobctl enqueue {name}` runs it"
    fires = f"it fires for the first time in {span(row.next_at - now)}" if row.next_at > now else "it is due to fire"
    return f"{fires}, and `jobctl enqueue {name}` runs it now"


def _title(row: JobRow) -> Line:
    off = () if row.job.enabled else text("  disabled", "warn")
    return (*text(row.job.name, "title"), *text(f"  version {row.version}", "dim"), *off)


def _facts(row: JobRow, now: datetime) -> list[tuple[str, Line]]:
    job = row.job
    return [
        ("about", text(job.description or "")),
        ("owner", text(job.owner or "")),
        ("tags", text(", ".join(job.tags))),
        ("schedule", text(schedule_in_words(job.schedule, job.name) or "none: runs when enqueued")),
        ("next fire", _next(row, now)),
        ("held", paused(row.pause, now)),
        ("queue", text(job.queue)),
        ("from", text(row.source, "dim")),
    ]


def _next(row: JobRow, now: datetime) -> Line:
    if not row.job.enabled:
        would = next_fire(row.job.schedule, row.job.name, now)
        return EMPTY if would is None else text(f"disabled; it would be {full(would)}", "dim")
    if row.next_at is None:
        return EMPTY
    left = Span(f"  in {span(row.next_at - now)}", "dim") if row.next_at > now else Span("  due", "warn")
    return (Span(full(row.next_at)), left)


def _statistics(stats: Statistics) -> list[tuple[str, Line]]:
    rate = stats.success_rate
    counts = {
        "succeeded": stats.succeeded,
        "failed": stats.failed,
        "skipped": stats.skipped,
        "cancelled": stats.cancelled,
    }
    if not any(counts.values()):
        return []
    return [
        ("success", EMPTY if rate is None else (*bar(rate, _BAR, "good"), Span(f" {_percent(rate)}"))),
        ("runs", text(" · ".join(f"{count} {name}" for name, count in counts.items() if count))),
        ("took", _quantiles(("median", stats.duration_p50), ("95 % within", stats.duration_p95))),
        ("late by", _quantiles(("median", stats.lateness_p50), ("99 % within", stats.lateness_p99))),
    ]


def _percent(rate: float) -> str:
    """A share that is 100 % only when nothing failed."""
    shown = f"{rate * 100:.1f}"
    return "99.9 %" if shown == "100.0" and rate < 1 else f"{shown.removesuffix('.0')} %"


def _quantiles(*pairs: tuple[str, timedelta | None]) -> Line:
    shown = [f"{name} {took(duration)}" for name, duration in pairs if duration is not None]
    return text(" · ".join(shown))


def _versions(versions: list[Version], now: datetime, room: int) -> list[Line]:
    if not versions:
        return []
    columns = (
        Column("VERSION", ">"),
        Column("DEPLOYED", ">"),
        Column("BY", give="end", least=6),
        Column("COMMIT", rank=2),
        Column("DIGEST", rank=3),
        Column("FILES", give="middle", least=10, rank=4),
        Column("MESSAGE", give="end", least=10, rank=1),
    )
    shown = [_version(version, now) for version in versions[:_VERSIONS]]
    hidden = len(versions) - len(shown)
    return [EMPTY, *table(columns, shown, room), *([text(f"… and {hidden} older", "dim")] if hidden else [])]


def _version(version: Version, now: datetime) -> tuple[Line, ...]:
    deployment = version.deployment
    return (
        text(version.version),
        text(f"{span(now - version.deployed_at)} ago"),
        text(deployment.who),
        text((deployment.commit or "")[:10], "dim"),
        text(version.digest[:10], "dim"),
        text(", ".join(deployment.files), "dim"),
        text(deployment.message or ""),
    )
