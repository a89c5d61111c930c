"""Putting a daemon together, and taking it apart again."""

import logging
import random
import selectors
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from jobctl.daemon.clock import SystemClock
from jobctl.daemon.deploy import Deployer
from jobctl.daemon.fire import FireLoop
from jobctl.daemon.identity import booted_at, bystander, dead, identify
from jobctl.daemon.journal import LOGGER
from jobctl.daemon.keep import KeepLoop
from jobctl.daemon.loop import Daemon
from jobctl.daemon.notify import Notifier
from jobctl.daemon.purpose import Purpose, SeeThrough, Serve
from jobctl.daemon.settings import Settings
from jobctl.daemon.tee import Tee
from jobctl.daemon.wake import WakeFifo
from jobctl.daemon.work import WorkLoop
from jobctl.decide.lease import is_silent
from jobctl.execute.attempt import Executor
from jobctl.execute.folder import StateFolder
from jobctl.execute.holder import Holder
from jobctl.execute.shell import Shell
from jobctl.execute.workers import Workers
from jobctl.model.daemon import Identity
from jobctl.model.run import Enqueued, Request
from jobctl.store.protocol import Store, Want

Write = Callable[[bytes], None]
_log = logging.getLogger(LOGGER)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a daemon stands on: its surroundings, its row in the store, its executors."""

    store: Store
    folder: StateFolder
    settings: Settings
    environment: Mapping[str, str]
    clock: SystemClock
    selector: selectors.BaseSelector
    fifo: WakeFifo
    me: Identity
    daemon_id: int
    on_duty_since: datetime
    shell: Shell
    workers: Workers


def serve(
    store: Store, folder: StateFolder, settings: Settings, environment: Mapping[str, str], write: Write | None
) -> None:
    """Be a daemon until there is nothing left to wait for; `write` gets what jobs write.

    `environment` is the daemon's own: what jobs may inherit, and where systemd listens. A catalog that cannot be
    applied is logged, and the deployed one stays in force.
    """
    with _ground(store, folder, settings, environment, foreground=False) as ground:
        me = ground.me
        fire = FireLoop(store, ground.on_duty_since, me.boot_id, booted_at())
        purpose = Serve(store, until_idle=settings.until_idle)
        want = Want(settings.slots, settings.queues)
        daemon, work = _build(ground, fire, want, purpose, write)
        _log.info("daemon started", extra={"facts": {"daemon": me.name, "pid": me.pid, "slots": me.slots}})
        daemon.run()
        _log.info("daemon ended", extra={"facts": {"daemon": me.name, "pid": me.pid, "settled": work.settled}})


def run_here(
    store: Store, folder: StateFolder, request: Request, environment: Mapping[str, str], write: Write | None
) -> Enqueued:
    """Promise a run and see it through in this process, without any other daemon; what became of the promise.

    It is claimed in the transaction that promises it, unless a limit holds it; then it is claimed here when its time
    comes, or by a daemon. A signal cancels it.
    """
    with _ground(store, folder, Settings(slots=1), environment, foreground=True) as ground:
        now = ground.clock.now()
        enqueued, exchange = store.begin(ground.daemon_id, request, now)
        if enqueued.state in ("waiting", "running"):
            purpose = SeeThrough(store, enqueued.run_id, request.created_by)
            daemon, work = _build(ground, None, Want(1, (), enqueued.run_id), purpose, write)
            work.take(exchange, now)
            daemon.run()
        return enqueued


def stop_here(store: Store, folder: StateFolder, run_ids: Collection[int], environment: Mapping[str, str]) -> None:
    """Take over what dead daemons held, and go on until these runs, which were asked to stop, have ended.

    Whatever else was taken over is left running for the next daemon, as if this process had died.
    """
    with _ground(store, folder, Settings(slots=1), environment, foreground=True) as ground:
        daemon, work = _build(ground, None, Want(0), Serve(store, until_idle=False), None)
        while not all(_ended(store, run_id) for run_id in run_ids):
            wake_at = daemon.tick(ground.clock.now())
            for key, _ in ground.selector.select(max(0.0, (wake_at - ground.clock.now()).total_seconds())):
                key.data()
            work.wake()


def _ended(store: Store, run_id: int) -> bool:
    run = store.run(run_id)
    return run is None or run.finished_at is not None


def _build(
    ground: _Ground, fire: FireLoop | None, want: Want, purpose: Purpose, write: Write | None
) -> tuple[Daemon, WorkLoop]:
    tee = Tee(ground.folder, write) if write is not None else None
    executors: dict[str, Executor] = {"shell": ground.shell, "callable": ground.workers}
    work = WorkLoop(ground.store, ground.daemon_id, executors, want, random.random, tee)
    keep = KeepLoop(ground.store, ground.daemon_id, ground.me, ground.folder, ground.shell)
    catalogs, watch = ground.settings.catalogs, ground.settings.watch_catalog
    deployer = Deployer(ground.store, catalogs, ground.environment, f"daemon {ground.me.name}", watch=watch)
    deployer.deploy(ground.clock.now())
    notifier = Notifier(ground.environment.get("NOTIFY_SOCKET"), ground.environment.get("WATCHDOG_USEC"))
    daemon = Daemon(
        ground.store,
        ground.clock,
        ground.settings,
        purpose,
        ground.selector,
        (fire, work, keep),
        ground.fifo,
        notifier,
        tee,
        deployer,
    )
    return daemon, work


@contextmanager
def _ground(
    store: Store,
    folder: StateFolder,
    settings: Settings,
    environment: Mapping[str, str],
    *,
    foreground: bool,
) -> Iterator[_Ground]:
    """Register a daemon, and at the end strike it off, unless it leaves something that another is to take over."""
    folder.make()
    clock = SystemClock()
    with selectors.DefaultSelector() as selector, _fifo(folder) as fifo:
        me = identify(settings.name, settings.slots, settings.queues, foreground=foreground)
        me = replace(me, wake_path=str(fifo.path), holders=(str(folder.holders / token_hex(8)),))
        with _executors(folder, me, selector, settings, environment) as (shell, workers):
            now = clock.now()
            since = _on_duty_since(store, me, now)
            daemon_id = store.register(me, now)
            yield _Ground(
                store, folder, settings, environment, clock, selector, fifo, me, daemon_id, since, shell, workers
            )
            if not shell.in_flight():
                store.beat(daemon_id, "stopped", clock.now())


@contextmanager
def _fifo(folder: StateFolder) -> Iterator[WakeFifo]:
    fifo = WakeFifo(folder.wake)
    try:
        yield fifo
    finally:
        fifo.close()


@contextmanager
def _executors(
    folder: StateFolder,
    me: Identity,
    selector: selectors.BaseSelector,
    settings: Settings,
    environment: Mapping[str, str],
) -> Iterator[tuple[Shell, Workers]]:
    """The executors, over one holder; the holder ends once it holds nothing."""
    holder = Holder.start(folder.holders, Path(me.holders[0]).name, sys.executable, selector)
    shell = Shell(holder, folder, environment)
    workers = Workers(holder, folder, environment, selector, settings.slots)
    try:
        yield shell, workers
    finally:
        workers.close()
        shell.close()
        holder.end()
        holder.close()


def nobody_lives(store: Store, now: datetime) -> bool:
    """Whether no daemon is left that would take care of anything."""
    daemons = store.daemons()
    return len(dead(daemons, bystander(), now)) == len(daemons)


def _on_duty_since(store: Store, me: Identity, now: datetime) -> datetime:
    """Since when a daemon has been watching: now, unless others were here before and were heard of lately."""
    daemons = [d for d in store.daemons() if not d.identity.foreground and not is_silent(d.seen_at, now)]
    gone = {d.daemon_id for d in dead(daemons, me, now)}
    return min((d.started_at for d in daemons if d.daemon_id not in gone), default=now)
