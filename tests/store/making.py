"""Short ways to say what a test is about."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from jobctl.decide.deploy.plan import plan
from jobctl.model.claim import Claim
from jobctl.model.daemon import Identity
from jobctl.model.job import Catalog, Job, Queue
from jobctl.model.plain import to_plain
from jobctl.model.plan import Deployment
from jobctl.model.run import Request
from jobctl.model.settlement import Settlement
from jobctl.store.protocol import Store
from jobctl.store.values import Exchange, Want

NOON = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """An instant so long after noon."""
    return NOON + timedelta(seconds=seconds)


def deploy(
    store: Store,
    *jobs: Job,
    queues: Sequence[Queue] = (),
    limits: dict[str, int] | None = None,
    now: datetime = NOON,
    source: str = "jobs.yaml",
) -> None:
    """Apply a catalog of these jobs and nothing else."""
    wanted = Catalog(
        {job.name: job for job in jobs},
        {queue.name: queue for queue in queues},
        limits or {},
        {job.name: source for job in jobs},
        (source,),
    )
    before = store.deployed()
    what = plan(before.jobs, before.queues, before.limits, wanted, False)
    store.apply(what, Deployment("ann", (source,), "abc123", "a message"), now)


def request(job: str = "backup", **changes: Any) -> Request:
    """A request for a run of a job that need not be deployed."""
    definition = json.dumps(to_plain(Job(name=job, run="true")))
    plain = Request(job, definition, None, "default", 0, created_by="ann")
    return plain._replace(**changes)


def deployed_request(store: Store, job: str, **changes: Any) -> Request:
    """A request for a run of a deployed job under its own rules."""
    found = store.definition(job)
    assert found is not None
    plain = Request(
        job,
        found.text,
        found.version,
        found.body.get("queue", "default"),
        found.body.get("priority", 0),
        overlap=found.body.get("overlap", "allow"),
        created_by="ann",
    )
    return plain._replace(**changes)


def enqueue(store: Store, *requests: Request, now: datetime = NOON) -> list[int]:
    """The ids of new runs."""
    return [one.run_id for one in store.enqueue(requests, now)]


def identity(name: str = "web-01", **changes: Any) -> Identity:
    """A daemon's identity."""
    facts: dict[str, Any] = {
        "host": "web",
        "pid": 100,
        "pid_started": 7,
        "boot_id": "b",
        "pid_namespace": "p",
        "slots": 4,
    }
    return Identity(name, **(facts | changes))


def daemon(store: Store, name: str = "web-01", now: datetime = NOON) -> int:
    """A registered daemon."""
    return store.register(identity(name), now)


def take(store: Store, daemon_id: int, now: datetime, capacity: int = 100, **want: Any) -> list[Claim]:
    """What a daemon is given."""
    return swap(store, daemon_id, now, capacity=capacity, **want).claims


def swap(
    store: Store, daemon_id: int, now: datetime, *settlements: Settlement, capacity: int = 0, **want: Any
) -> Exchange:
    """Settle and claim."""
    return store.exchange(daemon_id, settlements, Want(capacity, **want), now)


def settled(claim: Claim, now: datetime, state: str = "succeeded", **changes: Any) -> Settlement:
    """The end of a claim: by itself, with status 0."""
    facts: dict[str, Any] = {
        "claim": claim.key,
        "job": claim.job.name,
        "queue": claim.queue,
        "outcome": "exited",
        "state": state,
        "reason": None,
        "due_at": None,
        "failures": claim.failures,
        "losses": claim.losses,
        "exit_code": 0,
        "signal": None,
        "error": None,
        "result": None,
        "started_at": now,
        "finished_at": now,
    }
    return Settlement(**(facts | changes))


def finish(store: Store, daemon_id: int, run_id: int, now: datetime, state: str = "succeeded", **changes: Any) -> None:
    """Claim one run and end it."""
    (claim,) = take(store, daemon_id, now, 1, only=run_id)
    swap(store, daemon_id, now, settled(claim, now, state, **changes))


def ids(claims: Sequence[Claim]) -> list[int]:
    """The runs of claims, in their order."""
    return [claim.run_id for claim in claims]
