"""What a wrapped command stands on: a foreground daemon's row, a holder, this process's streams."""

import selectors
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from secrets import token_hex

from jobctl.actions.prune import prune_step
from jobctl.daemon.clock import SystemClock
from jobctl.daemon.footing import make_sure_of
from jobctl.daemon.takeover import inherit
from jobctl.decide.runs.settle import settle
from jobctl.execute.holder.client import Holder
from jobctl.execute.host.identity import dead, identify
from jobctl.execute.host.wake_fifo import WakeFifo
from jobctl.execute.logs import Logs
from jobctl.execute.shell.executor import Shell
from jobctl.execute.shell.pass_through import PassThrough
from jobctl.execute.spare_file import keep_spare
from jobctl.execute.state_folder import StateFolder
from jobctl.model.clock import Clock
from jobctl.model.daemon import Identity
from jobctl.store.protocol import Store
from jobctl.store.values import Want

_DRAIN_S = 1.0
_STEP = 100


@dataclass(frozen=True, slots=True)
class Foreground:
    """A process of its own among the daemons: it takes one run, and leaves the others to them."""

    store: Store
    folder: StateFolder
    clock: Clock
    selector: selectors.BaseSelector
    fifo: WakeFifo
    me: Identity
    daemon_id: int
    shell: Shell
    passing: PassThrough
    environment: Mapping[str, str]

    def clear_up(self, dice: Callable[[], float]) -> None:
        """Take over what other foreground processes held when they died: it may stand in the way of this run.

        What has ended is settled; what lives is adopted, and left to the next one.
        """
        now = self.clock.now()
        others = (d for d in self.store.daemons() if d.identity.foreground and d.daemon_id != self.daemon_id)
        for gone in dead(others, self.me, now):
            estate = self.store.take_over(gone.daemon_id, self.daemon_id, now)
            if estate is None:
                continue
            inherit(self.shell, estate, self.folder, now)
        ends = [settle(e.claim, e.outcome, e.started_at, e.finished_at, dice()) for e in self.shell.news().endings]
        if ends:
            self.store.exchange(self.daemon_id, ends, Want(0), now)
            self.shell.settled([end.claim for end in ends])

    def drain(self) -> bool:
        """Wait shortly until everything is passed on; False if a stream of the caller's did not take it."""
        return self.passing.drain(_DRAIN_S)

    def leave(self) -> None:
        """Say that this daemon has ended, unless it leaves something behind: then the next one finds it dead."""
        if self.shell.in_flight():
            return
        now = self.clock.now()
        self.store.beat(self.daemon_id, "stopped", now)
        if not any(not daemon.identity.foreground for daemon in self.store.daemons()):
            prune_step(self.store, self.folder, now, _STEP)


@contextmanager
def foreground(
    store: Store, folder: StateFolder, environment: Mapping[str, str], register: Callable[[Identity], int]
) -> Iterator[Foreground]:
    """Be a foreground daemon; `register` writes its row. The holder ends once it holds nothing."""
    make_sure_of(folder)
    keep_spare(folder)
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        fifo = stack.enter_context(closing(WakeFifo(folder.wake)))
        token = token_hex(8)
        holder = Holder.start(folder.holders, token, sys.executable, selector, nohup=True)
        stack.callback(holder.close)
        stack.callback(holder.end)
        passing = PassThrough(folder, sys.executable)
        shell = Shell(holder, Logs(folder, store), environment, passing.streams)
        stack.callback(shell.close)
        me = identify(None, 1, (), foreground=True)
        me = replace(me, wake_path=str(fifo.path), holders=(str(folder.holders / token),))
        yield Foreground(store, folder, SystemClock(), selector, fifo, me, register(me), shell, passing, environment)
