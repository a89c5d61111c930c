"""An explanation: the answer, what it rests on, what to do."""

from datetime import datetime

from jobctl.cli.render.lines import EMPTY, Line, Span, indent, text, wrap
from jobctl.cli.render.times import distance, full
from jobctl.decide.explain.facts import Explanation, Fact

_MANY = 8
_JOINED_BY = {
    "due": "due",
    "retry": "due",
    "pause": "until",
    "rate": "the next one may at",
    "deadline": "by",
    "key": "until",
    "since": "since",
    "daemon_gone": "heard of last at",
    "stands_for": "the last one",
    "missed": "the first one",
    "last_fire": "for",
}


def explanation_lines(explanation: Explanation, now: datetime, width: int) -> list[Line]:
    """The answer in one sentence, the facts, and the hint."""
    room = width - 2
    lines = [text(row, "title") for row in wrap(explanation.answer, room)]
    if explanation.facts:
        lines += [EMPTY, *(line for fact in explanation.facts for line in _fact(fact, now, room))]
    if explanation.hint:
        lines += [EMPTY, *(text(row, "dim") for row in wrap(f"hint: {explanation.hint}", room))]
    return indent(lines)


def _fact(fact: Fact, now: datetime, room: int) -> list[Line]:
    first, *rest = wrap(fact.text + _when(fact, now) + _which(fact.runs), room - 2)
    return [(Span("· ", "dim"), *text(first)), *((Span("  "), *text(row)) for row in rest)]


def _when(fact: Fact, now: datetime) -> str:
    if fact.at is None:
        return ""
    return f", {_JOINED_BY.get(fact.code, 'at')} {full(fact.at)} ({distance(fact.at, now)})"


def _which(runs: tuple[int, ...]) -> str:
    if not runs:
        return ""
    more = f" and {len(runs) - _MANY} more" if len(runs) > _MANY else ""
    return f" ({', '.join(f'#{run_id}' for run_id in runs[:_MANY])}{more})"
