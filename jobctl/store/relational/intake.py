"""Take new runs in: uniqueness, overlap, and the rows."""

import json
from typing import NamedTuple

from jobctl.decide.runs.overlap import exclusive
from jobctl.model.run import Enqueued, Reason, State
from jobctl.store.relational.ids import lane_id
from jobctl.store.relational.session import Session
from jobctl.store.statements import Change, Select

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


class _Row(NamedTuple):
    """A row of a run. Of runs that are alike `params` are those of all, by what their ids are beyond `run_id`."""

    job: str
    job_version: int | None
    definition_id: int
    lane_id: int
    priority: int
    ready: bool
    due_at: int | None
    expires_at: int | None
    key: str | None
    unique_for: int
    correlation_id: str | None
    scheduled_for: int | None
    missed_from: int | None
    missed_times: int | None
    created_at: int
    created_by: str
    params: str = ""
    run_id: int = 0


class _Unjudged(NamedTuple):
    run_id: int
    due_at: int
    overlap: str


class _Holder(NamedTuple):
    """The run that has a key."""

    run_id: int
    state: State
    reason: Reason | None


LAST_RUN_ID = Select("intake", "last_run_id", int)
INSERT_RUN = Change("intake", "insert_run", _Row)
INSERT_ALIKE = Change("intake", "insert_alike", _Row)
INSERT_UNJUDGED = Change("intake", "insert_unjudged", _Unjudged)
KEY_LIVE = Select("intake", "key_live", _Holder)
KEY_HOLDER = Select("intake", "key_holder", _Holder)


class Intake:
    """Writes the new runs of one transaction; `close` must be called before the commit.

    Runs that are alike in all but their params are written by one statement: SQLite takes a third of the time for them.
    """

    def __init__(self, session: Session, now: int) -> None:
        self._session = session
        self._now = now
        self._alike: dict[_Row, dict[int, str]] = {}
        self._newest: dict[int, str] = {}
        self._unwritten: set[str] = set()
        self._unjudged: list[_Unjudged] = []
        self._skipped: dict[tuple[Reason, str], list[tuple[int, str, str]]] = {}
        self._judged = False
        self._last = session.one(LAST_RUN_ID) or 0

    def take(self, new: NewRun) -> Enqueued:
        """One run: promised, recorded as skipped, or the one that already holds its key."""
        if new.key is not None:
            held = self._holder(new)
            if held is not None:
                return held
        reason = new.skipped or self._overlap(new)
        if reason is not None:
            return self._skip(new, reason)
        self._add(new)
        return Enqueued(self._last, new.job, "waiting", None, True)

    def again(self, job: str, params: str) -> Enqueued:
        """One more run on the terms of the one that was taken just before, if that was free."""
        self._last += 1
        self._newest[self._last] = params
        return Enqueued(self._last, job, "waiting", None, True)

    def close(self) -> None:
        """Write what is gathered."""
        self.flush()

    def flush(self) -> None:
        """Write the rows, so that the next look at the table sees them."""
        single: list[_Row] = []
        for row, params in self._alike.items():
            if len(params) > 1 and sum(map(len, params.values())) <= _MOST:
                self._session.run(INSERT_ALIKE, row._replace(params=json.dumps(params)))
            else:
                single += [_Row(*row[:-2], text, run_id) for run_id, text in params.items()]
        if single:
            self._session.many(INSERT_RUN, single)
        if self._unjudged:
            self._session.many(INSERT_UNJUDGED, self._unjudged)
        if self._skipped:
            self._end_skipped()
        self._alike.clear()
        self._unwritten.clear()
        self._unjudged.clear()

    def _flush_for(self, job: str) -> None:
        """Write the rows if a look at the runs of this job would miss one."""
        if job in self._unwritten:
            self.flush()

    def _holder(self, new: NewRun) -> Enqueued | None:
        self._flush_for(new.job)
        found = self._session.one(KEY_HOLDER, {"job": new.job, "key": new.key, "now": self._now})
        return None if found is None else Enqueued(found.run_id, new.job, found.state, found.reason, False)

    def _overlap(self, new: NewRun) -> Reason | None:
        """Apply the overlap policy to a run that is due; the reason if it is to be skipped."""
        if new.overlap == "allow" or new.in_turn or self._is_later(new):
            return None
        from jobctl.store.relational.overlap import judge, judge_due

        self._flush_for(new.job)
        if not self._judged:
            # What was due before this one comes before it.
            self._judged = True
            self.flush()
            judge_due(self._session, self._now)
        answer = judge(self._session, new.job, new.overlap, new.created_by, self._now)
        return "overlap" if answer == "skip" else None

    def _is_later(self, new: NewRun) -> bool:
        """Whether it is due later, and until then in nobody's way."""
        return new.due_at is not None and new.due_at > self._now

    def _skip(self, new: NewRun, reason: Reason) -> Enqueued:
        self._add(new, waits=False)
        self._skipped.setdefault((reason, new.created_by), []).append((self._last, new.job, new.queue))
        return Enqueued(self._last, new.job, "skipped", reason, True)

    def _end_skipped(self) -> None:
        from jobctl.decide.runs.endings import at_birth
        from jobctl.store.relational.ends import Doomed, end_waiting

        for (reason, actor), runs in self._skipped.items():
            end_waiting(self._session, [Doomed(*run) for run in runs], at_birth(reason), actor, self._now)
        self._skipped.clear()

    def _add(self, new: NewRun, *, waits: bool = True) -> None:
        alone = exclusive(new.overlap)
        lane_job = new.job if alone or new.job_version is not None else ""
        due_at = self._now if waits and new.due_at is None else new.due_at
        row = _Row(
            new.job,
            new.job_version,
            new.definition_id,
            lane_id(self._session, lane_job, new.queue, alone),
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
        )
        self._last += 1
        self._newest = self._alike.setdefault(row, {})
        self._newest[self._last] = new.params
        self._unwritten.add(new.job)
        if waits and alone and due_at is not None and due_at > self._now and not new.in_turn:
            self._unjudged.append(_Unjudged(self._last, due_at, new.overlap))
