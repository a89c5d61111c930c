"""The parts of the picture: queues, daemons, what runs, what comes, what failed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from jobctl.cli.render.lines import EMPTY, Line, Span, cut, fold, indent, text
from jobctl.cli.render.marks import bar, count, slots
from jobctl.cli.render.table import Column, table
from jobctl.cli.render.times import at, clock
from jobctl.decide.runs.cause import why
from jobctl.decide.time.duration_words import span
from jobctl.model.daemon import Daemon
from jobctl.model.run import Run
from jobctl.model.view import Pause, QueueRow, Upcoming

T = TypeVar("T")
_BAR = 14
_ROOMY = 110
_NARROW = 50


class Limits(NamedTuple):
    """How many rows each part may have; `scarce` says that they were counted."""

    queues: int = 20
    running: int = 20
    upcoming: int = 8
    failed: int = 8
    scarce: bool = False


def ago(instant: datetime, now: datetime) -> str:
    """How long ago."""
    return span(now - instant)


def busy(queue: QueueRow) -> bool:
    """Whether there is anything to tell about a queue."""
    numbers = (queue.ready, queue.scheduled, queue.retrying, queue.blocked, queue.running, queue.failed)
    return queue.pause is not None or any(numbers)


def rows_of_queues(queues: Sequence[QueueRow]) -> int:
    """Rows that the queues want."""
    quiet = sum(not busy(q) for q in queues)
    return len(queues) if len(queues) <= 4 else len(queues) - quiet + bool(quiet)


def queues(rows: Sequence[QueueRow], left: Sequence[QueueRow], now: datetime, room: int, limit: int) -> list[Line]:
    """Queues with something in them first; many quiet ones are folded into one line. `left` are those nobody serves."""
    if not rows:
        return []
    telling = list(rows) if len(rows) <= 4 else [q for q in rows if busy(q)]
    quiet = len(rows) - len(telling)
    shown, hidden = _first(telling, limit - bool(quiet))
    columns = (
        Column("QUEUE", give="middle", least=8),
        Column("SLOTS", keep=True),
        Column("READY", ">", keep=True),
        Column("SCHEDULED", ">", rank=3, keep=True),
        Column("RETRYING", ">", rank=2, keep=True),
        Column("BLOCKED", ">", rank=4),
        Column("FAILED 24 H" if room >= _NARROW else "FAILED", ">", keep=True),
        Column("", give="end", least=12, rank=1),
    )
    cells = [
        (
            text(q.name, "name"),
            slots(q.running, q.slots, brief=room < _NARROW),
            count(q.ready),
            count(q.scheduled),
            count(q.retrying),
            count(q.blocked) if q.blocked else EMPTY,
            count(q.failed, "bad"),
            _held(q, left, now) if room >= 100 else EMPTY,
        )
        for q in shown
    ]
    lines = table(columns, cells, room) if shown else []
    if room < 100:
        lines = _with_notes(lines, shown, left, now, room)
    folded = [part for part in (f"{hidden} more" if hidden else "", f"{quiet} quiet" if quiet else "") if part]
    return [*lines, *([text(f"… and {', '.join(folded)}", "dim")] if folded else [])]


def _with_notes(
    lines: list[Line], shown: Sequence[QueueRow], left: Sequence[QueueRow], now: datetime, room: int
) -> list[Line]:
    """Where there is no room for a column, what holds a queue is told below it."""
    noted = lines[:1]
    for queue, line in zip(shown, lines[1:], strict=True):
        noted.append(line)
        held = _held(queue, left, now)
        if held:
            noted += indent(fold(held, room - 2, hang=2), 2)
    return noted


def _held(queue: QueueRow, left: Sequence[QueueRow], now: datetime) -> Line:
    """What keeps all runs of a queue waiting."""
    if queue.pause is None and queue in left:
        return (Span("! no daemon serves it", "warn"),)
    return paused(queue.pause, now)


def paused(pause: Pause | None, now: datetime) -> Line:
    """That something is held, until when and why."""
    if pause is None:
        return EMPTY
    words = "paused" if pause.until_at is None else f"paused until {at(pause.until_at, now)}"
    return (Span("‖ ", "warn"), *text(f"{words}: {pause.reason}" if pause.reason else words, "warn"))


def daemons(rows: Sequence[Daemon], dead: set[int], now: datetime, room: int) -> list[Line]:
    """Daemons with their slots and whether they live."""
    if not rows:
        return []
    columns = (
        Column("DAEMON", give="middle", least=8),
        Column("PID", ">", rank=2),
        Column("SLOTS"),
        Column("UP", ">", rank=3),
        Column("SEEN", ">", rank=1),
        Column("", give="end", least=8, rank=4),
    )
    return table(columns, [_daemon(d, d.daemon_id in dead, now) for d in rows], room)


def _daemon(daemon: Daemon, dead: bool, now: datetime) -> tuple[Line, ...]:
    who = daemon.identity
    return (
        text(who.name, "name"),
        text(who.pid, "dim"),
        slots(daemon.busy, who.slots),
        text(ago(daemon.started_at, now)),
        text(ago(daemon.seen_at, now), "loud" if dead else ""),
        _condition(daemon, dead),
    )


def _condition(daemon: Daemon, dead: bool) -> Line:
    if dead:
        return text("✗ gone", "loud")
    if daemon.state == "stopping":
        return text("stopping", "warn")
    return text(", ".join(daemon.identity.queues), "dim")


def running(rows: Sequence[Run], now: datetime, room: int, limit: int) -> list[Line]:
    """What runs now, and how far it is."""
    if not rows:
        return []
    shown, hidden = _first(rows, limit)
    columns = (
        Column("RUNNING", give="middle", least=20),
        Column("RUN", ">"),
        Column("ATTEMPT", ">", rank=2),
        Column("FOR", ">", keep=True),
        Column("PROGRESS", rank=1),
        Column("", give="end", least=8, rank=3),
        Column("QUEUE" if room >= _ROOMY else "", rank=4),
    )
    cells = [
        (
            text(run.job, "name"),
            run_id(run.run_id),
            text(run.attempt, "warn") if run.attempt > 1 else EMPTY,
            text(clock(now - run.started_at)) if run.started_at else EMPTY,
            _percent(run, _BAR if room < _ROOMY else 2 * _BAR),
            text(run.progress.message, "dim") if run.progress and run.progress.message else EMPTY,
            text(run.queue, "dim") if room >= _ROOMY else EMPTY,
        )
        for run in shown
    ]
    return [*table(columns, cells, room), *_more(hidden, "jobctl runs --state running", room)]


def _percent(run: Run, cells: int) -> Line:
    if run.progress is None or run.progress.percent is None:
        return EMPTY
    percent = run.progress.percent
    return (*bar(percent / 100, cells), Span(f" {percent:3.0f} %"))


def upcoming(rows: Sequence[Upcoming], now: datetime, room: int, limit: int) -> list[Line]:
    """What comes next, and when."""
    if not rows:
        return []
    shown, hidden = _first(rows, limit)
    columns = (
        Column("NEXT", give="middle", least=12),
        Column("RUN", ">"),
        Column("IN", ">", keep=True),
        Column("AT", keep=True),
    )
    cells = [
        (
            text(row.job, "name"),
            EMPTY if row.run_id is None else run_id(row.run_id),
            text(span(row.at - now)) if row.at > now else text("due", "warn"),
            text(at(row.at, now), "dim"),
        )
        for row in shown
    ]
    return [*table(columns, cells, room), *_more(hidden, "jobctl jobs", room)]


def failed(rows: Sequence[Run], said: Mapping[int, str], now: datetime, room: int, limit: int) -> list[Line]:
    """What failed for good lately, and why."""
    if not rows:
        return []
    shown, hidden = _first(rows, limit)
    columns = (
        Column("FAILED LATELY", give="middle", least=14),
        Column("RUN", ">"),
        Column("AGO", ">", rank=1, keep=True),
        Column("WHY", give="end", least=14),
    )
    cells = [
        (
            (Span("✗ ", "bad"), *text(run.job, "name")),
            run_id(run.run_id),
            text(ago(run.finished_at, now)) if run.finished_at else EMPTY,
            text(why(run, said.get(run.run_id))),
        )
        for run in shown
    ]
    return [*table(columns, cells, room), *_more(hidden, "jobctl runs --state failed", room)]


def run_id(number: int) -> Line:
    """A run's id as it is written everywhere."""
    return (Span(f"#{number}", "dim"),)


def _first(rows: Sequence[T], limit: int) -> tuple[Sequence[T], int]:
    """The rows to show, and how many stay hidden; the line that says so needs a row too."""
    if len(rows) <= limit:
        return rows, 0
    shown = max(1, limit - 1)
    return rows[:shown], len(rows) - shown


def _more(hidden: int, command: str, room: int) -> list[Line]:
    """Where to see the rest. What the store tells is itself cut short, so that a number would mislead."""
    return [cut(text(f"… more: {command}", "dim"), room)] if hidden else []
