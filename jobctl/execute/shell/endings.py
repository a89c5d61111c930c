"""From what a holder tells of a child's end to the ending of its attempt."""

from datetime import datetime

from jobctl.execute.attempt import Ending
from jobctl.execute.holder.messages import End, Ended, Lost, Refused, Unbegun
from jobctl.model.claim import Claim
from jobctl.model.outcome import Exited, NotStarted, Outcome, Signalled, Stopped, StopReason, Unstartable
from jobctl.model.outcome import Lost as LostOutcome


def landed(
    claim: Claim, end: End, why: StopReason | None, started_at: datetime, *, blamed: bool | None = None
) -> Ending:
    """The ending of an attempt; `why` is the reason if a stop was asked for, `blamed` whether a loss counts against it,
    None where only somebody else can tell.

    A stop that a former daemon asked for counts as well: the holder remembers why. A child that had ended by itself
    before the stop reached it counts as ended by itself.
    """
    match end:
        case Ended():
            return Ending(claim, _outcome(end, why or end.why), end.started_at, max(end.ended_at, end.started_at))
        case Refused():
            return Ending(claim, Unstartable(end.message), end.at, end.at)
        case Unbegun():
            return Ending(claim, NotStarted(), end.at, end.at)
        case Lost():
            lost = LostOutcome(end.cause, counts=bool(blamed), shared=blamed is None)
            outcome = lost if why is None else Stopped(why, signal="SIGKILL")
            return Ending(claim, outcome, started_at, max(end.at, started_at))


def _outcome(end: Ended, why: StopReason | None) -> Outcome:
    if end.asked and why is not None:
        return Stopped(why, end.exit_code, end.signal)
    if end.signal is not None:
        return Signalled(end.signal, end.for_memory)
    return Exited(end.exit_code or 0)
