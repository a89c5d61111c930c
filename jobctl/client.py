"""The Python side of the command line: promise runs from an application, look at them, wait for them."""

import os
import time
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from jobctl.actions.cancel import cancel
from jobctl.actions.enqueue.answers import promised_run, waits
from jobctl.actions.enqueue.group_commit import Desk
from jobctl.actions.enqueue.lines import checked, wish_of
from jobctl.actions.enqueue.place import Wishes
from jobctl.actions.enqueue.request import Wish, check_actor
from jobctl.actions.find import checked_id, find_run
from jobctl.actions.retry import retry
from jobctl.actions.run_filter import run_filter
from jobctl.actions.wait import wait
from jobctl.daemon.clock import SystemClock
from jobctl.decide.bounds import duration_problem, instant_problem
from jobctl.decide.params.value import shown
from jobctl.model.errors import Unusable, UsageError
from jobctl.model.run import Run
from jobctl.store.opening import open_store
from jobctl.store.place import default_path, is_missing, read_place
from jobctl.store.protocol import Store
from jobctl.store.values import Cancelled, Retried


class Client:
    """A connection to one database; safe to share between threads, not across a fork.

    `url` is a path or a URL; without one JOBCTL_DB names the database, else the default. One that is not there is made
    only if `create` says so. Every method raises Unusable when the database cannot be used; what it returned is on
    disk. Calls of `enqueue` from several threads share transactions, so that many callers pay for one commit.
    """

    def __init__(
        self, url: str | os.PathLike[str] | None = None, *, actor: str = "python", create: bool = False
    ) -> None:
        self._actor = check_actor(actor)
        named = os.environ.get("JOBCTL_DB") or None if url is None else _text(url)
        if not create:
            _refuse_missing(named)
        self._pid = os.getpid()
        self._opened: Store = open_store(named)
        self._clock = SystemClock()
        self._opened_desk = Desk(self._opened, self._clock.now)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database. In a child after a fork that is for the parent to do."""
        if self._pid == os.getpid():
            self._opened.close()

    @property
    def _store(self) -> Store:
        self._check_process()
        return self._opened

    @property
    def _desk(self) -> Desk:
        self._check_process()
        return self._opened_desk

    def _check_process(self) -> None:
        """A child inherits the open files of a database, but not the locks on them."""
        if self._pid != os.getpid():
            raise UsageError(
                f"this `Client` was made by process {self._pid}, before a fork, and cannot be used in its child",
                hint="make a `Client` in each process, after the fork",
            )

    def enqueue(
        self,
        job: str,
        params: Mapping[str, Any] | None = None,
        *,
        delay: timedelta | float | None = None,
        at: datetime | None = None,
        key: str | None = None,
        priority: int | None = None,
        queue: str | None = None,
        correlation_id: str | None = None,
    ) -> Run:
        """Promise a run of a deployed job; it is on disk when this returns.

        `delay` (a timedelta, or seconds) or `at` (an aware datetime) says when it is due, else now. With a `key` that a
        live run holds, that run is returned. Raises NotFound for an unknown job, Refused for a disabled one, UsageError
        for params that do not fit.
        """
        now = self._clock.now()
        due_at = _due_at(delay, at, now)
        checked(
            {"job": job, "params": params, "key": key, "priority": priority, "queue": queue}
            | {"correlation_id": correlation_id}
        )
        wish = Wish(job, params or {}, due_at, priority, queue, key, correlation_id, created_by=self._actor)
        placed = self._desk.place(wish)
        return promised_run(*placed) if waits(placed.enqueued) else find_run(self._store, placed.enqueued.run_id)

    def enqueue_many(self, requests: Iterable[Mapping[str, Any]]) -> list[int]:
        """Promise a run for each request, all in one transaction or none; the ids, in order.

        A request has the keys of a line of `jobctl enqueue --from`: `job params at key priority queue correlation_id`.
        `at` is ISO text with an offset (else UTC) or an aware datetime. Raises as `enqueue`.
        """
        wishes = Wishes(self._store, self._clock.now())
        defaults = Wish("", created_by=self._actor)
        for request in requests:
            wishes.add(wish_of(request, "UTC", defaults))
        return [enqueued.run_id for enqueued in wishes.place().answers]

    def run(self, run_id: int) -> Run:
        """One run as it stands. Raises NotFound."""
        return find_run(self._store, checked_id(run_id))

    def runs(self, **where: Any) -> list[Run]:
        """Runs, newest first; the keywords are the fields of `RunFilter`, such as `job`, `state`, `limit`."""
        return self._store.runs(run_filter(where))

    def wait(self, run_id: int, timeout: timedelta | float | None = None) -> Run:
        """Wait until a run has ended. Raises TimeoutError after `timeout` (a timedelta, or seconds)."""
        seconds = None if timeout is None else _duration("timeout", timeout).total_seconds()
        give_up_at = None if seconds is None else time.monotonic() + seconds
        run = wait(self._store, checked_id(run_id), give_up_at, time.monotonic, time.sleep)
        if not run.has_ended:
            raise TimeoutError(f"run {run_id} is still {run.state} after {seconds:g} s")
        return run

    def cancel(self, *run_ids: int) -> list[Cancelled]:
        """Cancel waiting runs and have running ones stopped; an answer for each."""
        return cancel(self._store, [checked_id(run_id) for run_id in run_ids], self._actor, self._clock.now())

    def retry(self, *run_ids: int) -> list[Retried]:
        """Make finished runs wait again with a fresh retry budget; an answer for each."""
        return retry(self._store, [checked_id(run_id) for run_id in run_ids], (), self._actor, self._clock.now())


def _text(url: str | os.PathLike[str]) -> str:
    named = os.fspath(url)
    if not isinstance(named, str):
        raise UsageError(f"`url` must be text or a path, got {repr(url)[:60]}", hint="give `str` or `pathlib.Path`")
    return named


def _refuse_missing(named: str | None) -> None:
    """A database that is not there is a mistyped name, or that of another user."""
    path = default_path() if named is None else read_place(named).path
    if not is_missing(path):
        return
    hint = "check the path; `jobctl apply` creates a database, and so does `Client(..., create=True)`"
    if named is None and os.environ.get("JOBCTL_RUN_ID"):
        hint = "a job is not told which database it comes from: list JOBCTL_DB under its `inherit_env`, or name a path"
    raise Unusable(f"there is no database `{path}`", hint=hint)


def _due_at(delay: timedelta | float | None, at: datetime | None, now: datetime) -> datetime | None:
    if delay is not None and at is not None:
        raise UsageError("`delay` and `at` exclude each other", hint="give one of them")
    if at is not None:
        return _instant(at)
    if delay is None:
        return None
    wait = _duration("delay", delay)
    wrong = duration_problem(wait)
    if wrong is not None:
        hint = "leave it out for now" if wait < timedelta(0) else "stay below 100 years"
        raise UsageError(f"`delay` {wrong}", hint=hint)
    return now + wait


def _instant(at: datetime) -> datetime:
    hint = "give it a zone, like `datetime(2026, 3, 8, tzinfo=UTC)`"
    if not isinstance(at, datetime):
        raise UsageError("`at` must be an aware datetime", hint=hint)
    wrong = instant_problem(at)
    if wrong is not None:
        raise UsageError(f"`at` must be an aware datetime, and this one {wrong}", hint=hint)
    return at


def _duration(name: str, given: timedelta | float) -> timedelta:
    if isinstance(given, timedelta):
        return given
    try:
        if not isinstance(given, bool):
            return timedelta(seconds=given)
    except (TypeError, ValueError, OverflowError):
        pass
    hint = "give seconds that are not too many, or a timedelta"
    raise UsageError(f"`{name}` must be a duration, got {shown(given)}", hint=hint)
