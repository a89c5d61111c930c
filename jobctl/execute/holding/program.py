"""The holder's loop: operations from the daemon, ends of children, output, progress, upkeep."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import socket
import time

from jobctl.execute.holding import spawning, tree
from jobctl.execute.holding.child import Child
from jobctl.execute.holding.family import Family
from jobctl.execute.holding.journal import Journal
from jobctl.execute.holding.kernel import become_subreaper
from jobctl.execute.holding.peer import Peer, is_same_user

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

SOCKET = "socket"
ERRORS = "errors"
_SETTLED_IN_MS = 50
_PROGRESS_MS = 200
_UPKEEP_MS = 250
_KILL_AGAIN_MS = 10
_NEVER = 1 << 62


def main(folder: str, client_fd: int) -> None:
    """Hold children until there are none, nothing is left to tell, and nobody is connected; then remove `folder`."""
    os.chdir("/")
    os.umask(0o077)
    become_subreaper()
    client = socket.socket(fileno=fcntl.fcntl(client_fd, fcntl.F_DUPFD_CLOEXEC, 10))
    os.close(client_fd)
    os.dup2(0, spawning.PROGRESS_FD, inheritable=False)
    program = Program(folder, client, _hear_signals())
    program.run()
    program.remove()


class Program:
    """The state of a holder: its family of children, the ends that are not settled, the connected daemon."""

    def __init__(self, folder: str, client: socket.socket, wake: int) -> None:
        token = os.urandom(8).hex()
        facts = tree.stat(os.getpid())
        started = facts.started if facts is not None else 0
        self._folder = folder
        self._token = token
        self._family = Family(token)
        self._ended: dict[str, list[Any]] = {}
        self._journal = Journal(folder, token, tree.boot_id(), os.getpid(), started)
        self._peer: Peer | None = None
        self._pending = False
        self._ending = False
        self._upkeep_at = _NEVER
        self._epoll = select.epoll()
        self._calls: dict[int, Callable[[], None]] = {}
        self._wake = wake
        self._null = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)
        self._listener = _listen(folder)
        self._watch(wake, self._reap)
        self._watch(self._listener.fileno(), self._accept)
        self._welcome(client)

    def run(self) -> None:
        """Go on until the holder is not needed any more."""
        while not self._superfluous():
            self._write()
            for fd, _ in self._epoll.poll(self._patience()):
                call = self._calls.get(fd)
                if call is not None:
                    call()
            now = _monotonic()
            if now >= self._upkeep_at:
                self._upkeep(now)
        self._write()

    def remove(self) -> None:
        """Leave nothing behind."""
        for name in (SOCKET, ERRORS, "journal"):
            try:
                os.unlink(os.path.join(self._folder, name))  # noqa: PTH108, PTH118
            except FileNotFoundError:
                continue
        os.rmdir(self._folder)  # noqa: PTH106

    def _superfluous(self) -> bool:
        return not self._family.by_key and not self._ended and (self._ending or self._peer is None)

    def _patience(self) -> float | None:
        return None if self._upkeep_at == _NEVER else max(0, self._upkeep_at - _monotonic()) / 1000

    def _write(self) -> None:
        if self._journal.long:
            open_lines = [["P", child.key, child.pid] for child in self._family.by_key.values()]
            self._journal.compact([*open_lines, *self._ended.values()])
        self._journal.flush()
        if self._peer is not None:
            self._peer.flush()
            if self._peer.pending != self._pending:
                self._pending = self._peer.pending
                self._epoll.modify(self._peer.sock.fileno(), select.EPOLLIN | (select.EPOLLOUT * self._pending))

    def _watch(self, fd: int, call: Callable[[], None]) -> None:
        self._calls[fd] = call
        self._epoll.register(fd, select.EPOLLIN)

    def _forget_fd(self, fd: int) -> None:
        if self._calls.pop(fd, None) is not None:
            self._epoll.unregister(fd)

    # --- the daemon ---

    def _accept(self) -> None:
        sock, _ = self._listener.accept()
        if not is_same_user(sock):
            sock.close()
            return
        if self._peer is not None:
            self._hear()
        if self._peer is not None:
            self._peer.send(["taken"])
            self._peer.flush()
            self._part()
        self._welcome(sock)

    def _welcome(self, sock: socket.socket) -> None:
        self._peer = Peer(sock)
        self._pending = False
        self._watch(sock.fileno(), self._hear)
        children = self._family.by_key.values()
        held = [[c.key, c.pid, c.ticks, c.started_at, c.worker] for c in children]
        self._peer.send(["hello", self._token, os.getpid(), held, list(self._ended.values())])

    def _part(self) -> None:
        """The daemon is gone: what only it could use is killed, the rest goes on."""
        if self._peer is None:
            return
        self._forget_fd(self._peer.sock.fileno())
        self._peer.close()
        self._peer = None
        for child in list(self._family.by_key.values()):
            if child.worker:
                self._kill(child.key, signal.SIGKILL)

    def _hear(self) -> None:
        """Do everything that has been asked for."""
        peer = self._peer
        if peer is None:
            return
        operations = peer.read()
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
                self._spawn(spec, peer.take_fds(spec.get("fds", 0)))
            case ["kill", key, number]:
                self._kill(key, number)
            case ["forget", *keys]:
                for key in keys:
                    if self._ended.pop(key, None) is not None:
                        self._journal.add(["F", key])
            case ["end"]:
                self._ending = True

    def _tell(self, event: list[Any]) -> None:
        if self._peer is not None:
            self._peer.send(event)

    # --- children ---

    def _spawn(self, spec: dict[str, Any], fds: list[int]) -> None:
        key = spec["key"]
        try:
            if key in self._family.by_key or key in self._ended:
                return
            child = spawning.spawn(spec, fds, self._family.mark(key), self._null, _wall())
        except spawning.Refused as error:
            self._end(["r", key, str(error), _wall()], remember=not spec["worker"])
            return
        finally:
            for fd in fds:
                os.close(fd)
        child.born = _monotonic()
        self._family.add(child)
        self._journal.add(["P", key, child.pid])
        if child.output is not None:
            self._watch(child.output.fd, lambda: self._copy(child))
        self._look_within(0 if child.worker else _SETTLED_IN_MS)

    def _kill(self, key: str, number: int) -> None:
        child = self._family.by_key.get(key)
        if child is None:
            return
        child.asked = True
        child.killing = child.killing or number == signal.SIGKILL
        members = self._family.members(child)
        child.signal(number, members)
        if number != signal.SIGKILL:
            child.signal(signal.SIGCONT, members)
        self._look_within(_KILL_AGAIN_MS)

    def _reap(self) -> None:
        """Take the wait status of everything that has ended."""
        _drain(self._wake)
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            child = self._family.reaped(pid)
            if child is not None:
                child.status = os.waitstatus_to_exitcode(status)
                child.ended_at, child.gone = _wall(), _monotonic()
                self._look_after(child, child.gone)

    def _copy(self, child: Child) -> None:
        output = child.output
        if output is not None:
            output.read(_monotonic())
            if output.ended:
                self._forget_fd(output.fd)

    def _hear_progress(self, child: Child) -> None:
        progress = child.progress
        if progress is None:
            return
        child.news = progress.read() or child.news
        if progress.ended:
            self._forget_fd(progress.fd)
        if child.news is not None:
            self._look_within(max(0, child.news_sent + _PROGRESS_MS - _monotonic()))

    def _report(self, child: Child, now: int) -> None:
        if child.news is None or (self._peer is not None and self._peer.behind):
            return
        percent, message = child.news
        child.news, child.news_sent = None, now
        self._tell(["p", child.key, percent, None if message is None else child.mask.text(message)])

    # --- upkeep ---

    def _look_within(self, ms: int) -> None:
        self._upkeep_at = min(self._upkeep_at, _monotonic() + ms)

    def _upkeep(self, now: int) -> None:
        self._upkeep_at = _NEVER
        for child in list(self._family.by_key.values()):
            self._look_after(child, now)
        if any(child.told for child in self._family.by_key.values()):
            self._family.look_for_strays()

    def _look_after(self, child: Child, now: int) -> None:
        """Whatever it is time for in a child's life, and when to look again."""
        if child.status is not None and child.output_is_in(now) and not self._lives_on(child):
            self._finish(child, now)
        elif child.status is not None or child.killing:
            self._look_within(_KILL_AGAIN_MS if child.killing or not child.asked else _SETTLED_IN_MS)
        elif not child.told and not child.worker and now - child.born < _SETTLED_IN_MS:
            self._look_within(_SETTLED_IN_MS - (now - child.born))
        else:
            self._attend(child, now)

    def _attend(self, child: Child, now: int) -> None:
        if not child.told:
            self._introduce(child)
        if child.log is not None:
            child.log.trim()
        if child.news is not None and now - child.news_sent >= _PROGRESS_MS:
            self._report(child, now)
        if not child.worker:
            self._look_within(_UPKEEP_MS)

    def _introduce(self, child: Child) -> None:
        """A child has lived for a moment: only then is it worth telling, and its start time worth reading."""
        child.told = True
        self._tell(["s", child.key, child.pid, child.ticks, child.started_at])
        if child.progress is not None:
            self._watch(child.progress.fd, lambda: self._hear_progress(child))

    def _lives_on(self, child: Child) -> bool:
        """After a stop was asked for: True while anything of the tree lives. Two looks, since one can miss a fork."""
        if not child.asked:
            return False
        members = self._family.members(child) or self._family.members(child)
        if child.killing:
            child.signal(signal.SIGKILL, members)
        return bool(members)

    def _finish(self, child: Child, now: int) -> None:
        self._family.remove(child)
        if child.progress is not None:
            self._forget_fd(child.progress.fd)
            child.news = child.progress.last() or child.news
            self._report(child, now)
            child.progress.close()
        if child.output is not None:
            child.output.finish()
            self._linger(child)
        if child.log is not None:
            child.log.finish()
        self._end(child.ending(), remember=not child.worker)

    def _linger(self, child: Child) -> None:
        """What a job left behind may still write: it is read and thrown away, so that a full pipe does not stop it."""
        output = child.output
        if output is None:
            return
        if output.ended:
            os.close(output.fd)
            return
        fd = output.fd

        def discard() -> None:
            output.read(0)
            if output.ended:
                self._forget_fd(fd)
                os.close(fd)

        self._calls[fd] = discard

    def _end(self, event: list[Any], *, remember: bool) -> None:
        key = event[1]
        self._journal.add(event)
        if remember:
            self._ended[key] = event
        else:
            self._journal.add(["F", key])
        self._tell(event)


def _listen(folder: str) -> socket.socket:
    """Listen on the folder's socket by a path that is short wherever the folder is."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    inside = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        listener.bind(f"/proc/self/fd/{inside}/{SOCKET}")
    finally:
        os.close(inside)
    listener.listen()
    listener.setblocking(False)
    return listener


def _hear_signals() -> int:
    """Wake up for ended children; no other signal ends the holder, and children start with the default for each."""
    reader, writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    return reader


def _drain(fd: int) -> None:
    try:
        os.read(fd, 65536)
    except BlockingIOError:
        return


def _wall() -> int:
    return time.time_ns() // 1_000_000


def _monotonic() -> int:
    return time.monotonic_ns() // 1_000_000
