"""Random schedules and instants, half of the instants close to a change of the zone's offset."""

from datetime import UTC, datetime, timedelta
from itertools import takewhile
from random import Random

from jobctl.decide.time.zone import segments

ZONES = (
    *("America/New_York", "Europe/Berlin", "Europe/London", "Australia/Lord_Howe", "America/Santiago", "UTC"),
    *("Asia/Kathmandu", "Pacific/Apia", "Africa/Cairo", "America/St_Johns", "Antarctica/Troll", "Pacific/Chatham"),
)
# cronsim does not come back from St John's, whose clocks changed at 00:01 until 2011.
FIRST_YEAR, LAST_YEAR = 2012, 2035


def expression(dice: Random) -> str:
    """Five fields, or six with a wildcard hour: the forms in which cronsim follows Debian."""
    days, weekdays = _field(dice, 1, 31, 0.6), _field(dice, 0, 7, 0.6)
    special = dice.random()
    if special < 0.05:
        days = dice.choice(["L", "LW"])
    elif special < 0.1:
        weekdays = f"{dice.randint(0, 6)}#{dice.randint(1, 5)}"
    elif special < 0.15:
        weekdays = f"{dice.randint(0, 6)}L"
    elif special < 0.2:
        weekdays = dice.choice(["MON-FRI", "sun", "WED,SAT"])
    dates = f"{days} {_field(dice, 1, 12, 0.7)} {weekdays}"
    if dice.random() < 0.2:
        hours = "*" if dice.random() < 0.5 else f"*/{dice.randint(2, 20)}"
        return f"{_field(dice, 0, 59, 0.3)} {_field(dice, 0, 59, 0.3)} {hours} {dates}"
    return f"{_field(dice, 0, 59, 0.3)} {_field(dice, 0, 23, 0.4)} {dates}"


def instant(dice: Random, zone: str) -> datetime:
    """An instant of the years 2012 to 2035."""
    year = dice.randint(FIRST_YEAR, LAST_YEAR)
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    if dice.random() < 0.5:
        return start + timedelta(seconds=dice.randrange(365 * 86_400))
    inside = takewhile(lambda s: s.start < end.timestamp(), segments(zone, int(start.timestamp())))
    change = datetime.fromtimestamp(dice.choice(list(inside)).start, UTC)
    return max(start, change + timedelta(seconds=dice.randint(-30 * 3600, 10 * 3600)))


def _field(dice: Random, low: int, high: int, stars: float) -> str:
    if dice.random() < stars:
        return "*"
    return ",".join(_item(dice, low, high) for _ in range(dice.choice([1, 1, 1, 2, 3])))


def _item(dice: Random, low: int, high: int) -> str:
    first, last = sorted((dice.randint(low, high), dice.randint(low, high)))
    forms = [
        f"{first}",
        f"{first}-{last}",
        # `5-5/2` cronsim reads as `5/2`; Debian's cron, and the corpus, as 5.
        f"{first}-{last}/{dice.randint(1, 7)}" if first < last else f"{first}-{last}",
        f"*/{dice.randint(1, high)}",
        f"{first}/{dice.randint(1, 9)}",
    ]
    return dice.choice(forms)
