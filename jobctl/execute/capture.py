"""What a worker prints: a memory file that is its stdout and stderr, and the log file it becomes."""

import fcntl
import os
from pathlib import Path

from jobctl.execute.holding.kernel import punch_hole
from jobctl.execute.worker_program._jobctl_worker.files import open_log, write_all
from jobctl.execute.worker_program._jobctl_worker.output import Output

_PAGE = 4096
_SLACK = 1024 * 1024


class Capture:
    """The daemon's side of the memory file.

    The worker writes the log file of a call when it ends, or sends what is little with its result. While a call lasts,
    `copy` writes the beginning of that very file, for whoever follows it: then `finish` writes the rest. After the
    death of a worker, and where the worker may not write, `save` writes it.
    """

    def __init__(self) -> None:
        self.fd = os.memfd_create("jobctl-output")
        fcntl.fcntl(self.fd, fcntl.F_SETFL, os.O_APPEND)
        self._path = Path()
        self._output = Output(self.fd, 0, [])
        self._taken = 0
        self._written = 0
        self._hole = 0

    def begin(self, path: Path, limit: int, secrets: list[str]) -> None:
        """From now on it holds what belongs into the log `path`."""
        self._path = path
        self._output = Output(self.fd, limit, secrets)
        self._taken = self._written = self._hole = 0

    def copy(self) -> None:
        """Bring the log file up to date as far as it is certain what will be in it. Raises OSError."""
        output = self._output
        size = output.size()
        end = min(size, output.half + output.longest - 1)
        for taken, block in output.masked(self._taken, end, final=False):
            self._append(block)
            self._taken = taken
        self._bound(size)

    def finish(self, output: bytes) -> bool:
        """Write the rest of a log file that was begun, of which `output` is the whole; False if there is none. Raises
        OSError."""
        if self._written:
            self._append(output[self._written :])
        return self._written > 0

    def save(self) -> None:
        """Write the log file of a call that has ended, and begin empty again. Raises OSError."""
        if self._output.size():
            self._output.save(str(self._path))
        self.empty()

    def empty(self) -> None:
        """Forget what was printed."""
        os.ftruncate(self.fd, 0)

    def last_line(self) -> str:
        """The last line that says something."""
        size = self._output.size()
        text = os.pread(self.fd, _PAGE, max(size - _PAGE, 0)).decode(errors="backslashreplace")
        lines = [line for line in text.splitlines() if line.strip()]
        return lines[-1].strip() if lines else ""

    def close(self) -> None:
        """Let go of the memory."""
        os.close(self.fd)

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

    def _bound(self, size: int) -> None:
        """Give back the memory of what will be cut out of the log."""
        output = self._output
        margin = output.half + output.longest + _PAGE
        start, end = margin // _PAGE * _PAGE, (size - margin) // _PAGE * _PAGE
        if end - max(start, self._hole) >= _SLACK:
            punch_hole(self.fd, start, end - start)
            self._hole = end
