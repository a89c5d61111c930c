"""What the daemon's log says of runs: each by itself while they are few, by their number when they are many."""

import logging
from collections import Counter
from datetime import datetime, timedelta

from jobctl.daemon.journal import LOGGER, about, with_facts
from jobctl.decide.runs.cause import last_line
from jobctl.model.claim import Claim
from jobctl.model.run import Enqueued
from jobctl.model.settlement import Settlement

LINES = 50
SECOND = timedelta(seconds=1)
_LONGEST = 500
_QUIET = ("succeeded", "skipped", "cancelled", "not_started")
_log = logging.getLogger(LOGGER)


class RunLog:
    """The `Observer` that tells of starts and ends, in at most `LINES` lines a second and one more that counts the
    rest."""

    def __init__(self) -> None:
        self._second_ends_at: datetime | None = None
        self._lines = 0
        self._untold: Counter[str] = Counter()

    def started(self, claim: Claim, now: datetime) -> None:
        """A run starts."""
        if self._may_tell("started", now):
            _log.info("run started", extra=about(claim, queue=claim.queue))

    def ended(self, claim: Claim, settlement: Settlement, now: datetime) -> None:
        """An attempt is over."""
        if not self._may_tell(settlement.outcome, now):
            return
        told = settlement.outcome not in _QUIET
        facts = about(
            claim,
            state=settlement.state,
            reason=settlement.reason,
            exit_code=settlement.exit_code,
            signal=settlement.signal,
            seconds=round((settlement.finished_at - settlement.started_at).total_seconds(), 3),
            error=(last_line(settlement.error)[:_LONGEST] or None) if told else None,
        )
        _log.log(logging.WARNING if told else logging.INFO, "run %s", settlement.outcome, extra=facts)

    def skipped(self, record: Enqueued, now: datetime) -> None:
        """A run has become due, and may not start beside others of its job."""
        if self._may_tell("skipped", now):
            _log.info("run skipped", extra=with_facts(run_id=record.run_id, job=record.job, reason=record.reason))

    def shift(self, by: timedelta) -> None:
        """The clock was set."""
        if self._second_ends_at is not None:
            self._second_ends_at += by

    def pending(self) -> bool:
        """What is untold when a daemon ends is not worth waiting for."""
        return False

    def tick(self, now: datetime) -> datetime | None:
        """Tell the rest of a second that is over."""
        if self._second_ends_at is None or now < self._second_ends_at:
            return self._second_ends_at if self._untold else None
        if self._untold:
            counts = ", ".join(f"{number} {what}" for what, number in sorted(self._untold.items()))
            _log.info("more runs in the last second: %s", counts, extra=with_facts(**self._untold))
        self._second_ends_at = None
        self._lines = 0
        self._untold.clear()
        return None

    def _may_tell(self, what: str, now: datetime) -> bool:
        if self._second_ends_at is None:
            self._second_ends_at = now + SECOND
        if self._lines < LINES:
            self._lines += 1
            return True
        self._untold[what] += 1
        return False
