"""Coming fires, and what clock changes do to them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from jobctl.actions.next import Coming
from jobctl.cli.render.lines import EMPTY, Line, indent, text
from jobctl.cli.render.table import Column, table
from jobctl.decide.time.duration_words import span
from jobctl.decide.time.durations import format_duration

_COLUMNS = (
    Column("AT", keep=True),
    Column("IN", ">", keep=True),
    Column("JITTER", ">", rank=1),
    Column("", give="end", least=10, rank=2),
)
_NOTES = {
    "gap": "gap: its own time does not exist",
    "repeat": "repeat: the clock shows it twice",
}


def fires_lines(fires: Sequence[Coming], words: str | None, now: datetime, width: int) -> list[Line]:
    """The schedule in words, and a line for each fire on its own clock."""
    title = [text(words, "title"), EMPTY] if words else []
    return indent([*title, *table(_COLUMNS, [_row(fire, now) for fire in fires], width - 2)])


def _row(fire: Coming, now: datetime) -> tuple[Line, ...]:
    return (
        text(_clock(fire.at)),
        text(span(fire.at - now) if fire.at >= now else f"{span(now - fire.at)} ago", "dim"),
        text(f"+{format_duration(fire.jitter)}", "dim") if fire.jitter > timedelta(0) else EMPTY,
        text(_NOTES[fire.note], "warn") if fire.note else EMPTY,
    )


def _clock(at: datetime) -> str:
    second = f".{at.microsecond // 1000:03}" if at.microsecond else ""
    return f"{at:%a %Y-%m-%d %H:%M:%S}{second} {at:%Z}"
