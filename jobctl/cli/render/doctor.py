"""What the doctor found, problem by problem."""

from collections.abc import Sequence

from jobctl.actions.doctor.checks import Check
from jobctl.cli.render.lines import EMPTY, Line, Span, text, wrap

_SIGNS = {"ok": ("✓", "good"), "warn": ("!", "warn"), "problem": ("✗", "bad")}


def doctor_lines(checks: Sequence[Check], width: int) -> list[Line]:
    """A line for each check, below it what to do, and a last line with the sum."""
    left = max(len(check.name) for check in checks) + 6
    lines: list[Line] = []
    for check in checks:
        lines += _check(check, left, width)
    return [*lines, EMPTY, _sum(checks)]


def _check(check: Check, left: int, width: int) -> list[Line]:
    sign, style = _SIGNS[check.verdict]
    name = text(f"{check.name:<{left - 3}}", "" if check.verdict == "ok" else "title")
    head: Line = (Span(f" {sign} ", style), *name)
    found = wrap(check.found, width - left) or [""]
    lines: list[Line] = [(*head, *text(found[0], "dim" if check.verdict == "ok" else ""))]
    lines += [(Span(" " * left), *text(row)) for row in found[1:]]
    if check.advice:
        for at, row in enumerate(wrap(check.advice, width - left - 2)):
            lines.append((Span(" " * left), Span("→ " if at == 0 else "  ", style), *text(row, "dim")))
    return lines


def _sum(checks: Sequence[Check]) -> Line:
    problems = sum(check.verdict == "problem" for check in checks)
    warnings = sum(check.verdict == "warn" for check in checks)
    counts = [_plural(problems, "problem"), _plural(warnings, "warning")]
    said = ", ".join(count for count in counts if count)
    return (Span(f" {said}", "bad" if problems else "warn"),) if said else (Span(" All is well", "good"),)


def _plural(number: int, noun: str) -> str:
    return "" if number == 0 else f"{number} {noun}" if number == 1 else f"{number} {noun}s"
