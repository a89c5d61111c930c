"""Writing the daemon's log without ever waiting for whoever reads it."""

import logging
from contextlib import suppress
from typing import TextIO

from jobctl.daemon.outlet import Outlet


class LogLines(logging.Handler):
    """Writes each line whole where the stream takes it; a line that it does not take is dropped, and counted.

    Nobody reads a full pipe, and a closed one has no reader: neither may hold up or end the daemon.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._encoding = stream.encoding or "utf-8"
        self._dropped = 0
        self._cut = b""
        try:
            self._outlet: Outlet | None = Outlet(stream.fileno())
        except OSError:
            # It is no file of the system's: it cannot make anybody wait.
            self._outlet = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, and before it how many were dropped."""
        if self._dropped and self._write(self._of_dropped(record)):
            self._dropped = 0
        if self._dropped or not self._write(record):
            self._dropped += 1

    def _of_dropped(self, record: logging.LogRecord) -> logging.LogRecord:
        text = f"{self._dropped} lines of this log were dropped: nobody read them"
        found = logging.LogRecord(record.name, logging.WARNING, "", 0, text, None, None)
        found.created = record.created
        return found

    def _write(self, record: logging.LogRecord) -> bool:
        """Whether the line was written, or as much of it as there was room for once it had begun."""
        try:
            left = f"{self.format(record)}\n".encode(self._encoding, "backslashreplace")
        except Exception as error:  # noqa: BLE001 - a line that cannot be put into words must not end anything
            left = f"a line of the log cannot be written: {type(error).__name__}\n".encode()
        line = self._cut + left
        if self._outlet is None:
            return self._hand_over(line.decode(self._encoding))
        left = line
        with suppress(OSError):
            left = self._outlet.write(line)
        begun = len(left) < len(line)
        if begun:
            self._cut = b"\n" if left else b""
        return begun

    def _hand_over(self, text: str) -> bool:
        if self._stream.closed:
            return False
        self._stream.write(text)
        return True
