"""Whether a holder goes on: a job can halt it by a signal, and then no child is started, stopped or heard of."""

import logging
import signal
import socket
import struct
from datetime import datetime, timedelta

from jobctl.execute.holder_program import proc as tree

LOOK_EVERY = timedelta(seconds=1)
TELL_EVERY = timedelta(minutes=1)
_TRACED = b"t"
_CREDENTIALS = "3i"
_log = logging.getLogger("jobctl.execute")


class Pulse:
    """Looks at the process of a holder now and then, lets it go on where it was stopped, and says so."""

    def __init__(self, pid: int) -> None:
        """`pid` is 0 where the process cannot be seen: then nothing is done."""
        facts = tree.stat(pid) if pid > 0 else None
        self._pid = pid
        self._started = None if facts is None else facts.started
        self._look_at: datetime | None = None
        self._tell_at: datetime | None = None

    def look(self, now: datetime) -> None:
        """To be called while something is expected of it; once a second its state is read."""
        if self._look_at is not None and self._look_at - LOOK_EVERY <= now < self._look_at:
            return
        self._look_at = now + LOOK_EVERY
        facts = None if self._started is None else tree.stat(self._pid)
        if facts is None or facts.started != self._started:
            return
        if facts.stopped:
            self._tell(now, "the process that holds jobs was stopped by a signal; it is continued (pid %d)")
            tree.send(self._pid, self._started, signal.SIGCONT)
        elif facts.state == _TRACED:
            self._tell(now, "the process that holds jobs is halted by a debugger, and all shell jobs with it (pid %d)")

    def _tell(self, now: datetime, what: str) -> None:
        if self._tell_at is None or not self._tell_at - TELL_EVERY <= now < self._tell_at:
            self._tell_at = now + TELL_EVERY
            _log.warning(what, self._pid)


def pid_of_peer(sock: socket.socket) -> int:
    """The process that listened at the other end; 0 where it is in another namespace of pids."""
    said = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize(_CREDENTIALS))
    pid, _, _ = struct.unpack(_CREDENTIALS, said)
    return int(pid)
