"""Why a run waits: admission is asked for what holds it, and nothing is decided anew."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from jobctl.decide.admission.admit import Gate, Running, gates, passed, rate_of, rooms, serves
from jobctl.decide.admission.serving import living, served
from jobctl.decide.admission.token_bucket import filled, next_token_at
from jobctl.decide.explain.facts import MOST_COUNTED, Explanation, Fact, Standing
from jobctl.decide.runs.cause import why
from jobctl.model.daemon import Daemon
from jobctl.model.queues import EXEC_QUEUE
from jobctl.model.run import Run
from jobctl.model.view import Pause


def explain_waiting(run: Run, standing: Standing, daemons: Sequence[Daemon], now: datetime) -> Explanation:
    """What holds a run, the decisive thing first; or that nothing does."""
    holds = [*_time(run, now), *_pauses(standing, run), *_attendance(standing, daemons, now), *_shut(standing, now)]
    holds += [*_turn(standing), *_busy(standing, daemons, now), *_own_process(standing, daemons)]
    notes = list(_notes(standing, now))
    if holds:
        advice = _advice(run, holds[0], standing, anybody=bool(living(daemons, now)))
        return Explanation(f"run {run.run_id} waits: {holds[0].text}", (*holds, *notes), advice)
    before = f", after {_count(standing.before)} that {_come(standing.before)} first" if standing.before else ""
    answer = f"run {run.run_id} is about to start{before}"
    return Explanation(answer, tuple(notes), f"`jobctl logs -f {run.run_id}` follows it")


def _time(run: Run, now: datetime) -> Iterator[Fact]:
    if run.due_at is None:
        yield Fact("blocked", "it waits for something that is not a time")
    elif run.due_at > now and run.reason == "retry":
        yield Fact("retry", f"attempt {run.attempt} failed ({why(run)}), and the next one is not due yet", run.due_at)
    elif run.due_at > now and run.reason == "lost":
        said = f"attempt {run.attempt} vanished with others ({why(run)}), and the next one comes at a time of its own"
        yield Fact("retry", said, run.due_at)
    elif run.due_at > now:
        yield Fact("due", "it is not due yet", run.due_at)


def _pauses(standing: Standing, run: Run) -> Iterator[Fact]:
    if Gate("pause", "") not in gates(standing.lane, standing.rules):
        return
    for kind, name in (("job", run.job), ("queue", standing.lane.queue)):
        pause = standing.pauses.get((kind, name))
        if pause is not None:
            yield pause_fact(kind, name, pause)


def _attendance(standing: Standing, daemons: Sequence[Daemon], now: datetime) -> Iterator[Fact]:
    """Nobody who would take it."""
    queue, alive = standing.lane.queue, living(daemons, now)
    if not served(queue, alive):
        yield Fact("no_daemon", f"no living daemon serves queue `{queue}`" if alive else "no daemon is alive")


def _shut(standing: Standing, now: datetime) -> Iterator[Fact]:
    """Each gate without room, by what holds it."""
    path = gates(standing.lane, standing.rules)
    running = [Running(flight.lane, flight.job, 1) for flight in standing.in_flight]
    room = rooms(path, standing.rules, running, standing.buckets, now)
    for gate in path:
        if room[gate] == 0 and gate.kind != "pause":
            yield _gate(gate, standing, now)


def _gate(gate: Gate, standing: Standing, now: datetime) -> Fact:
    held_by = tuple(f.run_id for f in standing.in_flight if gate in passed(f.lane, f.job, standing.rules))
    rules, name = standing.rules, gate.name
    rate = rate_of(gate, rules)
    if rate is not None:
        what = "queue" if gate.kind == "queue_rate" else "job"
        at = next_token_at(filled(standing.buckets.get(gate), rate, now), rate)
        per = f"{rate.count} per {rate.per.total_seconds():g} s"
        return Fact("rate", f"{what} `{name}` may start no more than {per}", at)
    match gate.kind:
        case "slots":
            slots = rules.queues[name].slots
            return Fact("slots", f"{_all(slots or 0, 'slot')} of queue `{name}` {_is(slots or 0)} taken", runs=held_by)
        case "max_parallel":
            most = rules.jobs[name].max_parallel
            return Fact("max_parallel", f"job `{name}` runs at most {most} at a time", runs=held_by)
        case "limit":
            units = rules.limits[name]
            return Fact("limit", f"{_all(units, 'unit')} of limit `{name}` {_is(units)} taken", runs=held_by)
        case _:
            return Fact("overlap", f"another run of `{name}` has not ended, and they may not overlap", runs=held_by)


def _turn(standing: Standing) -> Iterator[Fact]:
    """Where runs may not overlap, one comes after the other."""
    if standing.under_way is not None:
        text = f"another run of `{standing.lane.job}` has begun and waits for its retry, and they may not overlap"
        yield Fact("overlap", text, runs=(standing.under_way,))
    elif standing.lane.exclusive and standing.before_in_lane:
        count = _count(standing.before_in_lane)
        yield Fact(
            "turn", f"runs of `{standing.lane.job}` may not overlap, and {count} {_come(standing.before_in_lane)} first"
        )


def _busy(standing: Standing, daemons: Sequence[Daemon], now: datetime) -> Iterator[Fact]:
    able = [d for d in living(daemons, now) if serves(d.identity.queues, standing.lane.queue)]
    if able and all(daemon.running >= daemon.identity.slots for daemon in able):
        slots = sum(daemon.identity.slots for daemon in able)
        who = "the daemon" if len(able) == 1 else f"the {len(able)} daemons"
        yield Fact("daemons_busy", f"{_all(slots, 'slot')} of {who} {_is(slots)} taken")


def _own_process(standing: Standing, daemons: Sequence[Daemon]) -> Iterator[Fact]:
    if standing.lane.queue != EXEC_QUEUE:
        return
    if any(daemon.daemon_id == standing.daemon_id for daemon in daemons):
        yield Fact("own_process", "only the `jobctl exec` that promised it will start it")
    else:
        yield Fact("own_process", "the `jobctl exec` that promised it has ended, and nobody else will start it")


def _notes(standing: Standing, now: datetime) -> Iterator[Fact]:
    if standing.ready and standing.before:
        ready = f"{_count(standing.before)} that {_is(standing.before)} ready {_come(standing.before)} first"
        yield Fact("before", f"{ready} by priority and due time{_of_same_job(standing)}")
    if standing.expires_at is not None:
        yield Fact("deadline", "it is skipped if it does not start in time", standing.expires_at)


def _advice(run: Run, decisive: Fact, standing: Standing, *, anybody: bool) -> str:
    """What to do; `anybody`: whether a daemon is alive, whatever it serves."""
    match decisive.code:
        case "pause" if ("job", run.job) in standing.pauses:
            return f"`jobctl resume {run.job}` lets it go on"
        case "pause":
            return f"`jobctl resume --queue {run.queue}` lets it go on"
        case "no_daemon" if anybody:
            return f"start one: `jobctl daemon --queue {run.queue}`"
        case "no_daemon":
            return "start one: `jobctl daemon`"
        case "slots":
            return f"raise `slots` of queue `{run.queue}` in the catalog, or wait"
        case "max_parallel" | "limit" | "rate":
            return "change it in the catalog and run `jobctl apply`, or wait"
        case "overlap" | "turn":
            return "it starts when that one has ended; `jobctl cancel` ends one earlier"
        case "daemons_busy":
            return "give a daemon more `--slots`, or start another one"
        case "own_process":
            return f"if that one is gone, `jobctl cancel {run.run_id}` and run the line again"
        case _:
            return f"`jobctl cancel {run.run_id}` takes it back"


def pause_fact(kind: str, name: str, pause: Pause) -> Fact:
    """A hold, with who, why, and (as its instant) until when."""
    reason = f" ({pause.reason})" if pause.reason else ""
    return Fact("pause", f"{kind} `{name}` is paused by {pause.actor}{reason}", pause.until_at)


def _count(number: int) -> str:
    if number >= MOST_COUNTED:
        return f"at least {MOST_COUNTED:,} runs"
    return "1 run" if number == 1 else f"{number:,} runs"


def _of_same_job(standing: Standing) -> str:
    """How many of the runs that come first are of the same job."""
    if not standing.before_in_lane:
        return ""
    some = standing.before_in_lane < standing.before
    return f", {standing.before_in_lane:,} of them of the same job" if some else ", of the same job"


def _come(number: int) -> str:
    return "comes" if number == 1 else "come"


def _all(count: int, what: str) -> str:
    """All of something that is taken.

    >>> _all(1, "slot"), _all(3, "slot"), _all(0, "slot")
    ('the only slot', 'all 3 slots', 'each of the 0 slots')
    """
    return f"the only {what}" if count == 1 else f"all {count:,} {what}s" if count else f"each of the 0 {what}s"


def _is(count: int) -> str:
    return "are" if count > 1 else "is"
