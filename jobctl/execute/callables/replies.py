"""What a worker's reply means. A job may have forged it: what cannot be a reply is a ValueError, whatever it is."""

import json
import math
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple

from jobctl.decide.bounds import data_problem
from jobctl.execute.attempt import Ending, Report
from jobctl.execute.worker_program._jobctl_worker.files import RAW
from jobctl.execute.worker_program._jobctl_worker.outcomes import RESULT_LIMIT, TEXT_LIMIT
from jobctl.model.claim import Claim
from jobctl.model.instant import LATEST_MS, from_ms
from jobctl.model.outcome import Exited, Outcome, Raised, RetryAsked, Returned, Skipped, Unstartable
from jobctl.model.run import Progress

READY: Final = "ready"
LEAVING: Final = "leaving"
_LONGEST_DELAY = timedelta(days=3650)
_MOST_US = 1e15
# A text that was shortened says so.
_MARGIN = 1024
_NOTHING = Returned()
_NO_FACTS: dict[str, Any] = {}
_to_json = json.JSONEncoder(allow_nan=False, ensure_ascii=False).encode


class Answer(NamedTuple):
    """The end of a call, the microseconds that it took, and what else its worker says of it."""

    ending: Ending
    took: int
    facts: dict[str, Any]


def told_by(reply: Any, claim: Claim | None, now: datetime) -> Answer | Report | Literal["ready", "leaving"] | None:
    """What a worker says, which executes the claim; None for the result of another call. Raises ValueError.

    See `Worker.execute` of the worker program.
    """
    try:
        if type(reply) is list:
            return _answer(reply, claim, _NO_FACTS, now)
        if "end" in reply:
            return _answer(reply["end"], claim, reply, now)
        if "progress" in reply:
            return _report(reply["progress"], claim)
        return LEAVING if reply.get("leaving") else READY if reply["ready"] else None
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"no worker says `{repr(reply)[:200]}`") from error


def _answer(end: list[Any], claim: Claim | None, facts: dict[str, Any], now: datetime) -> Answer | None:
    run_id, fence, started_at, finished_at, took, *more = end
    if claim is None or run_id != claim.run_id or fence != claim.fence:
        return None
    value, inline = more or (None, None)
    outcome = _NOTHING if value is None and facts is _NO_FACTS else outcome_of(facts, value)
    output = None if inline is None else _short(inline).encode(*RAW)
    ending = Ending(claim, outcome, _instant(started_at, now), _instant(finished_at, now), output)
    return Answer(ending, int(_within(took, _MOST_US)), facts)


def _report(report: dict[str, Any], claim: Claim | None) -> Report | None:
    """How far the call is; None for another one."""
    run_id, fence, percent, message = (report[name] for name in ("run_id", "fence", "percent", "message"))
    if claim is None or run_id != claim.run_id or fence != claim.fence:
        return None
    return Report(claim.key, Progress(float(_within(percent, 100)), None if message is None else _text(message)))


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
            return Exited(int(_within(code, 255)), _text(message))
        case {"kind": "exited", "code": int(code)}:
            return Exited(int(_within(code, 255)))
        case {"kind": "unstartable", "message": str(message)}:
            return Unstartable(_text(message))
        case {"kind": _}:
            raise ValueError(f"no call ends like this: {facts!r}")
    note = facts.get("note")
    wrong = None if value is None or type(value) is bool else _unfit(value)
    if wrong is not None:
        return Returned(None, f"the result {wrong}; it is not kept")
    return Returned(value, None if note is None else _text(note))


def _unfit(value: Any) -> str | None:
    """Why a result is not kept: Python says and reads more than every reader of it can."""
    wrong = data_problem(value)
    if wrong is not None:
        # What no worker takes for JSON is forged: this raises.
        with suppress(RecursionError):
            _to_json(value).encode()
        return wrong
    if not isinstance(value, (str, list, dict)):
        return None
    size = len(_to_json(value).encode())
    return f"is {size} bytes of JSON, more than the {RESULT_LIMIT} that are kept" if size > RESULT_LIMIT else None


def _within(number: float, most: float) -> float:
    """A number that is neither negative nor more than that, which none but a worker's own is sure to be."""
    if not 0 <= number <= most:
        raise ValueError(f"{number!r} is beyond {most}")
    return number


def _text(value: Any) -> str:
    """A text that every database takes."""
    text = _short(value)
    text.encode()
    return text


def _short(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    if len(value) > TEXT_LIMIT + _MARGIN:
        raise ValueError(f"a text has {len(value)} characters")
    return value


def _instant(ms: Any, now: datetime) -> datetime:
    """What a worker's clock said. It is this machine's, and so not ahead of the daemon's, but where that was set."""
    return min(from_ms(int(_within(ms, LATEST_MS))), now)


def _delay(seconds: float | None) -> timedelta | None:
    if seconds is None or math.isnan(seconds):
        return None
    return timedelta(seconds=min(max(seconds, 0.0), _LONGEST_DELAY.total_seconds()))
