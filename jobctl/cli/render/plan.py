"""What applying a catalog would change, job by job and key by key."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from difflib import unified_diff
from typing import Any

from jobctl.actions.plan import NextFires, Preview
from jobctl.cli.render.definition import definition, rate_text, scalar
from jobctl.cli.render.lines import EMPTY, Line, Span, cut, indent, text
from jobctl.decide.schedule.schedule_words import schedule_in_words
from jobctl.decide.text.visible import visible
from jobctl.decide.time.zone import load
from jobctl.model.instant import on_clock
from jobctl.model.job import Job, Queue
from jobctl.model.plan import Change

_ARROW = Span(" → ", "dim")
_ABSENT = Span("not set", "dim")
_DEEP = 6


def plan_lines(seen: Preview, width: int, *, done: bool = False) -> list[Line]:
    """A line for each job that is added or retired, a block for each that changes, and what it comes (or came) to."""
    plan = seen.plan
    lines = [
        *(_added(job, seen.fires[job.name]) for job in plan.add),
        *(line for change in plan.change for line in _changed(change, seen)),
        *(_retired(seen.before[name], seen.fires[name]) for name in plan.retire),
        *(_moved(name, plan.sources.get(name, "")) for name in plan.moved),
        *_lanes(seen),
    ]
    return indent([*(cut(line, width - 2) for line in lines), *([EMPTY] if lines else []), _sum(seen, done)])


def _added(job: Job, fires: NextFires) -> Line:
    words = schedule_in_words(job.schedule, job.name) or "no schedule"
    off = "" if job.enabled else "disabled, "
    following = (_ARROW, *_when(fires.after, job.schedule.timezone)) if fires.after else ()
    return (Span("+ ", "good"), *text(job.name, "title"), Span("  "), *text(off + words, "dim"), *following)


def _retired(job: Job, fires: NextFires) -> Line:
    told = (
        (Span("  would have fired next ", "dim"), *_when(fires.before, job.schedule.timezone)) if fires.before else ()
    )
    return (Span("- ", "bad"), *text(job.name, "title"), *told)


def _moved(name: str, source: str) -> Line:
    return (Span("> ", "dim"), *text(name, "title"), *text(f"  now comes from {source}", "dim"))


def _changed(change: Change, seen: Preview) -> Iterator[Line]:
    jobs = (seen.before[change.job.name], change.job)
    old, new = (_flat(definition(job)) for job in jobs)
    yield (Span("~ ", "warn"), *text(change.job.name, "title"))
    told = False
    for key in [*old, *(key for key in new if key not in old)]:
        if old.get(key) != new.get(key):
            told = True
            yield from _key(key, old.get(key), new.get(key))
    if not told:
        yield from ((Span("    "), *text(f"{key}: changed")) for key in change.keys)
    before, after = seen.fires[change.job.name]
    if before != after:
        moved = (*_when(before, jobs[0].schedule.timezone), _ARROW, *_when(after, jobs[1].schedule.timezone))
        yield (Span("    next fire: ", "dim"), *moved)


def _key(key: str, old: Any, new: Any) -> Iterator[Line]:
    name = text(f"{key}:", "head")
    if any(isinstance(value, str) and "\n" in value.strip() for value in (old, new)):
        yield (Span("    "), *name)
        yield from _text_changes(old, new)
    else:
        yield (Span("    "), *name, Span(" "), *_value(old), _ARROW, *_value(new))


def _text_changes(old: Any, new: Any) -> Iterator[Line]:
    """The lines of a script that differ, with one line around them."""
    before, after = (str(value or "").splitlines() for value in (old, new))
    styles = {"+": "good", "-": "bad"}
    for row in list(unified_diff(before, after, n=1, lineterm=""))[2:]:
        if not row.startswith("@@"):
            yield (Span("      "), Span(visible(row.expandtabs(4)), styles.get(row[:1], "dim")))


def _value(value: Any) -> Line:
    if value is None:
        return (_ABSENT,)
    return text(f"[{', '.join(map(scalar, value))}]" if isinstance(value, list) else scalar(value))


def _flat(plain: Mapping[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Any]:
    """Keys of mappings inside joined by dots.

    >>> _flat({"retry": {"limit": 2}, "run": "true"})
    {'retry.limit': 2, 'run': 'true'}
    """
    found: dict[str, Any] = {}
    for key, value in plain.items():
        if isinstance(value, dict) and depth < _DEEP:
            found.update(_flat(value, f"{prefix}{key}.", depth + 1))
        else:
            found[f"{prefix}{key}"] = value
    return found


def _when(instant: datetime | None, zone: str) -> Line:
    """An instant on the clock of a schedule."""
    if instant is None:
        return (Span("never", "dim"),)
    here = on_clock(instant, load(zone))
    return text(f"{here:%a %Y-%m-%d %H:%M:%S}".removesuffix(":00") + f" {here:%Z}")


def _lanes(seen: Preview) -> Iterator[Line]:
    yield from _named_changes(
        "queue", *({n: _queue(q) for n, q in qs.items()} for qs in (seen.queues, seen.plan.queues))
    )
    yield from _named_changes("limit", *({n: str(u) for n, u in us.items()} for us in (seen.limits, seen.plan.limits)))


def _named_changes(noun: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Line]:
    for name in [*new, *(name for name in old if name not in new)]:
        before, after = old.get(name), new.get(name)
        if before is None:
            yield (Span("+ ", "good"), *text(f"{noun} {name}", "title"), *text(f"  {after}", "dim"))
        elif after is None:
            yield (Span("- ", "bad"), *text(f"{noun} {name}", "title"))
        elif before != after:
            yield (Span("~ ", "warn"), *text(f"{noun} {name}", "title"), *text(f"  {before}"), _ARROW, *text(after))


def _queue(queue: Queue) -> str:
    slots = "no bound" if queue.slots is None else f"{queue.slots} slot{'' if queue.slots == 1 else 's'}"
    return slots if queue.rate is None else f"{slots}, {rate_text(queue.rate)}"


def _sum(seen: Preview, done: bool) -> Line:
    plan = seen.plan
    if plan.empty:
        return text(f"Nothing to change: {_jobs(plan.unchanged)} as deployed", "good")
    counts = {
        "added" if done else "to add": len(plan.add),
        "changed" if done else "to change": len(plan.change),
        "retired" if done else "to retire": len(plan.retire),
        "moved": len(plan.moved),
    }
    said = [f"{count} {verb}" for verb, count in counts.items() if count]
    return text(", ".join([*said, f"{plan.unchanged - len(plan.moved)} unchanged"]))


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count} jobs"
