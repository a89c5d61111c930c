"""What a worker's reply means. A job may have forged it: what cannot be a reply is a ValueError, whatever it is."""

import math
from datetime import timedelta
from typing import Any, Final, Literal, NamedTuple

from jobctl.execute.attempt import Ending, Report
from jobctl.execute.worker_program import RAW
from jobctl.model.claim import Claim, ClaimKey
from jobctl.model.instant import from_ms
from jobctl.model.outcome import Exited, Outcome, Raised, RetryAsked, Returned, Skipped, Unstartable
from jobctl.model.run import Progress

READY: Final = "ready"
_LONGEST_DELAY = timedelta(days=3650)
_NOTHING = Returned()
_NO_FACTS: dict[str, Any] = {}


class Answer(NamedTuple):
    """The end of a call, the microseconds that it took, and what else its worker says of it."""

    ending: Ending
    took: int
    facts: dict[str, Any]


def told_by(reply: Any, claim: Claim | None) -> Answer | Report | Literal["ready"] | None:
    """What a worker says, which executes the claim; None for the result of another call. Raises ValueError.

    See `worker_program.Worker.execute`.
    """
    try:
        if type(reply) is list:
            return _answer(reply, claim, _NO_FACTS)
        if "end" in reply:
            return _answer(reply["end"], claim, reply)
        return READY if "ready" in reply else _report(reply["progress"])
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
        raise ValueError(f"no worker says `{repr(reply)[:200]}`") from error


def _answer(end: list[Any], claim: Claim | None, facts: dict[str, Any]) -> Answer | None:
    run_id, fence, started_at, finished_at, took, *more = end
    if claim is None or run_id != claim.run_id or fence != claim.fence:
        return None
    value, inline = more or (None, None)
    outcome = _NOTHING if value is None and facts is _NO_FACTS else outcome_of(facts, value)
    output = None if inline is None else inline.encode(*RAW)
    return Answer(Ending(claim, outcome, from_ms(started_at), from_ms(finished_at), output), int(took), facts)


def _report(report: dict[str, Any]) -> Report:
    """How far a call is.

    >>> _report({"run_id": 7, "fence": 1, "percent": 50.0, "message": None})
    Report(claim=ClaimKey(run_id=7, fence=1), progress=Progress(percent=50.0, message=None))
    """
    message = report["message"]
    progress = Progress(float(report["percent"]), None if message is None else _text(message))
    return Report(ClaimKey(int(report["run_id"]), int(report["fence"])), progress)


def outcome_of(facts: dict[str, Any], value: Any = None) -> Outcome:
    """The outcome of a call, as its worker tells it. Raises ValueError.

    >>> outcome_of({"kind": "retry", "delay": 1.5, "message": "later"})
    RetryAsked(delay=datetime.timedelta(seconds=1, microseconds=500000), message='later')
    """
    match facts:
        case {"kind": "raised", "names": [*names], "message": str(message), "traceback": str(traceback)}:
            return Raised(tuple(map(_text, names)), _text(message), _text(traceback))
        case {"kind": "skipped", "message": str(message)}:
            return Skipped(_text(message))
        case {"kind": "retry", "delay": delay, "message": str(message)}:
            return RetryAsked(_delay(delay), _text(message))
        case {"kind": "exited", "code": int(code), "message": str(message)}:
            return Exited(code, _text(message))
        case {"kind": "exited", "code": int(code)}:
            return Exited(code)
        case {"kind": "unstartable", "message": str(message)}:
            return Unstartable(_text(message))
        case {"kind": _}:
            raise ValueError(f"no call ends like this: {facts!r}")
    note = facts.get("note")
    return Returned(value, None if note is None else _text(note))


def _text(value: Any) -> str:
    """A text that every database takes."""
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    value.encode()
    return value


def _delay(seconds: float | None) -> timedelta | None:
    if seconds is None or math.isnan(seconds):
        return None
    return timedelta(seconds=min(max(seconds, 0.0), _LONGEST_DELAY.total_seconds()))
