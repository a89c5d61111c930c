"""What a job may say to jobctl: how far it is, that there is nothing to do, that it wants another try.

A worker supplies this file as the module `jobctl` where jobctl is not installed: standard library only, Python >= 3.8.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
import threading
import time
from datetime import timedelta

__all__ = ["Retry", "Skip", "progress"]

_INTERVAL = 0.1


class Skip(Exception):
    """There is nothing to do: the run ends `skipped`, with `reason` as its message."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class Retry(Exception):
    """Try again after `delay` (seconds or a timedelta; None leaves it to the job's policy), within its retry limit."""

    def __init__(self, delay: float | timedelta | None = None, message: str = "") -> None:
        super().__init__(message)
        self.message = message
        if isinstance(delay, timedelta):
            delay = delay.total_seconds()
        self.delay = None if delay is None else float(delay)


def progress(done: float, total: float | None = None, message: str | None = None) -> None:
    """Tell how far this run is: `done` of `total`, or `done` percent when there is no total.

    Call it as often as you like: at most ten reports a second go out, and the last one always does. Outside a run it
    does nothing.
    """
    _reports.offer(_percent(done, total), None if message is None else str(message))


def flush_progress() -> None:
    """Send the report that still waits for its turn."""
    _reports.flush()


def _percent(done: float, total: float | None) -> float:
    """Between 0 and 100, whatever was given; 0 for what is no number."""
    try:
        percent = float(done if total is None else 100 * done / total if total else 100)
    except OverflowError:
        percent = 100.0
    return min(max(percent, 0.0), 100.0) if percent == percent else 0.0


class _Reports:
    """Lets a report through every 100 ms; of those that come in between, the last one follows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent_at = -_INTERVAL
        self._waiting: tuple[float, str | None] | None = None

    def offer(self, percent: float, message: str | None) -> None:
        with self._lock:
            wait = self._sent_at + _INTERVAL - time.monotonic()
            if wait <= 0:
                self._waiting = None
                self._send(percent, message)
                return
            if self._waiting is None:
                timer = threading.Timer(wait, self.flush)
                timer.daemon = True
                timer.start()
            self._waiting = (percent, message)

    def flush(self) -> None:
        with self._lock:
            if self._waiting is not None:
                percent, message = self._waiting
                self._waiting = None
                self._send(percent, message)

    def _send(self, percent: float, message: str | None) -> None:
        self._sent_at = time.monotonic()
        worker = sys.modules.get("_jobctl_worker")
        if worker is not None:
            worker.report(percent, message)
        elif os.environ.get("JOBCTL_PROGRESS_FD"):
            _write_line(int(os.environ["JOBCTL_PROGRESS_FD"]), percent, message)


def _write_line(fd: int, percent: float, message: str | None) -> None:
    try:
        os.write(fd, json.dumps({"percent": percent, "message": message}).encode() + b"\n")
    except OSError:
        return  # nobody listens any more, which is no reason for a job to fail


_reports = _Reports()
atexit.register(flush_progress)
os.register_at_fork(after_in_child=_reports.__init__)  # type: ignore[misc] # a timer's thread may have held the lock
