"""`jobctl enqueue JOB --from-date D --to-date D`: runs for the nominal times that have none."""

from datetime import datetime, timedelta
from shlex import quote
from typing import TYPE_CHECKING

from jobctl.actions.enqueue.backfill import backfill
from jobctl.actions.enqueue.place import find_definition
from jobctl.actions.enqueue.request import Wish
from jobctl.cli.output import note, print_json, print_line
from jobctl.cli.times import instant
from jobctl.cli.waiting_notes import say_what_holds
from jobctl.decide.bounds import LATEST
from jobctl.model.errors import UsageError
from jobctl.model.instant import MILLISECOND

if TYPE_CHECKING:
    from jobctl.store.protocol import Store

_DATE = len("2026-03-08")


def enqueue_dates(
    store: "Store", wish: Wish, from_date: str, to_date: str | None, now: datetime, as_json: bool
) -> None:
    """Enqueue a run for each nominal time of a span that has none; a date is a whole day of the schedule's zone."""
    zone = find_definition(store, wish.job).body.get("schedule", {}).get("timezone", "UTC")
    since = instant("--from-date", from_date, zone)
    until = now if to_date is None else _end(to_date, zone)
    _check_span(from_date, since, to_date, until, now)
    promised, recorded = backfill(store, wish, since, until, now)
    if not promised.answers and not recorded:
        last = to_date if until < now else "now"
        hint = f"`jobctl next {wish.job} --after {quote(from_date)}` lists those that follow"
        raise UsageError(f"the schedule of `{wish.job}` names no time from {from_date} to {last}", hint=hint)
    ids = [answer.run_id for answer in promised.answers]
    if as_json:
        print_json({"ids": ids, "recorded": recorded})
    else:
        for run_id in ids:
            print_line(str(run_id))
    if recorded:
        have = "1 nominal time has its" if recorded == 1 else f"{recorded} nominal times have their"
        note(f"{have} run already: nothing was enqueued there")
    say_what_holds(store, promised.paused_jobs, promised.queues, now)


def _check_span(from_date: str, since: datetime, to_date: str | None, until: datetime, now: datetime) -> None:
    if to_date is not None and since > until:
        raise UsageError("--from-date is later than --to-date", hint="name the earlier day first")
    if since > now:
        hint = "this makes up for times that have passed; those to come are made by the schedule"
        raise UsageError(f"--from-date: {from_date} has not come yet", hint=hint)


def _end(text: str, zone: str) -> datetime:
    """The instant, or the end of the day."""
    found = instant("--to-date", text, zone)
    if len(text.strip()) > _DATE:
        return found
    try:
        following = (datetime.fromisoformat(text.strip()) + timedelta(days=1)).date()
    except OverflowError:
        return LATEST
    return instant("--to-date", following.isoformat(), zone) - MILLISECOND
