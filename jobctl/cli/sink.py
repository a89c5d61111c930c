"""Where a job's output goes: bytes into a pipe, harmless text onto a terminal."""

import sys

from jobctl.cli.render.paint import coloured
from jobctl.cli.render.stream import Stream


class Sink:
    """Writes output to stdout as it comes; `raw` passes bytes on to a terminal too."""

    def __init__(self, *, raw: bool) -> None:
        self.wrote = False
        self._stream = Stream(colour=coloured()) if sys.stdout.isatty() and not raw else None

    def write(self, chunk: bytes) -> None:
        """Show `chunk` now."""
        self.wrote = True
        if self._stream is None:
            sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
        else:
            self._show(self._stream.feed(chunk))

    def end(self) -> None:
        """Show what was kept back, and end any colour."""
        if self._stream is not None:
            self._show(self._stream.end())

    def _show(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()
