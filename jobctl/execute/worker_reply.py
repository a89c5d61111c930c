"""What a worker's reply means."""

import math
from datetime import datetime, timedelta
from typing import Any

from jobctl.execute.worker_program import RAW
from jobctl.model.instant import from_ms
from jobctl.model.outcome import Exited, Outcome, Raised, RetryAsked, Returned, Skipped, Unstartable
from jobctl.model.run import Progress

_LONGEST_DELAY = timedelta(days=3650)


def outcome_of(result: dict[str, Any]) -> Outcome:
    """The outcome of a call, as its worker tells it.

    >>> outcome_of({"kind": "retry", "delay": 1.5, "message": "later"})
    RetryAsked(delay=datetime.timedelta(seconds=1, microseconds=500000), message='later')
    """
    match result:
        case {"kind": "returned", "result": value, "note": note}:
            return Returned(value, note)
        case {"kind": "raised", "names": names, "message": message, "traceback": traceback}:
            return Raised(tuple(names), message, traceback)
        case {"kind": "skipped", "message": message}:
            return Skipped(message)
        case {"kind": "retry", "delay": delay, "message": message}:
            return RetryAsked(_delay(delay), message)
        case {"kind": "exited", "code": code}:
            return Exited(code, result.get("message"))
        case {"kind": "unstartable", "message": message}:
            return Unstartable(message)
    raise ValueError(f"a worker said {result!r}")


def output_of(result: dict[str, Any]) -> bytes | None:
    """What the call has printed, if it came with its result.

    >>> output_of({"inline": "caf\\udcff"})
    b'caf\\xff'
    """
    text: str | None = result.get("inline")
    return None if text is None else text.encode(*RAW)


def times_of(result: dict[str, Any]) -> tuple[datetime, datetime]:
    """When the call began and ended, by the clock of its worker, which is this machine's."""
    return from_ms(int(result["started_at"] * 1000)), from_ms(int(result["finished_at"] * 1000))


def progress_of(report: dict[str, Any]) -> Progress:
    """How far a call is."""
    return Progress(report["percent"], report["message"])


def _delay(seconds: float | None) -> timedelta | None:
    if seconds is None or math.isnan(seconds):
        return None
    return timedelta(seconds=min(max(seconds, 0.0), _LONGEST_DELAY.total_seconds()))
