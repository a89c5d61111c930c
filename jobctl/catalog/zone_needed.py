"""What a job takes from the machine's time zone."""

from datetime import datetime

from jobctl.catalog.models import JobModel
from jobctl.catalog.node import Part
from jobctl.decide.schedule.cron import parse
from jobctl.decide.schedule.pattern import Pattern
from jobctl.decide.time.zone import load
from jobctl.model.errors import UsageError

_CURE = "write `timezone:` here or under `defaults`"


def zone_problem(model: JobModel, machine_zone: str) -> tuple[list[Part], str] | None:
    """Where in the job, and the message, if it needs the machine's zone and that cannot be told."""
    where = needs_zone(model)
    if where is None:
        return None
    try:
        load(machine_zone)
    except UsageError as error:
        return where, f"the machine's time zone is not known: {error} ({error.hint}); {_CURE}"
    return None


def needs_zone(model: JobModel) -> list[Part] | None:
    """The first key whose meaning hangs on the machine's zone; None: none does.

    An interval keeps its pace in every zone, and an expression may name its own.
    """
    if model.timezone is not None:
        return None
    for key in ("at", "start", "end"):
        text = getattr(model, key)
        if text is not None and datetime.fromisoformat(text.strip()).tzinfo is None:
            return [key]
    if model.catchup_between is not None:
        return ["catchup_between"]
    timings = (parse(expression, "") for expression in model.schedule or ())
    if any(isinstance(timing, Pattern) and timing.zone is None for timing in timings):
        return ["schedule"]
    return None
