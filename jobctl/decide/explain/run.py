"""Why a run is not running, where it runs, or what became of it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from jobctl.decide.explain.facts import Explanation, Fact, Standing
from jobctl.decide.explain.running import explain_running
from jobctl.decide.explain.waiting import explain_waiting
from jobctl.decide.runs.cause import why
from jobctl.model.daemon import Daemon
from jobctl.model.job import Job
from jobctl.model.queues import EXEC_QUEUE
from jobctl.model.run import Attempt, Event, Run

_SKIPPED = {
    "overlap": "another run of its job had not ended",
    "paused": "its job or queue was paused",
    "expired": "its deadline passed before it could start",
    "missed": "no daemon was on duty",
    "disabled": "its job was disabled",
    "skip_code": "the job itself said that there was nothing to do",
    "upstream": "a run that it needs did not succeed",
}


def explain_run(
    run: Run,
    job: Job | None,
    attempts: Sequence[Attempt],
    events: Sequence[Event],
    standing: Standing,
    daemons: Sequence[Daemon],
    dead: Collection[Daemon],
    now: datetime,
) -> Explanation:
    """Why a run waits, where it runs, or how it ended.

    `job` is the definition that it was enqueued with; `daemons` are those that did not end orderly, `dead` those of
    them whose process is seen to be gone.
    """
    alive = [daemon for daemon in daemons if daemon not in dead]
    if run.state == "waiting":
        return explain_waiting(run, standing, alive, now)
    if run.state == "running":
        return explain_running(run, job, attempts, standing, alive, dead, now)
    return _finished(run, events, standing, now)


def _finished(run: Run, events: Sequence[Event], standing: Standing, now: datetime) -> Explanation:
    facts = [Fact("ended", _ended(run, events), run.finished_at)]
    if run.missed is not None:
        times = "1 nominal time" if run.missed.times == 1 else f"{run.missed.times} nominal times"
        facts.append(Fact("stands_for", f"it stands for {times}", run.missed.to_at))
    if standing.key_until is not None and standing.key_until > now:
        facts.append(Fact("key", f"key `{run.key}` is held: enqueueing with it gives this run", standing.key_until))
    if standing.key_holder is not None:
        facts.append(Fact("key", f"key `{run.key}` is held by another run", runs=(standing.key_holder,)))
    return Explanation(f"run {run.run_id} {facts[0].text}", tuple(facts), _way_back(run, standing))


def _ended(run: Run, events: Sequence[Event]) -> str:
    if run.state == "succeeded":
        return "succeeded" if run.attempt == 1 else f"succeeded at attempt {run.attempt}"
    if run.state == "failed":
        return f"failed: {why(run)}"
    if run.state == "skipped":
        return f"was skipped: {_SKIPPED.get(run.reason or '', run.reason or 'for no recorded reason')}"
    if run.reason == "replaced":
        return "was cancelled: a newer run has replaced it"
    if run.reason == "interrupted":
        return "was cancelled: the process that it belonged to has ended"
    actor = next((event.actor for event in reversed(events) if event.verb == "cancel"), None)
    return f"was cancelled by {actor}" if actor else "was cancelled by an operator"


def _way_back(run: Run, standing: Standing) -> str:
    if run.queue == EXEC_QUEUE:
        return "run the line that wraps it again"
    if standing.key_holder is not None:
        return f"`jobctl retry {run.run_id}` is refused until run {standing.key_holder} has ended"
    again = f"`jobctl retry {run.run_id}` runs it again"
    return f"`jobctl logs {run.run_id}` tells what it wrote; {again}" if run.attempt else again
