"""Reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

# Whoever names the protocol loads none of the nouns: they are for the type checker only.
if TYPE_CHECKING:
    from datetime import datetime

    from jobctl.decide.explain.facts import Standing
    from jobctl.model.plan import Deployed
    from jobctl.model.run import Attempt, Event, Run
    from jobctl.model.view import JobRow, Statistics, Status
    from jobctl.store.values import Looked, RunFilter


class History(Protocol):
    """Reading."""

    def run(self, run_id: int) -> Run | None:
        """One run."""

    def runs(self, where: RunFilter) -> list[Run]:
        """Runs, newest first."""

    def look(self, where: RunFilter, reach: int) -> Looked:
        """Runs, newest first, as `runs` gives them; but where no index helps, at most about `reach` are looked at."""

    def run_definition(self, run_id: int) -> Deployed | None:
        """The definition that a run was enqueued with (`source` is empty, `version` 0 for an ad-hoc run)."""

    def attempts(self, run_id: int) -> list[Attempt]:
        """The attempts of a run, oldest first."""

    def output(self, run_id: int, attempt: int) -> bytes | None:
        """What an attempt has printed, if it came with its settlement; None if it printed nothing or has a log file."""

    def newest_output(self, run_id: int) -> int | None:
        """The newest attempt that `output` knows something of."""

    def events(self, run_id: int) -> list[Event]:
        """A run's life, oldest first."""

    def standing(self, run_id: int) -> Standing | None:
        """Where a run stands among the others, from one snapshot; None if there is no such run."""

    def fires(self, job: str, limit: int) -> list[Run]:
        """The records of a job's nominal times, the newest time first."""

    def in_the_way(self, job: str, limit: int) -> list[Run]:
        """The runs of a job that are due or under way, waits for a retry included; what is due first comes first."""

    def promised(self, job: str, limit: int) -> list[Run]:
        """The runs of a job that are promised for later, in nobody's way until then; what is due first comes first."""

    def jobs(self, name: str | None = None) -> list[JobRow]:
        """Deployed jobs by name, or the one called `name`."""

    def statistics(self, job: str) -> Statistics:
        """How a job has done."""

    def status(self, now: datetime) -> Status:
        """The whole picture, from short reads."""

    def idle(self, now: datetime) -> bool:
        """True when nothing runs and no run is due or in retry backoff; paused and delayed ones do not count."""
