"""What follows from the end of an attempt: the one place where that is decided."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from jobctl.decide.runs.cause import exited
from jobctl.decide.runs.killed import killed, timed_out
from jobctl.decide.runs.on_failure import on_failure_request
from jobctl.decide.runs.retry import next_retry_at, retries
from jobctl.model.claim import Claim
from jobctl.model.outcome import (
    Exited,
    Lost,
    NotStarted,
    Outcome,
    Raised,
    RetryAsked,
    Returned,
    Signalled,
    Skipped,
    Stopped,
    Unreadable,
    Unstartable,
)
from jobctl.model.run import Reason, State
from jobctl.model.settlement import Settlement


class _Verdict(NamedTuple):
    outcome: str
    state: State
    reason: Reason | None = None
    due_at: datetime | None = None
    failed: bool = False
    lost: bool = False
    exit_code: int | None = None
    signal: str | None = None
    error: str | None = None
    result: Any = None


_SPREAD = timedelta(seconds=1)
_LONGEST_SPREAD = timedelta(minutes=5)
# What most attempts come to.
_NOTHING = Returned()
_RETURNED = _Verdict("succeeded", "succeeded")


def settle(
    claim: Claim, outcome: Outcome, started_at: datetime, now: datetime, dice: float, output: bytes | None = None
) -> Settlement:
    """Decide the run's state after `outcome`; `dice` in [0, 1) spreads retries, `output` is handed on.

    A failure counts against the retry budget; a stop by shutdown and an attempt that never began do not; a loss counts
    against `loss_limit` only. What never began keeps its place in the line. A run that has failed for good brings its
    `on_failure` run along.
    """
    verdict = _RETURNED if outcome == _NOTHING else _judge(claim, outcome, now, dice)
    settlement = _settlement(claim, verdict, started_at, now, output)
    if settlement.state == "failed" and claim.job.on_failure is not None:
        return settlement._replace(follow_up=on_failure_request(claim, settlement))
    return settlement


def overlapping(claim: Claim, error: str, now: datetime) -> Settlement:
    """What a claim comes to whose run may not execute beside another one."""
    return _settlement(claim, _Verdict("skipped", "skipped", "overlap", error=error), now, now)


def end_state(state: State, reason: Reason | None, stop: Reason | None) -> tuple[State, Reason | None]:
    """The state and reason of a settled run: one that was to be stopped ends `cancelled` rather than wait again.

    >>> end_state("waiting", "retry", "operator"), end_state("succeeded", None, "operator")
    (('cancelled', 'operator'), ('succeeded', None))
    """
    if stop is not None and state == "waiting":
        return "cancelled", stop
    return state, reason


def unwritable(settlement: Settlement, why: str) -> Settlement:
    """What an end comes to that no store can hold: the failure of its run."""
    return settlement._replace(
        outcome="failed",
        state="failed",
        reason=None,
        due_at=None,
        error=f"how it ended cannot be written: {why}",
        result=None,
        output=None,
        follow_up=None,
    )


def _settlement(
    claim: Claim, verdict: _Verdict, started_at: datetime, now: datetime, output: bytes | None = None
) -> Settlement:
    return Settlement(
        claim.key,
        claim.job.name,
        claim.queue,
        verdict.outcome,
        verdict.state,
        verdict.reason,
        verdict.due_at,
        claim.failures + verdict.failed,
        claim.losses + verdict.lost,
        verdict.exit_code,
        verdict.signal,
        verdict.error,
        verdict.result,
        started_at,
        now,
        output=output,
    )


def _judge(claim: Claim, outcome: Outcome, now: datetime, dice: float) -> _Verdict:
    match outcome:
        case Returned(result, note):
            return _Verdict("succeeded", "succeeded", error=note, result=result if claim.job.result else None)
        case Exited(code, message):
            return _judge_exit(claim, outcome, code, message, now, dice)
        case Skipped(message):
            return _Verdict("skipped", "skipped", "skip_code", error=message or None)
        case Raised(message=message, traceback=traceback):
            failed = _Verdict("failed", "failed", failed=True, exit_code=1, error=traceback or message)
            return _retried(claim, outcome, failed, now, dice)
        case Signalled(signal, for_memory):
            error = killed(claim.job, signal, for_memory)
            failed = _Verdict("failed", "failed", failed=True, signal=signal, error=error)
            return _retried(claim, outcome, failed, now, dice)
        case Unstartable(message):
            failed = _Verdict("failed", "failed", failed=True, error=message)
            return _retried(claim, outcome, failed, now, dice)
        case RetryAsked(delay, message):
            failed = _Verdict(
                "failed", "failed", failed=True, exit_code=1, error=message or "the job asked for a retry"
            )
            return _retried(claim, outcome, failed, now, dice, delay)
        case Stopped():
            return _judge_stop(claim, outcome, now, dice)
        case Lost():
            return _judge_loss(claim, outcome, now, dice)
        case Unreadable(message):
            return _Verdict("unreadable", "failed", "unreadable", failed=True, error=message)
        case NotStarted(felled=True):
            return _judge_felled(claim, now)
        case NotStarted():
            return _Verdict("not_started", "waiting", "interrupted", claim.due_at)


def _judge_exit(claim: Claim, outcome: Outcome, code: int, message: str | None, now: datetime, dice: float) -> _Verdict:
    if code in claim.job.success_codes:
        return _Verdict("succeeded", "succeeded", exit_code=code)
    if code == claim.job.skip_code:
        return _Verdict("skipped", "skipped", "skip_code", exit_code=code)
    failed = _Verdict("failed", "failed", failed=True, exit_code=code, error=message or exited(code))
    return _retried(claim, outcome, failed, now, dice)


def _judge_stop(claim: Claim, stopped: Stopped, now: datetime, dice: float) -> _Verdict:
    verdict = _verdict_of_stop(claim, stopped, now)._replace(exit_code=stopped.exit_code, signal=stopped.signal)
    return _retried(claim, stopped, verdict, now, dice) if stopped.why == "timeout" else verdict


def _verdict_of_stop(claim: Claim, stopped: Stopped, now: datetime) -> _Verdict:
    match stopped.why:
        case "timeout":
            error = timed_out(claim.job.timeout or timedelta())
            return _Verdict("timeout", "failed", "timeout", failed=True, error=error)
        case "deadline":
            return _Verdict("deadline", "failed", "deadline", failed=True, error="still running at its deadline")
        case "operator":
            return _Verdict("cancelled", "cancelled", "operator")
        case "replaced":
            return _Verdict("cancelled", "cancelled", "replaced", error="replaced by a newer run")
        case "shutdown" if claim.job.idempotent:
            return _Verdict("interrupted", "waiting", "interrupted", now)
        case "shutdown":
            error = "stopped with the daemon; `idempotent: false` forbids a second start"
            return _Verdict("interrupted", "failed", "lost", error=error)


def _judge_loss(claim: Claim, lost: Lost, now: datetime, dice: float) -> _Verdict:
    """Where nobody knows who is to blame, those that vanish again and again come at times of their own: one that takes
    the others down is then found out."""
    error = lost.cause if lost.signal is None else f"its worker was {killed(claim.job, lost.signal, lost.for_memory)}"
    loss = _Verdict("lost", "failed", "lost", lost=lost.counts, signal=lost.signal, error=error)
    if not claim.job.idempotent:
        return loss
    if lost.counts and claim.losses + 1 >= claim.job.loss_limit:
        return loss._replace(reason="poison", error=f"{error}; {claim.losses + 1} losses")
    spread = timedelta(0) if lost.counts or not claim.lost else min(_SPREAD * 2 ** min(claim.lost, 10), _LONGEST_SPREAD)
    return loss._replace(state="waiting", due_at=now + dice * spread)


def _judge_felled(claim: Claim, now: datetime) -> _Verdict:
    """It never began, so that it may be started again whatever it is; but not without end."""
    error = "its daemon died while starting it"
    losses = claim.losses + 1
    if losses >= claim.job.loss_limit:
        return _Verdict("lost", "failed", "poison", lost=True, error=f"{error}; {losses} losses")
    return _Verdict("lost", "waiting", "lost", now, lost=True, error=error)


def _retried(
    claim: Claim, outcome: Outcome, failed: _Verdict, now: datetime, dice: float, delay: timedelta | None = None
) -> _Verdict:
    failures = claim.failures + 1
    if not retries(claim.job.retry, failures, outcome):
        return failed
    due_at = now + delay if delay is not None else next_retry_at(claim.job.retry, failures, now, dice)
    if claim.deadline_at is not None and due_at >= claim.deadline_at:
        return failed._replace(reason="deadline", error=f"{failed.error}; the next retry would come after its deadline")
    return failed._replace(state="waiting", reason="retry", due_at=due_at)
