"""When a timer of systemd fires, as the keys of a catalog."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from jobctl.decide.schedule.fire import next_fire
from jobctl.decide.text.closest import did_you_mean
from jobctl.decide.time.durations import parse_duration
from jobctl.importers.systemd.on_calendar import Calendar, read_calendar
from jobctl.importers.systemd.time_span import catalog_duration, read_span
from jobctl.importers.systemd.unit_file import Unit
from jobctl.importers.yaml_text import Value
from jobctl.model.job import Schedule

_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
_SAMPLE = 100
_ONCE = ("OnBootSec", "OnStartupSec", "OnActiveSec")
_AGAIN = ("OnUnitActiveSec", "OnUnitInactiveSec")
_KNOWN = {
    *("OnCalendar", "Unit", "Persistent", "RandomizedDelaySec", "AccuracySec", "FixedRandomDelay", "RemainAfterElapse"),
    *("DeferReactivation", "RandomizedOffsetSec"),
}
_NOT_CARRIED = {
    "WakeSystem": "jobctl does not wake a machine that sleeps",
    "OnClockChange": "jobctl does not start jobs because the clock was set",
    "OnTimezoneChange": "jobctl does not start jobs because the zone was changed",
}


def read_timer(timer: Unit, remarks: list[str], lost: list[str]) -> dict[str, Value]:
    """The keys that say when: `schedule`, `every` or `at`, `timezone`, `jitter`, `catchup`.

    `remarks` and `lost` take what there is to say. Raises ValueError if nothing of it can be carried over.
    """
    found = {**_calendars(timer, remarks, lost)}
    intervals = _intervals(timer, remarks)
    if "schedule" in found and "every" in intervals:
        _beside(found, intervals, remarks, lost)
    if "at" in found and intervals:
        lost.append(f"the instant {found.pop('at')}: a job has one `at`, or a schedule")
    for key, value in intervals.items():
        found[key] = _both(found, key, value)
    if "schedule" in found and "every" in found:
        found = _as_one_list(found)
    if not found:
        raise ValueError("it has no time to fire at that a catalog can say")
    found |= _spread(timer, lost)
    lost += [f"`{key}`: {why}" for key, why in _NOT_CARRIED.items() if timer.is_on("Timer", key)]
    lost += _unknown(timer)
    return {**found, **_missed(timer)}


def _beside(found: dict[str, Value], intervals: dict[str, Value], remarks: list[str], lost: list[str]) -> None:
    """An interval counts from each start, the calendar's too: one that is as long as its gaps never ends."""
    if not isinstance(intervals["every"], str):
        del intervals["every"]
        lost.append("`OnUnitInactiveSec` beside `OnCalendar`: a job has a schedule, or an interval from its last run")
        return
    every = intervals["every"]
    zone = str(found.get("timezone", "UTC"))
    if parse_duration(every) >= _longest_gap(_texts(found["schedule"]), zone):
        del intervals["every"]
        remarks.append(f"an interval of {every} counts from each start, and the calendar always came before its end")
    else:
        remarks.append(f"systemd counts {every} from each start, `@every` is a grid of its own")


def _longest_gap(expressions: tuple[str, ...], zone: str) -> timedelta:
    schedule = Schedule(cron=expressions, timezone=zone)
    fires = [_SINCE]
    while len(fires) < _SAMPLE and (coming := next_fire(schedule, "", fires[-1])) is not None:
        fires.append(coming)
    return max((later - earlier for earlier, later in pairwise(fires[1:])), default=timedelta.max)


def _unknown(timer: Unit) -> list[str]:
    """Keys that no timer has: systemd passes over them with a line in its journal."""
    known = {*_KNOWN, *_ONCE, *_AGAIN, *_NOT_CARRIED}
    odd = [key for key in timer.keys("Timer") if key not in known and not key.startswith("X-")]
    return [f"`{key}=` is no key of a timer{did_you_mean(key, known)}" for key in odd]


def _calendars(timer: Unit, remarks: list[str], lost: list[str]) -> dict[str, Value]:
    calendars: list[Calendar] = []
    for text in timer.all("Timer", "OnCalendar"):
        try:
            calendars.append(read_calendar(text))
        except ValueError as error:
            lost.append(str(error))
    repeated = [calendar for calendar in calendars if calendar.cron is not None]
    once = [calendar for calendar in calendars if calendar.at is not None]
    if once and (repeated or len(once) > 1):
        lost += [f"the instant {calendar.at}: a job has one `at`, or a schedule" for calendar in once]
    elif once:
        return {"at": once[0].at or "", **_zone(once[0].zone)}
    zones = {calendar.zone for calendar in repeated}
    if len(zones) == 1:
        expressions = [calendar.cron or "" for calendar in repeated]
        return {"schedule": _one_or_list(expressions), **_zone(repeated[0].zone)}
    expressions = [f"CRON_TZ={c.zone} {c.cron}" if c.zone else f"{c.cron}" for c in repeated]
    return {"schedule": _one_or_list(expressions)} if expressions else {}


def _zone(name: str | None) -> dict[str, Value]:
    return {"timezone": name} if name else {}


def _one_or_list(expressions: list[str]) -> Value:
    return expressions[0] if len(expressions) == 1 else tuple(expressions)


def _intervals(timer: Unit, remarks: list[str]) -> dict[str, Value]:
    """Times that count from something: from the boot, or from the last run."""
    again = timer.last("Timer", *_AGAIN)
    once = timer.last("Timer", *_ONCE)
    if again is not None:
        if timer.last("Timer", "OnUnitInactiveSec") is not None:
            return {"every": {"after_end": _duration(again)}}
        if once is not None:
            remarks.append(f"the first run came {once} after the start; `every` is a grid that the start does not move")
        return {"every": _duration(again)}
    if once is None:
        return {}
    # The others count from the start of systemd, or of the timer: the daemon's is the like of it.
    word = "@reboot" if timer.last("Timer", "OnBootSec") is not None else "@start"
    if read_span(once):
        remarks.append(f"systemd waits {once} after the start; `{word}` fires when the daemon starts")
    return {"schedule": word}


def _both(found: dict[str, Value], key: str, value: Value) -> Value:
    """`@reboot` beside other expressions."""
    given = found.get(key)
    if given is None:
        return value
    return (*((given,) if isinstance(given, str) else _texts(given)), *_texts(value))


def _as_one_list(found: dict[str, Value]) -> dict[str, Value]:
    rest = {key: value for key, value in found.items() if key not in ("schedule", "every")}
    return {"schedule": (*_texts(found["schedule"]), f"@every {found['every']}"), **rest}


def _texts(value: Value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, tuple) else ()


def _duration(text: str) -> str:
    duration = catalog_duration(text)
    if duration is None:
        raise ValueError(f"`{text}` is no interval")
    return duration


def _spread(timer: Unit, lost: list[str]) -> dict[str, Value]:
    delay = timer.last("Timer", "RandomizedDelaySec")
    try:
        jitter = catalog_duration(delay) if delay is not None else None
    except ValueError as error:
        lost.append(f"`RandomizedDelaySec`: {error}")
        return {}
    return {"jitter": jitter} if jitter is not None else {}


def _missed(timer: Unit) -> dict[str, Value]:
    """`Persistent=` makes up for the newest missed time, however long ago."""
    if timer.is_on("Timer", "Persistent"):
        return {"catchup": "last", "catchup_window": "366d"}
    return {"catchup": "none"}
