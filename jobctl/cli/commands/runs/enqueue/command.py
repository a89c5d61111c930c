"""`jobctl enqueue`: promise a run of a job, a command, or many at once."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from jobctl.actions.enqueue.answers import Promised, overlapping, was_skipped
from jobctl.actions.enqueue.place import enqueue, find_definition, place
from jobctl.actions.enqueue.request import Wish, adhoc_request
from jobctl.cli.after_dashes import AfterDashes, command_of
from jobctl.cli.click import Context
from jobctl.cli.commands.runs.enqueue import options as option
from jobctl.cli.commands.runs.enqueue.forms import Typed, check, check_values
from jobctl.cli.context import actor, opened
from jobctl.cli.context import now as present
from jobctl.cli.options import CorrelationId, Db, Json
from jobctl.cli.output import note, print_json, print_line, told_anyway
from jobctl.cli.own_errors import passing_status
from jobctl.cli.waiting_notes import say
from jobctl.model.run import Enqueued, Request

if TYPE_CHECKING:
    from jobctl.store.protocol import Store


class _Enqueue(AfterDashes):
    """The third form has a command after `--`."""

    def collect_usage_pieces(self, ctx: Context) -> list[str]:
        """All three forms."""
        return ["[OPTIONS] {JOB | -- CMD [ARG].. | --from FILE}"]


SETTINGS = {"cls": _Enqueue}


def command(
    ctx: typer.Context,
    job: option.Job = None,
    params: option.Params = None,
    delay: option.Delay = None,
    at: option.At = None,
    priority: option.Priority = None,
    queue: option.Queue = None,
    key: option.Key = None,
    correlation_id: CorrelationId = None,
    overlap: option.Overlap = None,
    scheduled_for: option.ScheduledFor = None,
    waits: option.Waits = False,
    source: option.Source = None,
    from_date: option.FromDate = None,
    to_date: option.ToDate = None,
    name: option.Name = None,
    retry: option.Retry = None,
    timeout: option.Timeout = None,
    cwd: option.Cwd = None,
    env: option.Env = None,
    as_json: Json = False,
    db: Db = None,
) -> int:
    """Promise a run and print its id. It is on disk when this returns.

    A job: `jobctl enqueue thumbnails -p album=7 --in 10m`

    A command, which runs in this folder, as you: `jobctl enqueue --name reindex --retry 2 -- ./reindex.sh --full`

    Many, each 1,000 in one transaction: `jobctl enqueue --from items.jsonl`

    The nights of last week: `jobctl enqueue backup --from-date 2026-03-02 --to-date 2026-03-08`

    Exits with 4 if the job is disabled, or if the run is skipped because another one has not ended.
    """
    typed = Typed(
        *(job, command_of(ctx), source, params or [], delay, at, priority, queue, key, overlap, scheduled_for),
        *(from_date, to_date, name, retry, timeout, cwd, env or []),
    )
    check(typed, waits)
    with passing_status(waits):
        check_values(typed)
    with passing_status(waits), opened(ctx, db, creates=typed.argv is not None) as store:
        if typed.source is not None:
            from jobctl.cli.commands.runs.enqueue.lines import enqueue_from

            enqueue_from(store, typed.source, correlation_id or None, as_json)
            return 0
        if typed.from_date is not None:
            from jobctl.cli.commands.runs.enqueue.backfill import enqueue_dates

            enqueue_dates(store, _wish(typed, correlation_id or None), typed.from_date, to_date, present(), as_json)
            return 0
        answer, status = _answer(store, _promise(store, typed, correlation_id or None), waits, as_json)
    if was_skipped(answer):
        raise overlapping(answer)
    return status


def _promise(store: "Store", typed: Typed, correlation_id: str | None) -> Promised:
    now, wish = present(), _wish(typed, correlation_id)
    if typed.argv is not None:
        return place(store, [_adhoc(typed, typed.argv, wish)], now)
    if typed.scheduled_for is not None:
        wish = _for_nominal(wish, _nominal(store, typed.scheduled_for, wish.job), now)
    return enqueue(store, [wish], now)


def _wish(typed: Typed, correlation_id: str | None) -> Wish:
    return Wish(
        job=typed.job or "",
        params=typed.params,
        due_at=_due_at(typed),
        priority=typed.priority,
        queue=typed.queue,
        key=typed.key,
        correlation_id=correlation_id,
        overlap=typed.overlap,
        created_by=actor(),
    )


def _due_at(typed: Typed) -> datetime | None:
    if typed.delay is None and typed.at is None:
        return None
    from jobctl.cli.times import duration, instant

    if typed.delay is not None:
        return present() + duration("--in", typed.delay)
    due_at = instant("--at", typed.at or "")
    if due_at < present():
        note(f"{typed.at} has passed already: the run is due at once")
    return due_at


def _for_nominal(wish: Wish, nominal: datetime, now: datetime) -> Wish:
    """The run of a time that is still to come is due then, unless told otherwise: the schedule gives it no other."""
    if wish.due_at is None and nominal > now:
        note("that time is still to come: the run is due then, in place of the fire; `--in 0` starts it at once")
        wish = wish._replace(due_at=nominal)
    return wish._replace(scheduled_for=nominal)


def _nominal(store: "Store", text: str, job: str) -> datetime:
    """The nominal time that is meant; without an offset it is on the clock of the job's schedule."""
    from jobctl.actions.enqueue.backfill import check_nominal
    from jobctl.cli.times import instant

    schedule = find_definition(store, job).body.get("schedule", {})
    at = instant("--scheduled-for", text, schedule.get("timezone", "UTC"))
    check_nominal(schedule, job, at)
    return at


def _adhoc(typed: Typed, argv: list[str], wish: Wish) -> Request:
    from jobctl.cli.commands.runs.enqueue.adhoc import definition_of

    definition = definition_of(argv, typed.name, typed.retry, typed.timeout, typed.cwd, typed.env)
    return adhoc_request(definition, wish._replace(job=definition["name"]))


def _answer(store: "Store", promised: Promised, waits: bool, as_json: bool) -> tuple[Enqueued, int]:
    """Tell what became of the wish, and how the run ended if that is waited for."""
    answer = promised.answers[0]
    state, status = answer.state, 0
    promise = f"run {answer.run_id} of job `{answer.job}` {'is enqueued' if answer.created else 'was there already'}"
    if not as_json:
        with told_anyway(promise):
            print_line(str(answer.run_id))
    say(store, promised, present())
    if waits and not was_skipped(answer):
        from jobctl.cli.wait_for import say_how_it_ended, wait_for
        from jobctl.decide.runs.exit_status import exit_status

        sys.stdout.flush()
        ended = wait_for(store, [answer.run_id], None)[0]
        say_how_it_ended(ended)
        state, status = ended.state, exit_status(ended)
    if as_json:
        with told_anyway(promise):
            print_json({"id": answer.run_id, "job": answer.job, "state": state, "created": answer.created})
    return answer, status
