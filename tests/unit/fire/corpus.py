"""What schedules fire: zone | expression | after | the next fires, in order, with the offset of the zone.

A row with an empty zone goes on with the fires of the row above it; `never` ends a schedule. The fires were worked
out by hand from the rules, and compared with a walk through all dates; none was copied from what jobctl prints.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from tests.unit.fire import corpus_calendar, corpus_gaps, corpus_repeats


class Row(NamedTuple):
    """One schedule, an instant, and what fires after it."""

    zone: str
    expression: str
    after: str
    fires: list[str]

    @property
    def kinds(self) -> set[str]:
        """What the row is about, told from what it says."""
        instants = [datetime.fromisoformat(at) for at in self.fires if at != "never"]
        return {kind for kind, is_about in _BY_TEXT.items() if re.search(is_about, self.expression)} | {
            kind
            for kind, found in (
                ("never", not instants),
                ("gap", _shifts(self.after, instants, forward=True)),
                ("repeat", _shifts(self.after, instants, forward=False)),
                ("leap day", any((at.month, at.day) == (2, 29) for at in instants)),
                ("year end", any((at.month, at.day) in ((12, 31), (1, 1)) for at in instants)),
                ("month end", any((at + timedelta(days=1)).day == 1 for at in instants)),
            )
            if found
        }


_BY_TEXT = {
    "either day": r"^(\S+ )?\S+ \S+ [^*?]\S* \S+ [^*?]\S*$",
    "both days": r"^(\S+ )?\S+ \S+ (\*/\S+ \S+ [^*?]\S*|[^*?]\S* \S+ \*/\S+)$",
    "last": r"\bL|\dL\b",
    "nth": r"#",
    "step": r"\*/\d",
    "range with a step": r"\w-\w+/\d",
    "list": r"\w,\w",
    "month by name": r"(?i)\b(jan|feb|mar|jun|jul|aug|sep|nov|dec)\b",
    "weekday by name": r"(?i)\b(mon|tue|wed|thu|fri|sat|sun)\b",
    "seconds": r"^[^@C]\S*( \S+){5}$",
    "zone in front": r"^CRON_TZ=",
    **{f"@{word}": rf"(?i)^@{word}\b" for word in ("hourly", "daily", "midnight", "weekly", "monthly", "yearly")},
    **{f"@{word}": rf"(?i)^@{word}\b" for word in ("annually", "every", "reboot")},
}


def _shifts(after: str, instants: list[datetime], *, forward: bool) -> bool:
    """True if the offset changes that way within the days of the row."""
    start = datetime.fromisoformat(after)
    near = [at for at in [start, *instants] if at.astimezone(UTC) - start.astimezone(UTC) < timedelta(days=3)]
    offsets = [at.utcoffset() or timedelta(0) for at in near]
    return max(offsets) > offsets[0] if forward else min(offsets) < offsets[0]


def rows() -> list[Row]:
    """The corpus, row by row."""
    found: list[Row] = []
    for line in (corpus_gaps.ROWS + corpus_repeats.ROWS + corpus_calendar.ROWS).splitlines():
        if not line or line.startswith("#"):
            continue
        zone, expression, after, fires = (cell.strip() for cell in line.split("|"))
        if zone:
            found.append(Row(zone, expression, after, fires.split()))
        else:
            found[-1].fires.extend(fires.split())
    return found
