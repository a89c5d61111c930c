"""The whole picture: compact at 80 columns, side by side where there is room."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from jobctl import __version__
from jobctl.cli.render import status_parts as parts
from jobctl.cli.render.lines import EMPTY, Line, Span, beside, fold, indent, line_width, text
from jobctl.decide.admission.serving import living, of_other_versions, unserved, version_told
from jobctl.decide.lease import is_silent
from jobctl.model.daemon import Daemon
from jobctl.model.view import QueueRow, Status

WIDE = 120
_MARGIN = 1
_GAP = 5


def status_lines(
    picture: Status,
    now: datetime,
    width: int,
    height: int | None = None,
    *,
    said: Mapping[int, str] | None = None,
    gone: Collection[int] = (),
    deployed: bool = True,
) -> list[Line]:
    """The picture as lines of at most `width` cells and, unless None, `height` lines.

    `said` holds the last words of failed runs by id, `gone` the ids of daemons known to be dead; `deployed=False`
    means that there is no job at all.
    """
    room = width - 2 * _MARGIN
    # A foreground `jobctl run` serves only its own run: nobody should count on it.
    picture = picture._replace(daemons=tuple(d for d in picture.daemons if not d.identity.foreground))
    dead = {d.daemon_id for d in picture.daemons if d.daemon_id in gone or is_silent(d.seen_at, now)}
    top = [*_header(picture, dead, now, room), *_warnings(picture, dead, now, room)]
    if not (deployed or picture.running or picture.upcoming or picture.failed or _counts(picture)):
        return indent([*top, EMPTY, *_begin(room)], _MARGIN)
    arrange = _side_by_side if width >= WIDE else _stacked

    def drawn(rows: int | None) -> list[Line]:
        limits = _limits(picture, rows, wide=width >= WIDE)
        body = arrange(picture, dead, now, room, limits, said or {})
        return indent([*top, *body, *_calm(picture, room)], _MARGIN)

    return drawn(None) if height is None else _fit(drawn, height)


def _fit(drawn: Callable[[int], list[Line]], height: int) -> list[Line]:
    """The most rows that do not need more lines than there are."""
    lines: list[Line] = []
    for rows in range(height, 0, -1):
        lines = drawn(rows)
        if len(lines) <= height:
            break
    return lines[:height]


def _stacked(
    picture: Status, dead: set[int], now: datetime, room: int, limits: parts.Limits, said: Mapping[int, str]
) -> list[Line]:
    many = len(picture.daemons) > 1 and not limits.scarce
    odd = dead or any(daemon.state != "running" for daemon in picture.daemons)
    daemons = parts.daemons(picture.daemons, dead, now, room) if odd or many else []
    return _blocks(
        parts.queues(picture.queues, _left(picture, dead, now), now, room, limits.queues),
        daemons,
        parts.running(picture.running, now, room, limits.running),
        parts.upcoming(picture.upcoming, now, room, limits.upcoming),
        parts.failed(picture.failed, said, now, room, limits.failed),
    )


def _side_by_side(
    picture: Status, dead: set[int], now: datetime, room: int, limits: parts.Limits, said: Mapping[int, str]
) -> list[Line]:
    half = (room - _GAP) // 2
    queues = parts.queues(picture.queues, _left(picture, dead, now), now, half + 14, limits.queues)
    daemons = parts.daemons(picture.daemons, dead, now, half - 14)
    coming = parts.upcoming(picture.upcoming, now, half - 10, limits.upcoming)
    left = max(map(line_width, coming), default=0) + _GAP
    failed = parts.failed(picture.failed, said, now, room - left, limits.failed)
    return _blocks(
        beside(queues, daemons, max(map(line_width, queues), default=0) + _GAP) if queues else daemons,
        parts.running(picture.running, now, room, limits.running),
        beside(coming, failed, left) if coming and failed else coming or failed,
    )


def _blocks(*blocks: Sequence[Line]) -> list[Line]:
    return [line for block in blocks if block for line in (EMPTY, *block)]


def _header(picture: Status, dead: set[int], now: datetime, room: int) -> list[Line]:
    alive = [d for d in picture.daemons if d.daemon_id not in dead]
    clock = now.astimezone().strftime("%H:%M:%S %Z")
    left = _who(alive)
    blanks = room - line_width(left) - len(clock)
    if blanks < 2:
        return fold((*left, Span("  "), Span(clock, "dim")), room)
    return [(*left, Span(" " * blanks), Span(clock, "dim"))]


def _who(alive: Sequence[Daemon]) -> Line:
    if not alive:
        return (Span("jobctl", "title"), Span(" · ", "dim"), Span("no daemon", "loud"))
    hosts = sorted({d.identity.host for d in alive})
    where = hosts[0] if len(hosts) == 1 else f"{len(hosts)} hosts"
    daemons = "1 daemon" if len(alive) == 1 else f"{len(alive)} daemons"
    busy, slots = sum(d.busy for d in alive), sum(d.identity.slots for d in alive)
    dot = Span(" · ", "dim")
    return (*text(where, "title"), dot, Span(daemons), dot, Span(f"{busy} of {slots} slots busy"))


def _warnings(picture: Status, dead: set[int], now: datetime, room: int) -> list[Line]:
    lines: list[Line] = []
    for daemon in picture.daemons:
        if daemon.daemon_id in dead:
            who = daemon.identity
            lines.append(
                text(f"! daemon {who.name} (pid {who.pid}) was last seen {parts.ago(daemon.seen_at, now)} ago", "loud")
            )
    for daemon in of_other_versions((d for d in picture.daemons if d.daemon_id not in dead), __version__):
        told = f"daemon {daemon.identity.name} (pid {daemon.identity.pid}) runs {version_told(daemon)}"
        lines.append(text(f"! {told}; this is {__version__}", "warn"))
    if len(dead) == len(picture.daemons):
        lines.append(
            (Span("! no daemon is alive, so nothing runs; start one: ", "loud"), Span("jobctl daemon", "code"))
        )
    elif dead:
        lines.append(text("  its runs are taken over by a daemon that lives", "dim"))
    return [row for line in lines for row in fold(line, room, hang=2)]


def _begin(room: int) -> list[Line]:
    steps = (
        ("jobctl init", "write a jobs.yaml to start from"),
        ("jobctl apply", "deploy it"),
        ("jobctl daemon", "schedule and run it"),
    )
    lines: list[Line] = [text("Nothing is deployed yet. Three steps to the first run:"), EMPTY]
    lines += [(Span(f"  {command:<15}", "code"), Span(what, "dim")) for command, what in steps]
    lines += [EMPTY, (Span("Or run any command now: ", "dim"), Span("jobctl enqueue -- echo hello", "code"))]
    return [row for line in lines for row in fold(line, room, hang=2)]


def _calm(picture: Status, room: int) -> list[Line]:
    if picture.running or picture.upcoming or picture.failed:
        return []
    what = (Span("Nothing runs, comes or failed lately. ", "dim"), Span("jobctl enqueue JOB", "code"))
    return [EMPTY, *fold((*what, Span(" starts a run", "dim")), room)]


def _left(picture: Status, dead: set[int], now: datetime) -> list[QueueRow]:
    """The queues that no daemon serves; where none is alive at all, that is told above."""
    alive = living((d for d in picture.daemons if d.daemon_id not in dead), now)
    return unserved(picture.queues, alive) if alive else []


def _counts(picture: Status) -> bool:
    return any(parts.busy(queue) for queue in picture.queues)


def _limits(picture: Status, rows: int | None, *, wide: bool) -> parts.Limits:
    """How many rows each part may have; where `rows` are counted, they share them."""
    if rows is None:
        return parts.Limits()
    queues = parts.rows_of_queues(picture.queues)
    wishes = [queues, len(picture.running), len(picture.upcoming), len(picture.failed)]
    if wide:
        wishes[2:] = [max(wishes[2:])]
    shares = _share(wishes, max(len(wishes), rows))
    return parts.Limits(shares[0], shares[1], shares[2], shares[-1], scarce=True)


def _share(wishes: Sequence[int], room: int) -> list[int]:
    """Deal `room` rows out one by one among those that still want some.

    >>> _share([2, 50, 5], 12)
    [2, 5, 5]
    """
    shares = [0] * len(wishes)
    while room > 0 and any(share < wish for share, wish in zip(shares, wishes, strict=True)):
        for at, wish in enumerate(wishes):
            if shares[at] < wish and room > 0:
                shares[at] += 1
                room -= 1
    return shares
