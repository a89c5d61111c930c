"""Putting a daemon together, and taking it apart again."""

import logging
import random
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from jobctl.actions.liveness import gone
from jobctl.daemon.context import Ground, ground
from jobctl.daemon.journal import LOGGER, with_facts
from jobctl.daemon.loop import Daemon
from jobctl.daemon.loops.deploy import Deployer
from jobctl.daemon.loops.fire import FireLoop
from jobctl.daemon.loops.keep import KeepLoop
from jobctl.daemon.loops.work import WorkLoop
from jobctl.daemon.observers import Observers
from jobctl.daemon.read_ahead import read_ahead
from jobctl.daemon.run_log import RunLog
from jobctl.daemon.sd_notify import Notifier
from jobctl.daemon.settings import Settings
from jobctl.daemon.signals import Signals
from jobctl.daemon.tee import Tee, Write
from jobctl.daemon.until import Purpose, SeeThrough, Serve, is_over
from jobctl.execute.attempt import Executor
from jobctl.execute.host.identity import booted_at
from jobctl.execute.stale_logs import FormerLogs
from jobctl.execute.state_folder import StateFolder
from jobctl.model.run import Enqueued, Request
from jobctl.store.protocol import Store
from jobctl.store.values import Want

_log = logging.getLogger(LOGGER)


def serve(
    store: Store,
    folder: StateFolder,
    settings: Settings,
    environment: Mapping[str, str],
    signals: Signals,
    write: Write | None,
) -> None:
    """Be a daemon until there is nothing left to wait for; `write` gets what jobs write.

    `environment` is the daemon's own: what jobs may inherit, and where systemd listens. A catalog that cannot be
    applied is logged, and the deployed one stays in force.
    """
    read_ahead(store)
    with ground(store, folder, settings, environment, signals, foreground=False) as base:
        me = base.me
        fire = FireLoop(store, base.on_duty_since, me.boot_id, booted_at(), base.first_at)
        purpose = Serve(store, until_idle=settings.until_idle)
        want = Want(settings.slots, settings.queues)
        daemon, work = _build(base, fire, want, purpose, write)
        _log.info("daemon started", extra=with_facts(daemon=me.name, pid=me.pid, slots=me.slots))
        daemon.run()
        _log.info("daemon ended", extra=with_facts(daemon=me.name, pid=me.pid, settled=work.settled))


def run_here(
    store: Store,
    folder: StateFolder,
    request: Request,
    environment: Mapping[str, str],
    write: Write | None,
    held: Callable[[int], None],
) -> Enqueued:
    """Promise a run and see it through in this process, without any other daemon; what became of the promise.

    It is claimed in the transaction that promises it, unless a pause or a limit holds it: then `held` is told its id,
    and it is claimed here when its time comes, or by a daemon. A signal cancels it.
    """
    settings = Settings(slots=1)
    with Signals() as signals, ground(store, folder, settings, environment, signals, foreground=True) as base:
        now = base.clock.now()
        enqueued, exchange = store.begin(base.daemon_id, request, now)
        if enqueued.state == "waiting" and not exchange.claims:
            held(enqueued.run_id)
        if enqueued.state in ("waiting", "running"):
            purpose = SeeThrough(store, enqueued.run_id, request.created_by)
            daemon, work = _build(base, None, Want(1, (), enqueued.run_id), purpose, write)
            work.take(exchange, now)
            daemon.run()
        return enqueued


def stop_here(store: Store, folder: StateFolder, run_ids: Collection[int], environment: Mapping[str, str]) -> None:
    """Take over what dead daemons held, and go on until these runs, which were asked to stop, have ended.

    Whatever else was taken over is left running for the next daemon, as if this process had died.
    """
    settings = Settings(slots=1)
    with Signals() as signals, ground(store, folder, settings, environment, signals, foreground=True) as base:
        daemon, work = _build(base, None, Want(0), Serve(store, until_idle=False), None)
        while not all(is_over(store, run_id) for run_id in run_ids):
            if signals.stops:
                raise KeyboardInterrupt
            wake_at = daemon.tick(base.clock.now())
            for key, _ in base.selector.select(max(0.0, (wake_at - base.clock.now()).total_seconds())):
                key.data()
            work.wake()


def _build(
    base: Ground, fire: FireLoop | None, want: Want, purpose: Purpose, write: Write | None
) -> tuple[Daemon, WorkLoop]:
    observers = Observers([RunLog(), *([Tee(base.folder, write)] if write is not None else [])])
    executors: dict[str, Executor] = {"shell": base.shell, "callable": base.workers}
    former_logs = FormerLogs(base.folder)
    work = WorkLoop(base.store, base.daemon_id, executors, want, random.random, former_logs, base.starting, observers)
    keep = KeepLoop(base.store, base.daemon_id, base.me, base.folder, base.shell)
    catalogs, watch = base.settings.catalogs, base.settings.watch_catalog
    deployer = Deployer(base.store, catalogs, base.environment, f"daemon {base.me.name}", watch=watch)
    deployer.deploy(base.clock.now())
    notifier = Notifier(base.environment.get("NOTIFY_SOCKET"), base.environment.get("WATCHDOG_USEC"))
    return Daemon(base, purpose, (fire, work, keep), notifier, observers, deployer), work


def nobody_lives(store: Store, now: datetime) -> bool:
    """Whether no daemon is left that would take care of anything."""
    daemons = store.daemons()
    return len(gone(daemons, now)) == len(daemons)
