"""Take new runs in: uniqueness, overlap, and the rows."""

from typing import TYPE_CHECKING, NamedTuple

from jobctl.decide.overlap import decide, exclusive
from jobctl.model.run import Enqueued, Reason
from jobctl.store.queries import query
from jobctl.store.sqlite.tally import Tally

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3
    from jobctl.store.sqlite.ids import Ids


class Draft(NamedTuple):
    """A run before it has an id. Instants are epoch milliseconds. `skipped` says why it is only recorded.

    `in_turn`: it waits for its turn, whatever else is live.
    """

    job: str
    job_version: int | None
    definition_id: int
    queue: str
    priority: int
    params: str
    due_at: int | None
    expires_at: int | None
    key: str | None
    unique_for: int
    correlation_id: str | None
    overlap: str
    scheduled_for: int | None
    created_by: str
    skipped: Reason | None = None
    in_turn: bool = False
    missed_from: int | None = None
    missed_times: int | None = None


class Intake:
    """Writes the new runs of one transaction; `close` must be called before the commit."""

    def __init__(self, connection: "sqlite3.Connection", ids: "Ids", now: int) -> None:
        self._connection = connection
        self._ids = ids
        self._now = now
        self._tally = Tally()
        self._rows: list[tuple[object, ...]] = []
        self._unwritten: set[str] = set()
        last = connection.execute(query("last_run_id")).fetchone()
        self._last = last[0] if last else 0

    def take(self, draft: Draft) -> Enqueued:
        """One run: promised, recorded as skipped, or the one that already holds its key."""
        if draft.key is not None:
            held = self._holder(draft)
            if held is not None:
                return held
        reason = draft.skipped or self._overlap(draft)
        if reason is not None:
            return self._skip(draft, reason)
        self._add(draft, "waiting", None)
        return Enqueued(self._last, draft.job, "waiting", None, True)

    def close(self) -> None:
        """Write what is gathered."""
        self.flush()
        self._tally.write(self._connection)

    def flush(self) -> None:
        """Write the rows, so that the next look at the table sees them."""
        if self._rows:
            self._connection.executemany(query("insert_run"), self._rows)
            self._rows.clear()
            self._unwritten.clear()

    def _flush_for(self, job: str) -> None:
        """Write the rows if a look at the runs of this job would miss one."""
        if job in self._unwritten:
            self.flush()

    def _holder(self, draft: Draft) -> Enqueued | None:
        self._flush_for(draft.job)
        row = self._connection.execute(query("key_live"), (draft.job, draft.key)).fetchone()
        row = row or self._connection.execute(query("key_finished"), (draft.key, draft.job, self._now)).fetchone()
        return Enqueued(row[0], draft.job, row[1], row[2], False) if row else None

    def _overlap(self, draft: Draft) -> Reason | None:
        """Apply the overlap policy; the reason if the run is to be skipped."""
        if draft.overlap == "allow" or draft.in_turn:
            return None
        self._flush_for(draft.job)
        under_way, waiting = self._connection.execute(query("count_live"), (draft.job,)).fetchone()
        answer = decide(draft.overlap, under_way, waiting)
        if answer == "replace":
            self._replace(draft)
        return "overlap" if answer == "skip" else None

    def _replace(self, draft: Draft) -> None:
        """End what waits and ask for what runs to be stopped."""
        for run_id, state, _, queue in self._connection.execute(query("live_of_job"), (draft.job,)).fetchall():
            if state == "running":
                self._connection.execute(query("ask_stop"), ("replaced", run_id))
                continue
            self._connection.execute(query("finish_waiting"), ("cancelled", "replaced", self._now, run_id))
            event = (run_id, self._now, "cancel", "waiting", "cancelled", "replaced", draft.created_by)
            self._connection.execute(query("insert_event"), event)
            self._tally.add(draft.job, "cancelled", self._now, queue)

    def _skip(self, draft: Draft, reason: Reason) -> Enqueued:
        self._add(draft, "skipped", reason)
        self.flush()
        event = (self._last, self._now, "enqueue", None, "skipped", reason, draft.created_by)
        self._connection.execute(query("insert_event"), event)
        self._tally.add(draft.job, "skipped", self._now, draft.queue)
        return Enqueued(self._last, draft.job, "skipped", reason, True)

    def _add(self, draft: Draft, state: str, reason: Reason | None) -> None:
        alone = exclusive(draft.overlap)
        lane_job = draft.job if alone or draft.job_version is not None else ""
        waits = state == "waiting"
        due_at = (self._now if draft.due_at is None else draft.due_at) if waits else draft.due_at
        self._last += 1
        self._unwritten.add(draft.job)
        self._rows.append(
            (
                self._last,
                draft.job,
                draft.job_version,
                draft.definition_id,
                self._ids.lane(self._connection, lane_job, draft.queue, alone),
                state,
                reason,
                draft.priority,
                waits and due_at is not None and due_at <= self._now,
                due_at,
                draft.expires_at,
                draft.params,
                draft.key,
                draft.unique_for,
                draft.correlation_id,
                draft.scheduled_for,
                draft.missed_from,
                draft.missed_times,
                self._now,
                draft.created_by,
                None if waits else self._now,
            )
        )
