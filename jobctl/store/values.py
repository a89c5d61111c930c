"""What goes into a store and comes out of it, beyond the nouns: plain values, known to callers and to every dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

# `jobctl enqueue` reads this module at every start: the nouns are for the type checker only.
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jobctl.decide.admission.prefetch import Prefetch
    from jobctl.model.claim import Claim, ClaimKey
    from jobctl.model.daemon import Daemon
    from jobctl.model.run import Enqueued, Run


class Want(NamedTuple):
    """How much a daemon can take: `capacity` runs, from `queues` (empty: all), or only the run `only`.

    Beyond its free slots it takes what `prefetch` allows, in the same order: the first run that fits nowhere ends it.
    """

    capacity: int
    queues: tuple[str, ...] = ()
    only: int | None = None
    prefetch: Prefetch | None = None


class Exchange(NamedTuple):
    """What an exchange gave: new claims, the keys of stale settlements (nothing was written for them), and when to
    come again: the next instant at which a waiting run may become claimable by time alone (due, rate), or None.

    `skipped` are runs that have become due and may not start beside others. `deployment` is the number of the last
    deployment, which says whether the catalog has changed since another exchange; None where that was not looked at.
    """

    claims: list[Claim]
    stale: list[ClaimKey]
    wake_at: datetime | None
    skipped: Sequence[Enqueued] = ()
    deployment: int | None = None


class StopRequest(NamedTuple):
    """A running run that is to be stopped."""

    claim: ClaimKey
    why: Literal["operator", "replaced"]


class Started(NamedTuple):
    """The process of a claim: recorded so that a later daemon can find it."""

    claim: ClaimKey
    pid: int
    pid_started: int
    started_at: datetime


class Definition(NamedTuple):
    """A deployed job as the enqueue path reads it: plain data, nothing parsed."""

    version: int
    enabled: bool
    body: dict[str, Any]
    text: str
    paused: bool
    queue_paused: bool


class Attendance(NamedTuple):
    """Who looks after a queue: when a daemon that takes runs of it was last heard of (None: there is none), and
    whether the queue is held."""

    seen_at: datetime | None
    paused: bool


class RunFilter(NamedTuple):
    """Which runs: every field that is not None must match. `before` is a run id: only older ones."""

    state: str | None = None
    job: str | None = None
    queue: str | None = None
    key: str | None = None
    tag: str | None = None
    since_at: datetime | None = None
    until_at: datetime | None = None
    exit_code: int | None = None
    correlation_id: str | None = None
    search: str | None = None
    before: int | None = None
    limit: int = 50


class Looked(NamedTuple):
    """Runs, newest first. `reached` is the run below which nothing was looked at, None if that was not needed."""

    runs: list[Run]
    reached: int | None


class Cancelled(NamedTuple):
    """What a cancel did: `cancelled` at once, `stopping` (its daemon stops it), `finished` already, or `unknown`."""

    run_id: int
    answer: Literal["cancelled", "stopping", "finished", "unknown"]


class Retried(NamedTuple):
    """What an operator's retry did: `waiting` again, refused because it is `live`, its key is `held` or its command was
    `wrapped` by `jobctl exec`, or `unknown`."""

    run_id: int
    answer: Literal["waiting", "live", "held", "wrapped", "unknown"]


class Pruned(NamedTuple):
    """A run that was deleted, so that its log files can follow."""

    run_id: int
    attempts: int


class LeftClaim(NamedTuple):
    """A claim whose daemon is gone."""

    claim: Claim
    pid: int | None
    pid_started: int | None
    started_at: datetime


class Estate(NamedTuple):
    """What a dead daemon has left: its row as it was at the end, with all its holders, and its claims."""

    daemon: Daemon
    claims: list[LeftClaim]
