"""Find what is wrong with the machine's time zone."""

from datetime import datetime

from jobctl.actions.doctor.checks import Check
from jobctl.catalog.zone import disagreement
from jobctl.decide.time.zone import load
from jobctl.model.errors import UsageError


def examine_zone(machine_zone: str, deployed: str | None, now: datetime) -> Check:
    """Whether the zone has a name, the C library agrees, and it is the one of the last deployment."""
    try:
        load(machine_zone)
    except UsageError as error:
        found = f"{error}; a schedule without `timezone` cannot be applied here"
        return Check("time zone", "warn", found, error.hint)
    differs = disagreement(machine_zone, now)
    if differs is not None:
        advice = "bring the system's tz data up to date, or see which zone `date` is in"
        return Check("time zone", "warn", differs, advice)
    if deployed is not None and deployed != machine_zone:
        found = f"here it is `{machine_zone}`, where the catalog was applied last `{deployed}`"
        advice = "schedules without `timezone` move with the next `apply` here: `jobctl plan` shows which"
        return Check("time zone", "warn", found, advice)
    return Check("time zone", "ok", machine_zone)
