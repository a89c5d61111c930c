"""A real terminal around a real process."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
from collections.abc import Mapping, Sequence
from types import TracebackType

from tests.kit.until import until


class Terminal:
    """Runs a command on a pseudo-terminal; `text` is everything it has written."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], columns: int = 80, rows: int = 24) -> None:
        self.master, self._slave = pty.openpty()
        self._resize(columns, rows)
        self.before = termios.tcgetattr(self._slave)
        self._written = b""
        self._status: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            self._become(argv, env)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.master)
        os.close(self._slave)

    @property
    def text(self) -> str:
        """What was written so far."""
        while select.select([self.master], [], [], 0)[0]:
            self._written += os.read(self.master, 65536)
        return self._written.decode(errors="replace")

    def forget(self) -> None:
        """Look only at what comes from now on."""
        assert self.text is not None
        self._written = b""

    def press(self, keys: str) -> None:
        """Type something."""
        os.write(self.master, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size."""
        self._resize(columns, rows)
        os.kill(self.pid, signal.SIGWINCH)

    def settings(self) -> list[object]:
        """How the terminal is set now."""
        return termios.tcgetattr(self._slave)

    def see(self, what: str) -> None:
        """Wait until it has written `what`."""
        until(lambda: what in self.text, f"the terminal shows {what!r}")

    def ended(self) -> int:
        """Wait for the end of the process: its exit status, negative for a signal."""
        until(self._reap, "the process ends")
        assert self._status is not None
        return os.waitstatus_to_exitcode(self._status)

    def _reap(self) -> bool:
        assert self.text is not None
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid:
            self._status = status
        return pid != 0

    def _resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _become(self, argv: Sequence[str], env: Mapping[str, str]) -> None:
        try:
            os.setsid()
            fcntl.ioctl(self._slave, termios.TIOCSCTTY, 0)
            for fd in (0, 1, 2):
                os.dup2(self._slave, fd)
            os.execve(argv[0], list(argv), dict(env))
        finally:
            os._exit(127)
