"""Where a job's output goes: bytes into a pipe, harmless text onto a terminal."""

import sys
from typing import TextIO

from jobctl.cli.render.paint import coloured
from jobctl.cli.render.stream import Stream


class Sink:
    """Writes output to stdout as it comes, or to another stream; `raw` passes bytes on to a terminal too."""

    def __init__(self, *, raw: bool, to: TextIO | None = None) -> None:
        self.wrote = False
        self._to = sys.stdout if to is None else to
        self._stream = Stream(colour=coloured()) if self._to.isatty() and not raw else None

    def write(self, chunk: bytes) -> None:
        """Show `chunk` now."""
        self.wrote = True
        if self._stream is None:
            self._to.buffer.write(chunk)
            self._to.buffer.flush()
        else:
            self._show(self._stream.feed(chunk))

    def end(self) -> None:
        """Show what was kept back, and end any colour."""
        if self._stream is not None:
            self._show(self._stream.end())

    def _show(self, text: str) -> None:
        self._to.write(text)
        self._to.flush()
