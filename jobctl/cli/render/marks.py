"""Signs that carry meaning without colour: states, bars, slots."""

from jobctl.cli.render.lines import Line, Span, text

STATE = {
    "waiting": ("○", ""),
    "running": ("●", "live"),
    "succeeded": ("✓", "good"),
    "failed": ("✗", "bad"),
    "cancelled": ("⊘", "dim"),
    "skipped": ("–", "dim"),
}
_DOTS = 8


def state(name: str, reason: str | None = None) -> Line:
    """A state with its sign, and the reason behind it."""
    sign, style = STATE.get(name, ("?", ""))
    word = Span(f"{sign} {name}", style)
    return (word, *text(f" {reason}", "dim")) if reason else (word,)


def bar(share: float, cells: int, style: str = "live") -> Line:
    """A thin bar, filled by `share` between 0 and 1, exact to half a cell; full only at 1."""
    whole = 2 * cells
    halves = round(min(1.0, max(0.0, share)) * whole)
    halves = min(halves, whole - 1) if share < 1 else halves
    done = "━" * (halves // 2) + "╸" * (halves % 2)
    return (Span(done, style), Span("─" * (cells - len(done)), "dim"))


def slots(busy: int, total: int | None, *, brief: bool = False) -> Line:
    """Busy and free slots: a dot for each while there are few, else a bar; `brief` leaves the picture out."""
    style = "warn" if total is not None and busy >= total > 0 else ""
    if total is None:
        return (Span(str(busy)), Span("/∞", "dim"))
    if brief:
        return (Span(f"{busy}/{total}", style),)
    if total <= _DOTS:
        full = min(busy, total)
        dots: Line = (Span("●" * full, "live"), Span("○" * (total - full), "dim"))
    else:
        dots = bar(busy / total, _DOTS)
    return (*dots, Span(" " * (_DOTS + 1 - min(total, _DOTS))), Span(f"{busy}/{total}", style))


def count(number: int, style: str = "") -> Line:
    """A number; zero is only hinted at."""
    return (Span("·", "dim"),) if number == 0 else (Span(f"{number:,}".replace(",", " "), style),)
