"""Putting a daemon together: its identity, its executors, its loops; and taking it apart again."""

import logging
import random
import selectors
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from secrets import token_hex
from typing import BinaryIO

from jobctl.daemon.clock import SystemClock
from jobctl.daemon.deploy import Deployer
from jobctl.daemon.fire import FireLoop
from jobctl.daemon.identity import booted_at, dead, identify
from jobctl.daemon.journal import LOGGER
from jobctl.daemon.keep import KeepLoop
from jobctl.daemon.loop import Daemon
from jobctl.daemon.notify import Notifier
from jobctl.daemon.settings import Settings
from jobctl.daemon.tee import Tee
from jobctl.daemon.wake import WakeFifo
from jobctl.daemon.work import WorkLoop
from jobctl.execute.attempt import Executor
from jobctl.execute.folder import StateFolder
from jobctl.execute.holder import Holder
from jobctl.execute.shell import Shell
from jobctl.execute.workers import Workers
from jobctl.model.daemon import Identity
from jobctl.store.protocol import Store, Want

_log = logging.getLogger(LOGGER)


def serve(
    store: Store, folder: StateFolder, settings: Settings, environment: Mapping[str, str], out: BinaryIO | None
) -> None:
    """Be a daemon until there is nothing left to wait for; `out` gets what jobs write.

    `environment` is the daemon's own: what jobs may inherit, and where systemd listens. A catalog that cannot be
    applied is logged, and the deployed one stays in force.
    """
    clock = SystemClock()
    folder.make()
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        fifo = WakeFifo(folder.wake)
        stack.callback(fifo.close)
        me = _introduce(settings, fifo, folder)
        executors = stack.enter_context(_executors(folder, me, selector, settings, environment))
        deployer = Deployer(store, settings.catalogs, environment, f"daemon {me.name}", watch=settings.watch_catalog)
        now = clock.now()
        deployer.deploy(now)
        watching = _on_duty_since(store, me, now)
        daemon_id = store.register(me, now)
        stack.callback(lambda: store.beat(daemon_id, "stopped", clock.now()))
        fire = FireLoop(store, watching, me.boot_id, booted_at()) if settings.only is None else None
        tee = Tee(folder, out) if out is not None else None
        want = Want(settings.slots, settings.queues, settings.only)
        work = WorkLoop(store, daemon_id, executors, want, random.random, tee)
        keep = KeepLoop(store, daemon_id, me, folder)
        notifier = Notifier(environment.get("NOTIFY_SOCKET"), environment.get("WATCHDOG_USEC"))
        _log.info("daemon started", extra={"facts": {"daemon": me.name, "pid": me.pid, "slots": me.slots}})
        Daemon(store, clock, settings, selector, (fire, work, keep), fifo, notifier, tee, deployer).run()
        _log.info("daemon ended", extra={"facts": {"daemon": me.name, "pid": me.pid, "settled": work.settled}})


def _introduce(settings: Settings, fifo: WakeFifo, folder: StateFolder) -> Identity:
    me = identify(settings.name, settings.slots, settings.queues, foreground=settings.only is not None)
    return replace(me, wake_path=str(fifo.path), holder=str(folder.holders / token_hex(8)))


@contextmanager
def _executors(
    folder: StateFolder,
    me: Identity,
    selector: selectors.BaseSelector,
    settings: Settings,
    environment: Mapping[str, str],
) -> Iterator[dict[str, Executor]]:
    """The executors by kind of job, over one holder; the holder ends once it holds nothing."""
    holder = Holder.start(folder.holders, str(me.holder).rpartition("/")[2], sys.executable, selector)
    shell = Shell(holder, folder, environment)
    workers = Workers(holder, folder, environment, selector, settings.slots)
    try:
        yield {"shell": shell, "callable": workers}
    finally:
        workers.close()
        shell.close()
        holder.end()
        holder.close()


def _on_duty_since(store: Store, me: Identity, now: datetime) -> datetime:
    """Since when a daemon has been watching: now, unless others were here before."""
    daemons = [d for d in store.daemons() if not d.identity.foreground]
    gone = {d.daemon_id for d in dead(daemons, me, now)}
    return min((d.started_at for d in daemons if d.daemon_id not in gone), default=now)
