"""Why a job does not run: what its schedule, its holds and its last nominal time say."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from jobctl.decide.admission.serving import living, served
from jobctl.decide.explain.facts import Explanation, Fact
from jobctl.decide.explain.overlap import in_the_way, promised
from jobctl.decide.explain.waiting import pause_fact
from jobctl.decide.runs.cause import why
from jobctl.model.daemon import Daemon
from jobctl.model.run import Run
from jobctl.model.view import JobRow, Pause

_OWN_RUNS = ("overlap", "retry")


class JobFacts(NamedTuple):
    """A deployed job as a store tells it. `fires` are its newest nominal times.

    `live` are its runs that are due or under way, `later` those that are promised for later. `silence` says why it has
    no coming fire.
    """

    row: JobRow
    queue_pause: Pause | None
    fires: Sequence[Run]
    live: Sequence[Run]
    silence: str
    later: Sequence[Run] = ()


def explain_retired(name: str, last: Run | None) -> Explanation:
    """A job that is in no catalog any more."""
    facts = (_last_run(last),) if last else ()
    hint = "put it back into the catalog and run `jobctl apply`"
    return Explanation(f"job `{name}` is retired: the deployed catalog does not have it", facts, hint)


def explain_command(name: str, last: Run, live: Sequence[Run]) -> Explanation:
    """A name that only runs of a command have; `live` are those of them that have not ended."""
    facts = (_last_run(last), *_unfinished(live))
    about = (
        f"`jobctl explain {live[0].run_id}` tells about the run that has not ended"
        if live
        else (f"`jobctl explain {last.run_id}` tells more of it, `jobctl runs --job {name}` of all")
    )
    return Explanation(f"`{name}` is no job of the catalog: its runs are of a command", facts, about)


def explain_job(facts: JobFacts, daemons: Sequence[Daemon], now: datetime) -> Explanation:
    """Why a job does not fire, or when it does next."""
    row, name = facts.row, facts.row.job.name
    holds = list(_holds(facts, daemons, now))
    next_fire = [_next_fire(row.next_at, now) if row.next_at else Fact("no_fire", facts.silence)]
    found = (*holds, *next_fire, *_history(facts))
    hint = _hint(holds[0] if holds else next_fire[0], facts, anybody=bool(living(daemons, now)))
    if holds and holds[0].code in _OWN_RUNS:
        return Explanation(f"job `{name}` is held by a run of its own: {holds[0].text}", found, hint)
    if holds:
        return Explanation(f"job `{name}` does not run: {holds[0].text}", found, hint)
    if row.next_at is None and not (row.job.schedule.after_end and (facts.live or facts.later)):
        return Explanation(f"job `{name}` does not fire: {facts.silence}", found, hint)
    return Explanation(f"nothing holds job `{name}`: it fires when its schedule says so", found, hint)


def _next_fire(at: datetime, now: datetime) -> Fact:
    return Fact("next_fire", "it fires next" if at > now else "it is due to fire", at)


def _holds(facts: JobFacts, daemons: Sequence[Daemon], now: datetime) -> Iterator[Fact]:
    row = facts.row
    if not row.job.enabled:
        yield Fact("disabled", "its catalog says `enabled: false`")
    if row.pause is not None:
        yield pause_fact("job", row.job.name, row.pause)
    if facts.queue_pause is not None:
        yield pause_fact("queue", row.job.queue, facts.queue_pause)
    alive = living(daemons, now)
    if not alive:
        yield Fact("no_daemon", "no daemon is alive, so nothing fires")
    elif not served(row.job.queue, alive):
        yield Fact("no_daemon", f"no living daemon serves queue `{row.job.queue}`: its fires are recorded and wait")
    yield from in_the_way(row.job, facts.live, now)


def _history(facts: JobFacts) -> Iterator[Fact]:
    for last in facts.fires[:1]:
        yield Fact("last_fire", f"its last nominal time {_became(last)}", last.scheduled_for, (last.run_id,))
    for run in facts.fires:
        if run.missed is not None:
            times = "1 nominal time was" if run.missed.times == 1 else f"{run.missed.times} nominal times were"
            yield Fact("missed", f"{times} missed", run.missed.from_at, (run.run_id,))
    yield from _unfinished(facts.live)
    yield from promised(facts.later)


def _last_run(last: Run) -> Fact:
    return Fact("last_run", f"its last run {_became(last)}", last.finished_at, (last.run_id,))


def _unfinished(live: Sequence[Run]) -> Iterator[Fact]:
    if live:
        ids = tuple(run.run_id for run in live)
        yield Fact(
            "live", f"{len(ids)} of its runs have not ended" if len(ids) > 1 else "a run has not ended", None, ids
        )


def _became(run: Run) -> str:
    if run.state in ("waiting", "running"):
        return f"is {run.state}"
    if run.state == "failed":
        return f"failed: {why(run)}"
    return f"{'was ' if run.state != 'succeeded' else ''}{run.state}" + (f" ({run.reason})" if run.reason else "")


def _hint(decisive: Fact, facts: JobFacts, *, anybody: bool) -> str:
    name = facts.row.job.name
    match decisive.code:
        case "disabled":
            return "set `enabled: true` in its catalog and run `jobctl apply`"
        case "pause" if facts.row.pause is not None:
            return f"`jobctl resume {name}` lets it go on"
        case "pause":
            return f"`jobctl resume --queue {facts.row.job.queue}` lets it go on"
        case "no_daemon" if anybody:
            return f"start one: `jobctl daemon --queue {facts.row.job.queue}`"
        case "no_daemon":
            return "start one: `jobctl daemon`"
    if facts.live:
        return f"`jobctl explain {facts.live[0].run_id}` tells about the run that has not ended"
    if decisive.code == "no_fire":
        return f"`jobctl enqueue {name}` runs it now"
    return f"`jobctl next {name}` lists its coming fires; `jobctl enqueue {name}` runs it now"
