"""What a store does. SQLite and PostgreSQL implement this; one conformance suite judges both.

Every write is one transaction, on disk when the method returns. Instants are aware UTC. A method that decides
something does so through `jobctl.decide`, inside its transaction. Anything that keeps the database from being used
raises `Unusable`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

# `jobctl enqueue` reads this module at every start: the nouns are for the type checker only.
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jobctl.decide.explain.facts import Standing
    from jobctl.model.claim import ClaimKey
    from jobctl.model.daemon import Daemon, DaemonState, Identity
    from jobctl.model.fire import DueSchedule, Recording
    from jobctl.model.plan import Deployed, Deployment, Plan
    from jobctl.model.run import Attempt, Enqueued, Event, Progress, Request, Run
    from jobctl.model.settlement import Settlement
    from jobctl.model.view import DeployedCatalog, JobRow, Pause, Statistics, Status, Version
    from jobctl.store.values import (
        Attendance,
        Cancelled,
        Definition,
        Estate,
        Exchange,
        Looked,
        Pruned,
        Retried,
        RunFilter,
        Started,
        StopRequest,
        Want,
    )


class Store(Protocol):
    """Every promise, durably."""

    url: str
    """Which database it is: what `--db` takes, without options and without a password."""

    def close(self) -> None:
        """Let go of the database; a second call does nothing."""

    # --- the catalog ---

    def deployed(self) -> DeployedCatalog:
        """What is in force now."""

    def apply(self, plan: Plan, deployment: Deployment, now: datetime) -> None:
        """Deploy a plan, all or nothing. Raises Refused if the catalog has changed since the plan was made.

        A job that is new, or whose schedule changed, goes on from `now`; times that its old schedule had not decided
        are recorded as missed, as are those of a retired job, which keeps its runs.
        """

    def definition(self, job: str) -> Definition | None:
        """The deployed job for enqueueing; None if there is none."""

    def versions(self, job: str) -> list[Version]:
        """Every version of a job, newest first; empty if it was never deployed."""

    def catalog_queues(self) -> set[str]:
        """The queues that a catalog declares or that a deployed job is in; `default` is always there."""

    # --- enqueueing ---

    def enqueue(self, requests: Sequence[Request], now: datetime) -> list[Enqueued]:
        """Promise runs, all or none. Uniqueness is decided here, and for those due now overlap (`decide.overlap`)."""

    def attendance(self, queue: str, now: datetime) -> Attendance:
        """Whether a run in a queue can expect to be started; foreground daemons and those that are stopping do not
        count."""

    # --- daemons ---

    def register(self, identity: Identity, now: datetime) -> int:
        """Add a daemon and give its id."""

    def beat(self, daemon_id: int, state: DaemonState, now: datetime) -> None:
        """Say that a daemon lives, or (`stopped`) that it has ended."""

    def daemons(self) -> list[Daemon]:
        """Every daemon that has not ended orderly."""

    # --- the loops ---

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

    def due_schedules(self, now: datetime, limit: int) -> list[DueSchedule]:
        """Schedules with a nominal time at or before `now`, earliest first."""

    def boot_schedules(self, boot_id: str) -> list[DueSchedule]:
        """Schedules with `@reboot` that have not fired for this boot."""

    def start_schedules(self) -> list[DueSchedule]:
        """Schedules with `@start` of jobs that are enabled."""

    def forgotten_schedules(self) -> list[DueSchedule]:
        """Intervals from the end of a run whose coming fire an older program has taken for the last."""

    def next_fire_at(self) -> datetime | None:
        """The earliest coming fire of all schedules."""

    def record(self, recordings: Sequence[Recording], now: datetime) -> list[Enqueued]:
        """Write fires: each nominal time gets its run or its skipped record, once, and the cursors move.

        A paused schedule's fires become skipped/`paused`; overlap is decided by `decide.overlap` when
        a run is due.
        """

    def take_over(self, dead_id: int, daemon_id: int, now: datetime) -> Estate | None:
        """Strike a dead daemon off and make its claims and holders those of `daemon_id`; their fences stay.

        Of several that try at once one gets the estate, the others None: they must not touch its holders.
        """

    # --- the operator ---

    def cancel(self, run_ids: Sequence[int], actor: str, now: datetime) -> list[Cancelled]:
        """Cancel waiting runs at once and ask for running ones to be stopped."""

    def retry(self, run_ids: Sequence[int], params: str | None, actor: str, now: datetime) -> list[Retried]:
        """Make finished runs wait again with a fresh budget and, unless None, other params (JSON text)."""

    def pause(self, kind: Literal["job", "queue"], name: str, pause: Pause) -> None:
        """Hold a job or a queue; a second pause replaces the first."""

    def resume(self, kind: Literal["job", "queue"], name: str, now: datetime) -> bool:
        """Let go of a job or a queue; False if it was not held.

        A job's schedule goes on from `now`: of times not decided yet the newest is skipped/`paused`, older ones are
        missed. A pause that ends by itself does the same at its end, with whoever writes first after it.
        """

    # --- reading ---

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

    # --- upkeep ---

    def prune(self, now: datetime, limit: int, *, dry_run: bool = False) -> list[Pruned]:
        """Delete at most `limit` finished runs beyond their job's `keep`; never one whose key is still held."""

    def integrity(self, *, whole: bool = True) -> dict[str, Any]:
        """Facts for `doctor`: version, journal mode, schema version, WAL bytes; with `whole` a quick check's result.

        That one reads the whole file: two seconds for each gigabyte.
        """
