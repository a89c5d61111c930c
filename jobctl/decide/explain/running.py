"""Where a run runs, until when, and what becomes of it if its daemon is gone."""

from collections.abc import Collection, Sequence
from datetime import datetime

from jobctl.decide.admission.serving import living
from jobctl.decide.explain.facts import Explanation, Fact, Standing
from jobctl.decide.lease import LEASE, is_silent
from jobctl.model.daemon import Daemon
from jobctl.model.job import Job
from jobctl.model.run import Attempt, Run


def explain_running(
    run: Run,
    job: Job | None,
    attempts: Sequence[Attempt],
    standing: Standing,
    daemons: Sequence[Daemon],
    dead: Collection[Daemon],
    now: datetime,
) -> Explanation:
    """Where a run runs; `daemons` are those not known as `dead`."""
    newest = attempts[-1] if attempts else None
    pid = f", process {newest.pid}" if newest is not None and newest.pid is not None else ""
    facts = [Fact("since", f"attempt {run.attempt} on {run.host or 'an unknown host'}{pid}", run.started_at)]
    if standing.stop is not None:
        facts.insert(0, Fact("stopping", f"it was asked to stop ({standing.stop})"))
    if job is not None and job.timeout is not None and run.started_at is not None:
        facts.append(Fact("timeout", "its timeout stops this attempt", run.started_at + job.timeout))
    if standing.expires_at is not None:
        facts.append(Fact("deadline", "its deadline stops it", standing.expires_at))
    gone = _gone(standing, daemons, dead, now)
    hint = f"`jobctl logs -f {run.run_id}` follows it; `jobctl cancel {run.run_id}` stops it"
    if gone is not None:
        facts = [gone, Fact("rescue", _rescue(job)), *facts]
        hint = _heir(living(daemons, now))
    answer = f"run {run.run_id} is running" + (f", but {facts[0].text}" if facts[0].code != "since" else "")
    return Explanation(answer, tuple(facts), hint)


def _gone(standing: Standing, daemons: Sequence[Daemon], dead: Collection[Daemon], now: datetime) -> Fact | None:
    """What is known of a daemon that does not look after the run any more; None if it does."""
    daemon = next((d for d in (*dead, *daemons) if d.daemon_id == standing.daemon_id), None)
    if daemon is None:
        return Fact("daemon_gone", "its daemon is gone")
    if daemon in dead:
        return Fact("daemon_gone", f"{_who(daemon)} is dead", daemon.seen_at)
    if is_silent(daemon.seen_at, now):
        silence = f"{_who(daemon)} has been silent for longer than {LEASE.total_seconds():.0f} s"
        return Fact("daemon_gone", silence, daemon.seen_at)
    return None


def _who(daemon: Daemon) -> str:
    identity = daemon.identity
    what = "the command that it belongs to" if identity.foreground else f"its daemon {identity.name}"
    return f"{what} (process {identity.pid} on {identity.host})"


def _rescue(job: Job | None) -> str:
    if job is None or job.kind == "shell":
        return "it may go on: the next daemon adopts it, or records how it ended, or settles it as lost"
    then = "and starts it again" if job.idempotent else "and it fails, since it is not idempotent"
    return f"a callable ends with its daemon: the next one settles it as lost {then}"


def _heir(alive: Sequence[Daemon]) -> str:
    if not alive:
        return "start a daemon, which takes it over: `jobctl daemon`"
    return f"nothing has to be done: {alive[0].identity.name} takes it over when it looks next"
