"""The daemon's end of a holder, the process that is the parent of every child and outlives the daemon."""

import selectors
import socket
import subprocess
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from jobctl.execute.holder.launch import PATIENCE_S, connect, greeting, last_words, own_umask, start_program
from jobctl.execute.holder.leftovers import cause_of_death, lost, recover
from jobctl.execute.holder.messages import Ended, Event, Held, Spawn, Taken, Unbegun, event_of
from jobctl.execute.holder.oom import Kills
from jobctl.execute.holder.pulse import Pulse, pid_of_peer
from jobctl.execute.holder.unsettled import Unsettled
from jobctl.execute.holder.wire import Wire
from jobctl.execute.holder_program import journal
from jobctl.execute.holder_program import proc as tree
from jobctl.model.errors import ExecutionError, told
from jobctl.model.instant import from_ms
from jobctl.model.outcome import StopReason


class Holder:
    """Starts and stops children through a holder and tells what becomes of them. Nothing blocks but start and connect.

    The socket is registered with `selector`; the `data` of its key is a callable to call when it is ready. Events are
    kept for `events`. If the holder itself is killed, its children are killed and seen dead, their ends or losses
    become events, and the next spawn starts it anew in the same folder. They can be recovered from there until they
    are forgotten.
    """

    def __init__(
        self, folder: Path, selector: selectors.BaseSelector, python: str | None, *, nohup: bool = False
    ) -> None:
        self.folder = folder
        self.held: tuple[Held, ...] = ()
        self._selector = selector
        self._python = python
        self._nohup = nohup
        self._program: subprocess.Popen[bytes] | None = None
        self._wire: Wire | None = None
        self._pulse: Pulse | None = None
        self._umask = own_umask()
        self._events: dict[str, list[Event]] = {}
        self._interest = 0
        self._is_gone = False
        self._unheard: set[str] = set()
        self._behind: set[str] = set()
        self._settled: list[str] = []
        self._unsettled = Unsettled(folder)
        tree.reserve_descriptor()
        # Nothing is known of the cgroup of a holder that another daemon has started.
        self._kills = None if python is None else Kills.here(_now())

    @classmethod
    def start(
        cls, folder: Path, name: str, python: str, selector: selectors.BaseSelector, *, nohup: bool = False
    ) -> Self:
        """Start a holder with `python` below `folder` (`StateFolder.holders`) and connect to it.

        `name` must not have been used before, since a former holder may still have something to tell. With `nohup`
        children ignore the signals that this process was started to ignore. Raises ExecutionError.
        """
        if (folder / name / journal.NAME).exists():
            raise ExecutionError(f"a former daemon has left a holder `{name}`", hint="give this one another name")
        holder = cls(folder / name, selector, python, nohup=nohup)
        holder._living()
        return holder

    @classmethod
    def connect(cls, folder: Path, selector: selectors.BaseSelector) -> Self | None:
        """Take over the holder that lives in `folder`; None if there is none (see `leftovers.recover`).

        Its live children are in `held`; the ends that nobody has settled are the first events. Its workers are being
        killed. Raises ExecutionError if it does not answer.
        """
        sock = connect(folder)
        if sock is None:
            return None
        holder = cls(folder, selector, None)
        holder._pulse = Pulse(pid_of_peer(sock))
        holder._pulse.look(_now())
        try:
            holder._attach(sock)
        except ConnectionError:
            return None
        return holder

    def spawn(self, spec: Spawn, fds: Sequence[int] = ()) -> None:
        """Start a child; `Spawned`, `Refused`, `Ended` follow as events.

        With `fds` the first three become its descriptors 0, 1 and 2 (and `stdin` and `log` are not used); the numbers
        of further ones, in order and separated by commas, are in its variable `JOBCTL_FDS`. The caller keeps its own
        copies and closes them itself. Raises ExecutionError if the holder has died and cannot be started again.
        """
        wire = self._living()
        self._unheard.add(spec.key)
        self._pass_settled(wire)
        wire.send(["spawn", spec.plain(self._umask, len(fds))], fds)
        self._want()

    def spawn_behind(self, spec: Spawn, most: int) -> None:
        """Start a child as soon as the holder has fewer than `most` that are no workers; the first told is the first.

        `most` counts those whose ends have not been told here. Each end that is told has let the next one start. Also
        `Unbegun` may follow. It is sent when something else is, or by `tidy`. Raises ExecutionError as `spawn` does.
        """
        wire = self._living()
        self._unheard.add(spec.key)
        self._behind.add(spec.key)
        self._pass_settled(wire)
        wire.send(["behind", most, spec.plain(self._umask, 0)])

    def allow(self, most: int) -> None:
        """So many may be there, from now on, before one that waits has to wait."""
        self._say(["allow", most])

    def recall(self, keys: Sequence[str]) -> None:
        """Those of these children that still wait are not started: they are `Unbegun`. The others go on."""
        self._say(["recall", *keys])

    def kill(self, key: str, signal: int, why: StopReason | None = None) -> None:
        """Signal a child and everything it started. SIGKILL is repeated until nothing is left. Then it is `Ended`.

        `why` comes back with its end, whoever is connected by then.
        """
        self._say(["kill", key, int(signal), why])

    def forget(self, keys: Sequence[str]) -> None:
        """The ends of these children are on disk: the holder need not remember them.

        It hears of it with the next spawn, or when `tidy` is called.
        """
        self._settled += keys
        self._unsettled.settled(keys, lives=self._wire is not None)

    def tidy(self) -> None:
        """Send what has not been sent: what the holder need not remember, and what it shall start behind others."""
        if self._wire is not None and (self._settled or self._wire.pending):
            self._pass_settled(self._wire)
            self._want()

    def end(self) -> None:
        """Let the holder end as soon as it has no child and nothing to remember."""
        self.tidy()
        self._say(["end"])

    def look(self, now: datetime) -> None:
        """To be called now and then: a holder that was stopped goes on then, what a dead one held is looked for again
        where it could not be, and later it can be told of a SIGKILL whether it was for want of memory."""
        if self._is_gone:
            self._recover()
        if self._kills is not None:
            self._kills.look(now)
        if self._unheard and self._pulse is not None:
            self._pulse.look(now)

    @property
    def blocked(self) -> bool:
        """True when the system goes on refusing what is said to the holder, or what it says."""
        return self._wire is not None and self._wire.blocked

    def events(self, kind: str) -> list[Event]:
        """What happened to the children whose keys begin with `kind:` since the last call."""
        told = self._events.get(kind)
        if not told:
            return []
        self._events[kind] = []
        return told

    def alive(self, kind: str) -> bool:
        """True while a child of this kind has not ended."""
        return any(key.startswith(kind + ":") for key in self._unheard)

    def neighbour(self, folder: Path) -> "Holder | None":
        """Connect to another holder with the same selector; see `connect`."""
        return Holder.connect(folder, self._selector)

    def close(self) -> None:
        """Let go of the holder: shell jobs go on and can be adopted, workers are killed."""
        self.tidy()
        if self._wire is not None:
            self._wire.flush()
            self._detach(self._wire)

    def _pass_settled(self, wire: Wire) -> None:
        if self._settled:
            wire.send(["forget", *self._settled])
            self._settled.clear()

    def _say(self, operation: list[Any]) -> None:
        if self._wire is not None:
            self._wire.send(operation)
            self._want()

    def _living(self) -> Wire:
        if self._is_gone:
            self._recover()
        if self._wire is None:
            if self._python is None:
                raise ExecutionError("the process that holds jobs is gone", hint="restart the daemon")
            try:
                return self._launch(self._python)
            except ExecutionError:
                # It may have been killed as well: only a second failure tells of the installation.
                return self._launch(self._python)
        return self._wire

    def _launch(self, python: str) -> Wire:
        sock, self._program = start_program(self.folder, python, nohup=self._nohup)
        self._pulse = Pulse(self._program.pid)
        try:
            return self._attach(sock)
        except ConnectionError as error:
            self._program.wait()
            raise ExecutionError(
                f"the process that holds jobs has ended at once: {last_words(self.folder) or 'it said nothing'}",
                hint="check the installation of jobctl",
            ) from error

    def _attach(self, sock: socket.socket) -> Wire:
        """Wait for the holder's greeting, then go on without blocking."""
        wire = Wire(sock)
        hello, *more = greeting(wire, self.folder)
        self._interest = selectors.EVENT_READ
        try:
            self._selector.register(sock, self._interest, self._ready)
        except OSError as error:
            wire.close()
            raise ExecutionError(f"the process that holds jobs cannot be listened to: {told(error)}") from error
        self._wire = wire
        self._greet(hello)
        for frame in more:
            self._take(frame)
        return wire

    def _greet(self, hello: list[Any]) -> None:
        _, _, live, ended = hello
        self.held = tuple(Held(key, pid, ticks, from_ms(at), worker, why) for key, pid, ticks, at, worker, why in live)
        self._unheard |= {child.key for child in self.held}
        for event in ended:
            self._take(event)

    def _detach(self, wire: Wire) -> None:
        self._selector.unregister(wire.sock)
        self._settled.clear()
        wire.close()
        self._wire = None
        if self._program is not None and self._program.poll() is None:
            self._program.returncode = 0

    def _want(self) -> None:
        """Send at once what can be sent; ask the selector for the rest."""
        wire = self._wire
        if wire is not None:
            wire.flush()
            self._listen(wire)

    def _listen(self, wire: Wire) -> None:
        interest = selectors.EVENT_READ | (selectors.EVENT_WRITE if wire.pending and not wire.ended else 0)
        if interest != self._interest:
            try:
                self._selector.modify(wire.sock, interest, self._ready)
            except OSError:
                # The kernel has no memory for it now. What was given to the wire counts as sent: it is tried again.
                return
            self._interest = interest

    def _ready(self) -> None:
        """The socket is ready: called by the daemon's loop."""
        wire = self._wire
        if wire is None:
            return
        for frame in wire.read():
            self._take(frame)
        if self._wire is wire and wire.ended:
            self._gone(wire)
        elif self._wire is wire:
            self._want()
        wire.raise_trouble()

    def _take(self, frame: list[Any]) -> None:
        if frame[0] == "taken":
            self._handed_over()
            return
        event = event_of(frame)
        if isinstance(event, Ended) and event.signal == "SIGKILL" and not event.asked and self._kills is not None:
            event = event._replace(for_memory=self._kills.explain(event.ended_at))
        if frame[0] in ("x", "r", "n"):
            self._unheard.discard(frame[1])
            self._behind.discard(frame[1])
            if frame[0] != "n":
                self._unsettled.told(frame[1])
        self._keep(frame[1], event)

    def _keep(self, key: str, event: Event) -> None:
        self._events.setdefault(key.partition(":")[0], []).append(event)

    def _handed_over(self) -> None:
        for kind in {key.partition(":")[0] for key in self._unheard}:
            self._events.setdefault(kind, []).append(Taken())
        self._unheard.clear()
        self._behind.clear()
        self._unsettled.handed_over()
        if self._wire is not None:
            self._detach(self._wire)

    def _gone(self, wire: Wire) -> None:
        """The holder died."""
        self._is_gone = True
        self._detach(wire)
        self._recover()

    def _recover(self) -> None:
        """Kill and see dead what a dead holder held, and tell what is known of each child. It may be tried again."""
        events, complete = recover(self.folder)
        cause = cause_of_death(self.folder)
        if complete:
            self._tell_unbegun({event.key for event in events})
        self._behind.clear()
        self._unsettled.holder_died(self._unheard)
        if self._program is not None:
            self._program.wait(PATIENCE_S)
        self._program, self._is_gone = None, False
        for event in events:
            if event.key in self._unheard:
                self._unheard.discard(event.key)
                self._keep(event.key, event)
        for key in sorted(self._unheard):
            self._keep(key, lost(key, cause))
        self._unheard.clear()

    def _tell_unbegun(self, known: set[str]) -> None:
        """What waited and is on no record was not started."""
        for key in self._behind - known:
            self._unheard.discard(key)
            self._keep(key, Unbegun(key, _now()))


def _now() -> datetime:
    return from_ms(time.time_ns() // 1_000_000)
