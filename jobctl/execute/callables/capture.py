"""What a worker prints: a pipe that is its stdout and stderr, the memory file behind it, the log file it becomes."""

import fcntl
import os
import sys
import termios
from contextlib import ExitStack
from pathlib import Path

from jobctl.execute.worker_program._jobctl_worker.files import open_log, write_all
from jobctl.execute.worker_program._jobctl_worker.output import Output

_PAGE = 4096
_SLACK = 1024 * 1024
# Others that a call has started may print without end.
_AT_ONCE = 16


class Capture:
    """The daemon's side of the pipe and the memory file.

    The worker takes what is in the pipe into the memory file. When a call ends it writes the log file, or sends what is
    little with its result. While a call lasts, `copy` writes the beginning of that very file, for whoever follows it:
    then `finish` writes the rest. After the death of a worker, and where the worker may not write, `save` writes it.
    """

    def __init__(self) -> None:
        self.fd = os.memfd_create("jobctl-output")
        fcntl.fcntl(self.fd, fcntl.F_SETFL, os.O_APPEND)
        with ExitStack() as opened:
            opened.callback(os.close, self.fd)
            self.pipe, self._writer = os.pipe2(os.O_CLOEXEC)
            opened.callback(os.close, self.pipe)
            opened.callback(os.close, self._writer)
            # Opened once more: what a job does to its own end, as having it wait, is not to be done to this one.
            self._reader = os.open(f"/proc/self/fd/{self.pipe}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            opened.pop_all()
        os.set_blocking(self.pipe, False)
        self._was_full = False
        self._path = Path()
        self._output = Output(self.fd, 0, [])
        self._taken = 0
        self._written = 0

    def begin(self, path: Path, limit: int, secrets: list[str]) -> None:
        """From now on it holds what belongs into the log `path`."""
        self._path = path
        self._output = Output(self.fd, limit, secrets)
        self._taken = self._written = 0

    def writer(self, user: int | None) -> int:
        """The end for a worker of that user (None: the daemon's own): it and what it starts may open it again."""
        if user is not None and user != os.geteuid():
            os.fchown(self._writer, user, -1)
        return self._writer

    def hand_over(self) -> None:
        """The worker has its end: close it here."""
        if self._writer >= 0:
            os.close(self._writer)
            self._writer = -1

    def copy(self) -> None:
        """Bring the log file up to date as far as it is certain what will be in it. Raises OSError.

        Where the pipe stays full the worker cannot take anything: code in C prints, and lets no thread run.
        """
        size = fcntl.fcntl(self.pipe, fcntl.F_GETPIPE_SZ)
        full = self._in_pipe() > size - _PAGE
        if full and self._was_full:
            self._make_room(size)
        self._was_full = full
        output = self._output
        size = output.size()
        end = min(size, output.half + output.longest - 1)
        for taken, block in output.masked(self._taken, end, final=False):
            self._append(block)
            self._taken = taken

    def finish(self, output: bytes) -> bool:
        """Write the rest of a log file that was begun, of which `output` is the whole; False if there is none. Raises
        OSError."""
        if self._written:
            self._append(output[self._written :])
        return self._written > 0

    def save(self) -> None:
        """Write the log file of a call that has ended, and begin empty again. Raises OSError."""
        self._drain()
        if self._output.size():
            self._output.save(str(self._path))
        self.empty()

    def empty(self) -> None:
        """Forget what was printed."""
        os.ftruncate(self.fd, 0)

    def last_line(self) -> str:
        """The last line that says something."""
        self._drain()
        size = self._output.size()
        text = os.pread(self.fd, _PAGE, max(size - _PAGE, 0)).decode(errors="backslashreplace")
        lines = [line for line in text.splitlines() if line.strip()]
        return lines[-1].strip() if lines else ""

    def close(self) -> None:
        """Let go of the pipe and the memory."""
        self.hand_over()
        for fd in (self._reader, self.pipe, self.fd):
            os.close(fd)

    def _make_room(self, size: int) -> None:
        try:
            fcntl.fcntl(self.pipe, fcntl.F_SETPIPE_SZ, 2 * size)
        except OSError:
            # No larger one is allowed: what is taken here may come after what the worker takes at this very moment.
            self._drain()

    def _in_pipe(self) -> int:
        count = bytearray(4)
        fcntl.ioctl(self.pipe, termios.FIONREAD, count)
        return int.from_bytes(count, sys.byteorder)

    def _drain(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                data = os.read(self._reader, _SLACK)
            except BlockingIOError:
                return
            if not data:
                return
            write_all(self.fd, data)

    def _append(self, block: bytes) -> None:
        if not block:
            return
        log = open_log(str(self._path))
        try:
            os.lseek(log, self._written, os.SEEK_SET)
            write_all(log, block)
        finally:
            os.close(log)
        self._written += len(block)
