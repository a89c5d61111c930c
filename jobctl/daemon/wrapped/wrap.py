"""A wrapped command: seen through in this process, on record if the database can be used, without one otherwise."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from jobctl.daemon.clock import SystemClock
from jobctl.daemon.intervals import PATIENCE
from jobctl.daemon.signals import Caught
from jobctl.daemon.wrapped.foreground import Foreground, foreground
from jobctl.daemon.wrapped.recorded import Watch
from jobctl.daemon.wrapped.unrecorded import Lent, NotRun, see_unrecorded, take_turn
from jobctl.decide.runs.exit_status import Ended, exit_status
from jobctl.decide.runs.settle import overlapping
from jobctl.execute.command import status_of_unstartable
from jobctl.execute.host.identity import identify
from jobctl.execute.name_lock import Keeper, NameLock, runtime_folder
from jobctl.execute.state_folder import StateFolder
from jobctl.model.errors import Busy, JobctlError, told
from jobctl.model.job import Job
from jobctl.model.run import Enqueued, Request
from jobctl.store.opening import open_store
from jobctl.store.protocol import Store
from jobctl.store.values import Exchange, Want

_ONE_WAIT = timedelta(milliseconds=500)
# The last try begins in the queue of writers at the end of the patience, less what it may wait for SQLite's own lock.
_ONE_TRY = 2 * _ONE_WAIT
_UNHEARD = 1
"""The exit status of a command that succeeded where what it printed did not: as if it had met the full disk itself."""
T = TypeVar("T")


class WrappedCommand(NamedTuple):
    """A command to see through. `request=None`: it cannot be recorded, and `why_not` says why."""

    job: Job
    overlap: str
    request: Request | None
    why_not: str = ""


class Means(NamedTuple):
    """What the command line lends: where the database is, the caller's environment, a voice, dice.

    `say` is for what somebody must know, `mention` for what is of interest on a terminal only.
    """

    url: str | None
    folder_of: Callable[[Store], StateFolder]
    environment: Mapping[str, str]
    say: Callable[[str], None]
    mention: Callable[[str], None]
    dice: Callable[[], float]


class _NotRecorded(Exception):
    """The command has not begun, and it will not be on record."""


def wrap(wrapped: WrappedCommand, means: Means) -> int:
    """See a command through; the exit status to end with.

    Whatever keeps it from being recorded does so for at most `PATIENCE`; then it runs all the same. Raises an exception
    of any kind where no process can be started and watched here, and only as long as the command has not begun.
    """
    with Caught() as caught, ExitStack() as stack:
        lock = _lock(wrapped, means, stack)
        try:
            return _see_recorded(wrapped, means, caught, lock)
        except _NotRecorded as reason:
            means.say(f"this run of `{wrapped.job.name}` is not recorded: {reason}")
            lent = Lent(means.environment, caught, means.say, means.dice)
            ended = see_unrecorded(wrapped.job, wrapped.overlap, lock, lent, _me(recorded=False))
        return _status(ended, wrapped, means, caught)


def _status(ended: Ended, wrapped: WrappedCommand, means: Means, caught: Caught) -> int:
    if ended.state == "cancelled" and ended.reason == "operator" and caught.numbers:
        return 128 + caught.numbers[0]
    if ended.state == "failed" and (ended.exit_code, ended.signal, ended.reason) == (None, None, None):
        return status_of_unstartable(wrapped.job.run, means.environment)
    return exit_status(ended)


def _lock(wrapped: WrappedCommand, means: Means, stack: ExitStack) -> NameLock | None:
    """The lock of the name under this database; none where runs may overlap, or where it cannot be had."""
    if wrapped.overlap == "allow":
        return None
    try:
        folder = runtime_folder(means.environment.get("JOBCTL_RUNTIME_DIR"))
        lock = NameLock(folder, f"{means.url or ''}\n{wrapped.job.name}")
    except (JobctlError, OSError, ValueError) as error:
        means.say(f"`{wrapped.job.name}` is locked by the database alone: {told(error)}")
        return None
    stack.callback(lock.close)
    return lock


def _see_recorded(wrapped: WrappedCommand, means: Means, caught: Caught, lock: NameLock | None) -> int:
    """Promise, claim, and see through; the exit status. Raises _NotRecorded as long as nothing has begun, and nothing
    else."""
    if wrapped.request is None:
        raise _NotRecorded(wrapped.why_not)
    course = _Course()
    try:
        is_free = _is_free(wrapped, lock, caught)
        if caught.numbers and not is_free:
            return _status(NotRun("cancelled", "operator"), wrapped, means, caught)
        with ExitStack() as stack:
            _follow(course, wrapped.request, means, caught, stack, is_free=is_free)
    except Exception as error:
        reason = told(error)
        if course.ended is None:
            raise _NotRecorded(reason) from error
        means.mention(f"the database cannot be used any more: {reason}")
    assert course.ended is not None
    return _status(course.ended, wrapped, means, caught) or (0 if course.heard else _UNHEARD)


class _Course:
    """What has become of a command so far: `ended` is None as long as it has not begun.

    `heard`: the caller's streams took what it printed.
    """

    ended: Ended | None = None
    heard: bool = True


def _follow(
    course: _Course, request: Request, means: Means, caught: Caught, stack: ExitStack, *, is_free: bool
) -> None:
    give_up_at = SystemClock().now() + PATIENCE - _ONE_TRY
    here = stack.enter_context(_opened(means, give_up_at))
    enqueued, exchange = patiently(lambda: here.store.begin(here.daemon_id, request, here.clock.now()), give_up_at)
    if not is_free:
        course.ended = NotRun("skipped", "overlap")
        _skip(here, enqueued, exchange)
    elif enqueued.created and enqueued.state == "waiting":
        watch = Watch(here, enqueued.run_id, caught, means.say, means.dice)
        course.ended = watch.see_through(exchange) or NotRun("cancelled", "operator")
    elif enqueued.created:
        course.ended = NotRun("skipped", "overlap")
        means.mention(f"run {enqueued.run_id} of `{enqueued.job}` is skipped: another one has not ended")
    else:
        course.ended = NotRun("skipped", "overlap")
        means.mention(f"run {enqueued.run_id} already holds this key")
        run = here.store.run(enqueued.run_id)
        course.ended = run if run is not None and run.has_ended else course.ended
    course.heard = here.drain()
    here.leave()


def _skip(here: Foreground, enqueued: Enqueued, exchange: Exchange) -> None:
    """A run that the database does not know of has the lock: this one is only recorded."""
    now = here.clock.now()
    if exchange.claims:
        skipped = [overlapping(claim, "a run that is not recorded has not ended", now) for claim in exchange.claims]
        here.store.exchange(here.daemon_id, skipped, Want(0, (), enqueued.run_id), now)
    elif enqueued.created and enqueued.state == "waiting":
        here.store.cancel([enqueued.run_id], here.me.name, now)


def _is_free(wrapped: WrappedCommand, lock: NameLock | None, caught: Caught) -> bool:
    """Take the lock; False if a run that the database does not know of has it, and this one is to be skipped."""
    me = _me(recorded=True)
    if lock is None or lock.take(me):
        return True
    keeper = lock.keeper()
    if keeper is not None and keeper.recorded:
        return True
    return take_turn(lock, wrapped.overlap, caught, me)


def _me(*, recorded: bool) -> Keeper:
    me = identify(None, 1, (), foreground=True)
    return Keeper(me.pid, me.pid_started, recorded)


@contextmanager
def _opened(means: Means, give_up_at: datetime) -> Iterator[Foreground]:
    """A foreground daemon on the database, after it has cleared up after those that died."""
    clock = SystemClock()

    def may_queue() -> float:
        return max(_ONE_WAIT, give_up_at - clock.now()).total_seconds()

    store = patiently(lambda: open_store(means.url, _ONE_WAIT.total_seconds(), may_queue), give_up_at)
    with ExitStack() as stack:
        stack.callback(store.close)
        here = stack.enter_context(
            foreground(
                store,
                means.folder_of(store),
                means.environment,
                lambda me: patiently(lambda: store.register(me, clock.now()), give_up_at),
            )
        )
        try:
            here.clear_up(means.dice)
        except Exception as error:  # noqa: BLE001 - whatever it is, it concerns another run
            means.mention(f"what an earlier run left is not cleared up yet: {told(error)}")
        yield here


def patiently(act: Callable[[], T], give_up_at: datetime) -> T:
    """Try again while another process holds the database, as long as there is time."""
    while True:
        try:
            return act()
        except Busy:
            if SystemClock().now() >= give_up_at:
                raise
