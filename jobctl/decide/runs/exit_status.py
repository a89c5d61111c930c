"""The exit status by which a verb passes on how a run ended."""

from collections.abc import Iterable
from typing import Protocol

from jobctl.decide.text.signal_names import signal_number
from jobctl.model.run import Reason, Run, State

TIMED_OUT = 124
CANCELLED = 130
_TOO_LATE = ("timeout", "deadline")


class Ended(Protocol):
    """A run that has ended, or what was decided about its last attempt."""

    @property
    def state(self) -> State:
        """The run's."""

    @property
    def reason(self) -> Reason | None:
        """Why."""

    @property
    def exit_code(self) -> int | None:
        """The command's own."""

    @property
    def signal(self) -> str | None:
        """What killed the command."""


def exit_status(run: Ended) -> int:
    """0 for a run that succeeded or was skipped, 124 timed out, 128+N signal N, 130 cancelled, else its own code.

    A failed run never gives 0: without a code of its own it gives 1.

    >>> from types import SimpleNamespace as Ended
    >>> exit_status(Ended(state="skipped", reason="overlap", exit_code=None, signal=None))
    0
    >>> exit_status(Ended(state="failed", reason="timeout", exit_code=None, signal="SIGTERM"))
    124
    >>> exit_status(Ended(state="failed", reason=None, exit_code=None, signal="SIGKILL"))
    137
    >>> exit_status(Ended(state="cancelled", reason="operator", exit_code=None, signal="SIGTERM"))
    130
    >>> exit_status(Ended(state="failed", reason=None, exit_code=7, signal=None))
    7
    """
    if run.state in ("succeeded", "skipped"):
        return 0
    if run.state == "cancelled":
        return CANCELLED
    if run.reason in _TOO_LATE:
        return TIMED_OUT
    if run.signal:
        return 128 + signal_number(run.signal)
    return run.exit_code or 1


def exit_status_of_all(runs: Iterable[Run]) -> int:
    """Of several runs the first status that is not 0."""
    return next((status for status in map(exit_status, runs) if status), 0)
