"""The holder: operations from the daemon come in, events go out, and it ends when nobody needs it."""

from __future__ import annotations

import fcntl
import os
import signal
import socket

from jobctl.execute.holder_program import journal, launch, spawning
from jobctl.execute.holder_program import proc as tree
from jobctl.execute.holder_program.journal import Journal
from jobctl.execute.holder_program.kernel import become_subreaper
from jobctl.execute.holder_program.launch import PYTHON_IGNORES
from jobctl.execute.holder_program.peer import ERRORS, PROTOCOL, SOCKET, Peer, is_same_user, listen
from jobctl.execute.holder_program.supervisor import Care
from jobctl.execute.holder_program.watch import Watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FIRST_FREE_FD = 10
_WRITE_AGAIN_MS = 1_000
_HEARD = {
    signal.SIGCHLD,
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGTERM,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGIO,
}


def main(folder: str, client_fd: int, *, nohup: bool) -> None:
    """Hold children until there are none and nobody is connected; then remove `folder`.

    It stays if there are ends that nobody has settled: its journal tells them. With `nohup` children ignore the signals
    that this process was started to ignore, and block those that it was started to block; without, each signal does to
    them what it does by default.
    """
    os.chdir("/")
    os.umask(0o077)
    become_subreaper()
    client = socket.socket(fileno=fcntl.fcntl(client_fd, fcntl.F_DUPFD_CLOEXEC, _FIRST_FREE_FD))
    os.close(client_fd)
    os.dup2(0, spawning.PROGRESS_FD, inheritable=False)
    tree.reserve_descriptor()
    program = Program(folder, client, nohup=nohup)
    program.run()
    if not program.has_to_tell:
        _remove(folder)


class Program:
    """A holder at work: at most one daemon is connected; a second one takes over."""

    def __init__(self, folder: str, client: socket.socket, *, nohup: bool) -> None:
        token = os.urandom(8).hex()
        facts = tree.stat(os.getpid())
        self._folder = folder
        self._token = token
        where = f"{tree.boot_id()} {tree.pid_namespace()}"
        self._journal = Journal(folder, token, where, os.getpid(), facts.started if facts is not None else 0)
        self._watch = Watch()
        self._care = Care(token, self._journal, self._watch, self._tell)
        self._peer: Peer | None = None
        self._sending = False
        self._ending = False
        self._wake = _hear_signals(nohup=nohup)
        self._listener = listen(folder)
        self._watch.add(self._wake, self._reap)
        self._watch.add(self._listener.fileno(), self._accept)
        self._welcome(client)

    def run(self) -> None:
        """Go on until the holder is not needed any more."""
        self._write()
        while not self._superfluous():
            self._watch.wait(self._patience_ms())
            self._care.upkeep()
            self._write()

    @property
    def has_to_tell(self) -> bool:
        """There are ends that nobody has settled."""
        return bool(self._care.ended)

    def _superfluous(self) -> bool:
        """Without a daemon nobody need stay for the ends: perhaps none ever comes, and the journal tells them too."""
        if self._care.family.by_key or self._care.outliving:
            return False
        if self._peer is not None:
            return self._ending and not self.has_to_tell
        gone = not os.path.exists(self._folder)  # noqa: PTH110 - pathlib is slow to import
        return self._journal.written or gone

    def _patience_ms(self) -> int | None:
        """How long to wait at the most."""
        due = self._care.patience_ms
        if self._journal.written:
            return due
        return _WRITE_AGAIN_MS if due is None else min(due, _WRITE_AGAIN_MS)

    def _write(self) -> None:
        """The journal first: what the daemon hears is on record."""
        if self._journal.long:
            self._journal.compact(self._care.journal_lines())
        self._journal.flush()
        if self._peer is not None:
            self._peer.flush()
            self._care.is_behind = self._peer.behind
            if self._peer.pending != self._sending:
                self._sending = self._peer.pending
                self._watch.want_to_write(self._peer.sock.fileno(), wanted=self._sending)

    def _reap(self) -> None:
        try:
            os.read(self._wake, 65536)
        except BlockingIOError:
            return
        self._care.reap()

    def _accept(self) -> None:
        """Another daemon comes; what the former one has asked for is done before it is let go."""
        try:
            sock, _ = self._listener.accept()
        except OSError:
            # Given up by the other side, or no descriptor is free: it may try again.
            return
        if not is_same_user(sock):
            sock.close()
            return
        self._hear(everything=True)
        if self._peer is not None:
            self._peer.send(["taken"])
            self._peer.flush()
            self._part()
        self._welcome(sock)

    def _welcome(self, sock: socket.socket) -> None:
        self._peer = Peer(sock)
        self._sending = False
        self._watch.add(sock.fileno(), self._hear)
        self._peer.send(["hello", PROTOCOL, self._care.live(), self._care.untold()])
        self._care.is_behind = False

    def _part(self) -> None:
        """The daemon is gone: what only it could use is killed, what waits is never started, the rest goes on."""
        if self._peer is not None:
            self._watch.forget(self._peer.sock.fileno())
            self._peer.close()
            self._peer = None
            self._care.waiting.clear()
            self._care.is_behind = True
            self._care.kill_workers()

    def _hear(self, *, everything: bool = False) -> None:
        """Do everything that has been asked for; what will be started is on record before."""
        peer = self._peer
        if peer is None:
            return
        operations = peer.read(everything=everything)
        for operation in operations:
            if operation[0] == "spawn":
                self._journal.add(["I", operation[1]["key"]])
        self._journal.flush()
        for operation in operations:
            self._obey(operation, peer)
        if peer.ended:
            self._part()

    def _obey(self, operation: list[Any], peer: Peer) -> None:
        match operation:
            case ["spawn", spec]:
                self._care.spawn(spec, peer.take_fds(spec["fds"]))
            case ["behind", most, spec]:
                self._care.spawn_behind(spec, most)
            case ["allow", most]:
                self._care.allow(most)
            case ["recall", *keys]:
                self._care.recall(keys)
            case ["kill", key, number, why]:
                self._care.kill(key, number, why)
            case ["forget", *keys]:
                self._care.forget(keys)
            case ["end"]:
                self._ending = True

    def _tell(self, event: str) -> None:
        if self._peer is not None:
            self._peer.send_text(event)
            self._care.is_behind = self._peer.behind


def _hear_signals(*, nohup: bool) -> int:
    """Wake up for ended children; what else comes does not end the holder. A handler is no child's: see `main`."""
    reader, writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    ignored = [number for number in signal.valid_signals() if signal.getsignal(number) == signal.SIG_IGN]
    for number in {*_HEARD, *ignored} - PYTHON_IGNORES:
        if number == signal.SIGCHLD or not (nohup and number in ignored):
            signal.signal(number, (lambda *_: None) if number in _HEARD else signal.SIG_DFL)
    blocked = signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if nohup:
        launch.blocked += sorted(blocked)
    return reader


def _remove(folder: str) -> None:
    try:
        for name in (SOCKET, ERRORS, journal.NAME):
            os.unlink(os.path.join(folder, name))  # noqa: PTH108, PTH118
        os.rmdir(folder)  # noqa: PTH106
    except OSError:
        # Somebody has cleared up before, or has put something of his own there.
        return
