"""What a daemon stands on: its surroundings, its row in the store, its executors."""

import selectors
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from jobctl.daemon.clock import SystemClock
from jobctl.daemon.footing import make_sure_of
from jobctl.daemon.settings import Settings
from jobctl.daemon.signals import Signals
from jobctl.decide.lease import is_silent
from jobctl.execute.callables.executor import Workers
from jobctl.execute.holder.client import Holder
from jobctl.execute.host.identity import dead, identify
from jobctl.execute.host.wake_fifo import WakeFifo
from jobctl.execute.logs import Logs
from jobctl.execute.shell.executor import Shell
from jobctl.execute.starting import Starting
from jobctl.execute.state_folder import StateFolder
from jobctl.model.clock import Clock
from jobctl.model.daemon import Daemon, Identity
from jobctl.store.protocol import Store


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that a daemon is given; `on_duty_since` is since when some daemon has been watching schedules.

    `first_at` is when it started, if no other was alive.
    """

    store: Store
    folder: StateFolder
    settings: Settings
    environment: Mapping[str, str]
    signals: Signals
    clock: Clock
    selector: selectors.BaseSelector
    fifo: WakeFifo
    starting: Starting
    me: Identity
    daemon_id: int
    on_duty_since: datetime
    first_at: datetime | None
    shell: Shell
    workers: Workers


@contextmanager
def ground(
    store: Store,
    folder: StateFolder,
    settings: Settings,
    environment: Mapping[str, str],
    signals: Signals,
    *,
    foreground: bool,
) -> Iterator[Ground]:
    """Register a daemon, and at the end strike it off, unless it leaves something that another is to take over."""
    make_sure_of(folder)
    clock = SystemClock()
    with (
        selectors.DefaultSelector() as selector,
        _fifo(folder) as fifo,
        closing(Starting(folder, str(fifo.path))) as starting,
    ):
        me = identify(settings.name, settings.slots, settings.queues, foreground=foreground)
        me = replace(me, wake_path=str(fifo.path), holders=(str(folder.holders / token_hex(8)),))
        with _executors(Logs(folder, store), me, selector, settings, environment) as (shell, workers):
            now = clock.now()
            since = _on_duty_since(store, me, now)
            daemon_id = store.register(me, now)
            yield Ground(
                store=store,
                folder=folder,
                settings=settings,
                environment=environment,
                signals=signals,
                clock=clock,
                selector=selector,
                fifo=fifo,
                starting=starting,
                me=me,
                daemon_id=daemon_id,
                on_duty_since=since,
                first_at=now if _is_first(store, me, daemon_id, now) else None,
                shell=shell,
                workers=workers,
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
    logs: Logs,
    me: Identity,
    selector: selectors.BaseSelector,
    settings: Settings,
    environment: Mapping[str, str],
) -> Iterator[tuple[Shell, Workers]]:
    """The executors, over one holder; the holder ends once it holds nothing."""
    holder = Holder.start(logs.folder.holders, Path(me.holders[0]).name, sys.executable, selector)
    workers = Workers(holder, logs.folder, environment, selector, settings.slots, taken=lambda: shell.busy())
    shell = Shell(holder, logs, environment, slots=lambda: settings.slots - workers.busy())
    try:
        yield shell, workers
    finally:
        workers.close()
        shell.close()
        holder.end()
        holder.close()


def _on_duty_since(store: Store, me: Identity, now: datetime) -> datetime:
    """Since when a daemon has been watching: now, unless others were here before and were heard of lately."""
    return min((daemon.started_at for daemon in _alive(store, me, now)), default=now)


def _is_first(store: Store, me: Identity, daemon_id: int, now: datetime) -> bool:
    """Whether no other was here before: of two that start at the same time the one that registered first is."""
    return not any(daemon.daemon_id < daemon_id for daemon in _alive(store, me, now))


def _alive(store: Store, me: Identity, now: datetime) -> list[Daemon]:
    daemons = [d for d in store.daemons() if not d.identity.foreground and not is_silent(d.seen_at, now)]
    gone = {d.daemon_id for d in dead(daemons, me, now)}
    return [daemon for daemon in daemons if daemon.daemon_id not in gone]
