"""What a daemon does with runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

# Whoever names the protocol loads none of the nouns: they are for the type checker only.
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jobctl.model.claim import ClaimKey
    from jobctl.model.run import Enqueued, Progress, Request
    from jobctl.model.settlement import Settlement
    from jobctl.store.values import Exchange, Started, StopRequest, Want


class Work(Protocol):
    """What a daemon does with runs."""

    def exchange(self, daemon_id: int, settlements: Sequence[Settlement], want: Want, now: datetime) -> Exchange:
        """Write settlements and take claims in one transaction.

        A settlement whose fence is not the run's, or whose run is not running, is stale and writes nothing.
        Admission (`decide.admission`) is counted over all daemons: pauses, queue slots, `max_parallel`, `uses`, rates.
        Runs past their deadline are skipped/`expired` here. Counts as a heartbeat. Order: priority, then due, then id.
        """

    def begin(self, daemon_id: int, request: Request, now: datetime) -> tuple[Enqueued, Exchange]:
        """Promise a run and claim it in one transaction, so that no other daemon comes first.

        The exchange brings no claim when admission holds the run, or when there is no new run that waits. A run in
        `EXEC_QUEUE` that is held waits for this daemon alone; those that wait for one that is gone are cancelled.
        """

    def started(self, started: Sequence[Started]) -> None:
        """Record processes; stale claims are ignored."""

    def report(self, progress: Sequence[tuple[ClaimKey, Progress]]) -> None:
        """Record progress; stale claims are ignored."""

    def stop_requests(self, daemon_id: int) -> list[StopRequest]:
        """The runs of a daemon that somebody wants stopped."""
