"""The store: each method stands for a function of a module that is imported when it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from jobctl.store.relational.catalog.deployed import attendance, catalog_queues, definition
from jobctl.store.relational.enqueue import enqueue

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from jobctl.decide.explain.facts import Standing
    from jobctl.model.claim import ClaimKey
    from jobctl.model.daemon import Daemon, DaemonState, Identity
    from jobctl.model.fire import DueSchedule, Recording
    from jobctl.model.plan import Deployed, Deployment, Plan
    from jobctl.model.run import Attempt, Enqueued, Event, Progress, Request, Run
    from jobctl.model.settlement import Settlement
    from jobctl.model.view import DeployedCatalog, JobRow, Pause, Statistics, Status, Version
    from jobctl.store.relational.session import Session
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


class RelationalStore:
    """Keeps the promises of `jobctl.store.protocol.Store` in a relational database, whatever its dialect.

    `facts` tells of the database itself what `integrity` promises.
    """

    def __init__(self, session: Session, facts: Callable[[bool], dict[str, Any]]) -> None:
        self.url = session.url
        self._session = session
        self._facts = facts

    def close(self) -> None:
        self._session.close()

    def deployed(self) -> DeployedCatalog:
        from jobctl.store.relational.catalog.deployed import deployed

        return deployed(self._session)

    def apply(self, plan: Plan, deployment: Deployment, now: datetime) -> None:
        from jobctl.store.relational.catalog.apply import apply

        apply(self._session, plan, deployment, now)

    def definition(self, job: str) -> Definition | None:
        return definition(self._session, job)

    def versions(self, job: str) -> list[Version]:
        from jobctl.store.relational.catalog.deployed import versions

        return versions(self._session, job)

    def enqueue(self, requests: Sequence[Request], now: datetime) -> list[Enqueued]:
        return enqueue(self._session, requests, now)

    def catalog_queues(self) -> set[str]:
        return catalog_queues(self._session)

    def attendance(self, queue: str, now: datetime) -> Attendance:
        return attendance(self._session, queue, now)

    def read_ahead(self) -> None:
        self._session.read_ahead()

    def register(self, identity: Identity, now: datetime) -> int:
        from jobctl.store.relational.work.daemons import register

        return register(self._session, identity, now)

    def beat(self, daemon_id: int, state: DaemonState, now: datetime) -> None:
        from jobctl.store.relational.work.daemons import beat

        beat(self._session, daemon_id, state, now)

    def daemons(self) -> list[Daemon]:
        from jobctl.store.relational.work.daemons import daemons

        return daemons(self._session)

    def exchange(self, daemon_id: int, settlements: Sequence[Settlement], want: Want, now: datetime) -> Exchange:
        from jobctl.store.relational.work.exchange import exchange

        return exchange(self._session, daemon_id, settlements, want, now)

    def begin(self, daemon_id: int, request: Request, now: datetime) -> tuple[Enqueued, Exchange]:
        from jobctl.store.relational.work.exchange import begin

        return begin(self._session, daemon_id, request, now)

    def started(self, started: Sequence[Started]) -> None:
        from jobctl.store.relational.work import daemons

        daemons.started(self._session, started)

    def report(self, progress: Sequence[tuple[ClaimKey, Progress]]) -> None:
        from jobctl.store.relational.work.daemons import report

        report(self._session, progress)

    def stop_requests(self, daemon_id: int) -> list[StopRequest]:
        from jobctl.store.relational.work.daemons import stop_requests

        return stop_requests(self._session, daemon_id)

    def due_schedules(self, now: datetime, limit: int) -> list[DueSchedule]:
        from jobctl.store.relational.schedule.fires import due_schedules

        return due_schedules(self._session, now, limit)

    def boot_schedules(self, boot_id: str) -> list[DueSchedule]:
        from jobctl.store.relational.schedule.fires import boot_schedules

        return boot_schedules(self._session, boot_id)

    def start_schedules(self) -> list[DueSchedule]:
        from jobctl.store.relational.schedule.fires import start_schedules

        return start_schedules(self._session)

    def forgotten_schedules(self) -> list[DueSchedule]:
        from jobctl.store.relational.schedule.fires import forgotten_schedules

        return forgotten_schedules(self._session)

    def next_fire_at(self) -> datetime | None:
        from jobctl.store.relational.schedule.fires import next_fire_at

        return next_fire_at(self._session)

    def record(self, recordings: Sequence[Recording], now: datetime) -> list[Enqueued]:
        from jobctl.store.relational.schedule.fires import record

        return record(self._session, recordings, now)

    def take_over(self, dead_id: int, daemon_id: int, now: datetime) -> Estate | None:
        from jobctl.store.relational.work.daemons import take_over

        return take_over(self._session, dead_id, daemon_id, now)

    def cancel(self, run_ids: Sequence[int], actor: str, now: datetime) -> list[Cancelled]:
        from jobctl.store.relational.operate import cancel

        return cancel(self._session, run_ids, actor, now)

    def retry(self, run_ids: Sequence[int], params: str | None, actor: str, now: datetime) -> list[Retried]:
        from jobctl.store.relational.operate import retry

        return retry(self._session, run_ids, params, actor, now)

    def pause(self, kind: Literal["job", "queue"], name: str, pause: Pause) -> None:
        from jobctl.store.relational import operate

        operate.pause(self._session, kind, name, pause)

    def resume(self, kind: Literal["job", "queue"], name: str, now: datetime) -> bool:
        from jobctl.store.relational.operate import resume

        return resume(self._session, kind, name, now)

    def run(self, run_id: int) -> Run | None:
        from jobctl.store.relational.history.runs import run

        return run(self._session, run_id)

    def runs(self, where: RunFilter) -> list[Run]:
        from jobctl.store.relational.history.runs import runs

        return runs(self._session, where).runs

    def look(self, where: RunFilter, reach: int) -> Looked:
        from jobctl.store.relational.history.runs import runs

        return runs(self._session, where, reach)

    def run_definition(self, run_id: int) -> Deployed | None:
        from jobctl.store.relational.history.run_history import run_definition

        return run_definition(self._session, run_id)

    def attempts(self, run_id: int) -> list[Attempt]:
        from jobctl.store.relational.history.run_history import attempts

        return attempts(self._session, run_id)

    def output(self, run_id: int, attempt: int) -> bytes | None:
        from jobctl.store.relational.history.run_history import output

        return output(self._session, run_id, attempt)

    def newest_output(self, run_id: int) -> int | None:
        from jobctl.store.relational.history.run_history import newest_output

        return newest_output(self._session, run_id)

    def events(self, run_id: int) -> list[Event]:
        from jobctl.store.relational.history.run_history import events

        return events(self._session, run_id)

    def standing(self, run_id: int) -> Standing | None:
        from jobctl.store.relational.history.position import standing

        return standing(self._session, run_id)

    def fires(self, job: str, limit: int) -> list[Run]:
        from jobctl.store.relational.history.runs import fires

        return fires(self._session, job, limit)

    def in_the_way(self, job: str, limit: int) -> list[Run]:
        from jobctl.store.relational.history.runs import in_the_way

        return in_the_way(self._session, job, limit)

    def promised(self, job: str, limit: int) -> list[Run]:
        from jobctl.store.relational.history.runs import promised

        return promised(self._session, job, limit)

    def jobs(self, name: str | None = None) -> list[JobRow]:
        from jobctl.store.relational.history.jobs import jobs

        return jobs(self._session, name)

    def statistics(self, job: str) -> Statistics:
        from jobctl.store.relational.history.jobs import statistics

        return statistics(self._session, job)

    def status(self, now: datetime) -> Status:
        from jobctl.store.relational.history.status import status

        return status(self._session, now)

    def idle(self, now: datetime) -> bool:
        from jobctl.store.relational.history.status import idle

        return idle(self._session, now)

    def prune(self, now: datetime, limit: int, *, dry_run: bool = False) -> list[Pruned]:
        from jobctl.store.relational.upkeep.prune import prune

        return prune(self._session, now, limit, dry_run=dry_run)

    def integrity(self, *, whole: bool = True) -> dict[str, Any]:
        return self._facts(whole)
