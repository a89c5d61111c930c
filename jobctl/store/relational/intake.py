"""Take new runs in: uniqueness, overlap, and the rows."""

import json
from typing import TYPE_CHECKING, NamedTuple

from jobctl.decide.runs.overlap import exclusive
from jobctl.model.run import Enqueued, Reason
from jobctl.store.relational.overlap import judge, judge_due
from jobctl.store.relational.tally import Tally
from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3
    from jobctl.store.sqlite.ids import Ids

_MOST = 16 * 1024 * 1024
"""As many characters of params are written at once; SQLite takes no text of 1,000,000,000 bytes."""


class NewRun(NamedTuple):
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

    @property
    def is_free(self) -> bool:
        """Whether it waits, whatever other runs there are."""
        return (
            self.key is None
            and self.scheduled_for is None
            and self.skipped is None
            and (self.overlap == "allow" or self.in_turn)
        )


class Intake:
    """Writes the new runs of one transaction; `close` must be called before the commit.

    Runs that are alike in all but their params are written by one statement: SQLite takes a third of the time for them.
    """

    def __init__(self, connection: "sqlite3.Connection", ids: "Ids", now: int) -> None:
        self._connection = connection
        self._ids = ids
        self._now = now
        self._tally = Tally()
        self._alike: dict[tuple[object, ...], dict[int, str]] = {}
        self._newest: dict[int, str] = {}
        self._unwritten: set[str] = set()
        self._unjudged: list[tuple[int, int, str]] = []
        self._judged = False
        last = connection.execute(query("last_run_id")).fetchone()
        self._last = last[0] if last else 0

    def take(self, new: NewRun) -> Enqueued:
        """One run: promised, recorded as skipped, or the one that already holds its key."""
        if new.key is not None:
            held = self._holder(new)
            if held is not None:
                return held
        reason = new.skipped or self._overlap(new)
        if reason is not None:
            return self._skip(new, reason)
        self._add(new, "waiting", None)
        return Enqueued(self._last, new.job, "waiting", None, True)

    def again(self, job: str, params: str) -> Enqueued:
        """One more run on the terms of the one that was taken just before, if that was free."""
        self._last += 1
        self._newest[self._last] = params
        return Enqueued(self._last, job, "waiting", None, True)

    def close(self) -> None:
        """Write what is gathered."""
        self.flush()
        self._tally.write(self._connection)

    def flush(self) -> None:
        """Write the rows, so that the next look at the table sees them."""
        single: list[tuple[object, ...]] = []
        for facts, params in self._alike.items():
            if len(params) > 1 and sum(map(len, params.values())) <= _MOST:
                self._connection.execute(query("insert_runs"), (*facts, json.dumps(params)))
            else:
                single += [(*facts, *pair) for pair in params.items()]
        self._connection.executemany(query("insert_run"), single)
        self._alike.clear()
        self._unwritten.clear()
        if self._unjudged:
            self._connection.executemany(query("insert_unjudged"), self._unjudged)
            self._unjudged.clear()

    def _flush_for(self, job: str) -> None:
        """Write the rows if a look at the runs of this job would miss one."""
        if job in self._unwritten:
            self.flush()

    def _holder(self, new: NewRun) -> Enqueued | None:
        self._flush_for(new.job)
        row = self._connection.execute(query("key_live"), (new.job, new.key)).fetchone()
        row = row or self._connection.execute(query("key_finished"), (new.key, new.job, self._now)).fetchone()
        return Enqueued(row[0], new.job, row[1], row[2], False) if row else None

    def _overlap(self, new: NewRun) -> Reason | None:
        """Apply the overlap policy to a run that is due; the reason if it is to be skipped."""
        if new.overlap == "allow" or new.in_turn or self._is_later(new):
            return None
        self._flush_for(new.job)
        if not self._judged:
            # What was due before this one comes before it.
            self._judged = True
            self.flush()
            judge_due(self._connection, self._tally, self._now)
        answer = judge(self._connection, self._tally, new.job, new.overlap, new.created_by, self._now)
        return "overlap" if answer == "skip" else None

    def _is_later(self, new: NewRun) -> bool:
        """Whether it is due later, and until then in nobody's way."""
        return new.due_at is not None and new.due_at > self._now

    def _skip(self, new: NewRun, reason: Reason) -> Enqueued:
        self._add(new, "skipped", reason)
        self.flush()
        event = (self._last, self._now, "enqueue", None, "skipped", reason, new.created_by)
        self._connection.execute(query("insert_event"), event)
        self._tally.add(new.job, "skipped", self._now, new.queue)
        return Enqueued(self._last, new.job, "skipped", reason, True)

    def _add(self, new: NewRun, state: str, reason: Reason | None) -> None:
        alone = exclusive(new.overlap)
        lane_job = new.job if alone or new.job_version is not None else ""
        waits = state == "waiting"
        due_at = (self._now if new.due_at is None else new.due_at) if waits else new.due_at
        facts = (
            new.job,
            new.job_version,
            new.definition_id,
            self._ids.lane(self._connection, lane_job, new.queue, alone),
            state,
            reason,
            new.priority,
            waits and due_at is not None and due_at <= self._now,
            due_at,
            new.expires_at,
            new.key,
            new.unique_for,
            new.correlation_id,
            new.scheduled_for,
            new.missed_from,
            new.missed_times,
            self._now,
            new.created_by,
            None if waits else self._now,
        )
        self._last += 1
        self._newest = self._alike.setdefault(facts, {})
        self._newest[self._last] = new.params
        self._unwritten.add(new.job)
        if waits and alone and due_at is not None and due_at > self._now and not new.in_turn:
            self._unjudged.append((self._last, due_at, new.overlap))
