"""Random histories: the store agrees with a small pure model, and no run is lost or given twice."""

import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from jobctl.model.claim import Claim
from jobctl.model.job import Queue
from jobctl.store.opening import open_store
from jobctl.store.values import RunFilter, Want
from tests.store.conftest import FACTORIES
from tests.store.making import NOON, daemon, deploy, enqueue, ids, request, settled, swap

SLOTS = 3


@dataclass
class Promise:
    """What the model knows of a run."""

    state: str
    due_at: datetime
    priority: int
    queue: str
    expires_at: datetime | None
    fence: int = 0
    stop: bool = False


@dataclass
class Model:
    """Runs by id, and every claim that was ever given."""

    runs: dict[int, Promise] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)

    def expire(self, now: datetime) -> None:
        for run in self.runs.values():
            if run.state == "waiting" and run.expires_at is not None and run.expires_at <= now:
                run.state = "skipped"

    def admit(self, capacity: int, now: datetime) -> list[int]:
        """What must be given: by priority, due, id, with so many slots in the narrow queue."""
        room = SLOTS - sum(run.state == "running" and run.queue == "narrow" for run in self.runs.values())
        given: list[int] = []
        waiting = [(-r.priority, r.due_at, n) for n, r in self.runs.items() if r.state == "waiting" and r.due_at <= now]
        for _, _, number in sorted(waiting):
            run = self.runs[number]
            if len(given) == capacity or (run.queue == "narrow" and room == 0):
                continue
            room -= run.queue == "narrow"
            run.state, run.fence = "running", run.fence + 1
            given.append(number)
        return given


class Histories(RuleBasedStateMachine):
    """Every verb, in any order, against the model."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = open_store(FACTORIES["sqlite"](Path(self.folder.name)))
        deploy(self.store, queues=[Queue("narrow", slots=SLOTS)])
        self.worker = daemon(self.store)
        self.model = Model()
        self.now = NOON

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @rule(seconds=st.integers(1, 40))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(
        delay=st.integers(0, 30),
        priority=st.integers(-1, 1),
        queue=st.sampled_from(["narrow", "wide"]),
        deadline=st.none() | st.integers(1, 60),
    )
    def enqueue(self, delay: int, priority: int, queue: str, deadline: int | None) -> None:
        due_at = self.now + timedelta(seconds=delay)
        expires_at = None if deadline is None else self.now + timedelta(seconds=deadline)
        wanted = request(priority=priority, queue=queue, due_at=due_at, expires_at=expires_at)
        (number,) = enqueue(self.store, wanted, now=self.now)
        assert number not in self.model.runs
        self.model.runs[number] = Promise("waiting", due_at, priority, queue, expires_at)

    @rule(capacity=st.integers(0, 5))
    def claim(self, capacity: int) -> None:
        given = self.store.exchange(self.worker, [], Want(capacity), self.now).claims
        self.model.expire(self.now)
        assert ids(given) == self.model.admit(capacity, self.now)
        assert [c.fence for c in given] == [self.model.runs[c.run_id].fence for c in given]
        self.model.claims += given

    @precondition(lambda self: self.model.claims)
    @rule(
        data=st.data(),
        state=st.sampled_from(["succeeded", "failed", "waiting"]),
        delay=st.integers(0, 20),
        call=st.booleans(),
    )
    def settle(self, data: st.DataObject, state: str, delay: int, call: bool) -> None:
        """Any claim ever given, so often a stale one; of a shell job or of a callable."""
        claim = data.draw(st.sampled_from(self.model.claims))
        run = self.model.runs[claim.run_id]
        due_at = self.now + timedelta(seconds=delay) if state == "waiting" else None
        facts: dict[str, Any] = {"outcome": state, "exit_code": None} if call else {}
        ended = settled(claim, self.now, state, due_at=due_at, **facts)
        given = swap(self.store, self.worker, self.now, ended)
        if run.state != "running" or run.fence != claim.fence:
            assert given.stale == [claim.key]
        else:
            assert given.stale == []
            run.state = "cancelled" if run.stop and state == "waiting" else state
            run.due_at, run.stop = due_at or run.due_at, False
        self.model.expire(self.now)

    @precondition(lambda self: self.model.runs)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.model.runs)))
        run = self.model.runs[number]
        (cancelled,) = self.store.cancel([number], "ann", self.now)
        expected = {"waiting": "cancelled", "running": "stopping"}.get(run.state, "finished")
        assert cancelled.answer == expected
        if run.state == "waiting":
            run.state = "cancelled"
        run.stop = run.stop or run.state == "running"

    @precondition(lambda self: self.model.runs)
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.model.runs)))
        run = self.model.runs[number]
        (retried,) = self.store.retry([number], None, "ann", self.now)
        live = run.state in ("waiting", "running")
        assert retried.answer == ("live" if live else "waiting")
        if not live:
            run.state, run.due_at, run.expires_at, run.stop = "waiting", self.now, None, False

    @invariant()
    def no_run_is_lost_or_in_another_state(self) -> None:
        found = {run.run_id: (run.state, run.attempt) for run in self.store.runs(RunFilter(limit=1000))}
        assert found == {number: (run.state, run.fence) for number, run in self.model.runs.items()}

    @invariant()
    def statistics_agree_with_the_rows(self) -> None:
        found = self.store.statistics("backup")
        states = [run.state for run in self.model.runs.values()]
        counted = (found.succeeded, found.failed, found.skipped, found.cancelled)
        assert counted == tuple(states.count(s) for s in ("succeeded", "failed", "skipped", "cancelled"))


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
