"""A job's output on its way to a terminal: harmless, but with its colours."""

import codecs
import re

from jobctl.decide.text.visible import SGR, visible

_UNFINISHED = re.compile(r"\x1b(?:\[[0-9;:]{0,64})?\Z")
RESET = "\x1b[0m"


class Stream:
    """Turns bytes into text in which only newlines, tabs and SGR colour act; without `colour` those are taken out."""

    def __init__(self, *, colour: bool) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._colour = colour
        self._held = ""
        self._dyed = False

    def feed(self, chunk: bytes) -> str:
        """What to write now; a sequence or character that is cut off by the end of `chunk` is kept for the next.

        >>> stream = Stream(colour=True)
        >>> stream.feed(b"\\x1b[3"), stream.feed(b"1mred\\x1b[2J")
        ('', '\\x1b[31mred\\\\x1b[2J')
        """
        text = self._held + self._decoder.decode(chunk)
        cut = _UNFINISHED.search(text)
        self._held = text[cut.start() :] if cut else ""
        return self._safe(text[: cut.start()] if cut else text)

    def end(self) -> str:
        """What is left, and the end of any colour."""
        rest = visible(self._held + self._decoder.decode(b"", final=True), lines=True)
        return rest + (RESET if self._dyed else "")

    def _safe(self, text: str) -> str:
        parts, at = [], 0
        for match in SGR.finditer(text):
            parts.append(visible(text[at : match.start()], lines=True))
            if self._colour:
                parts.append(match[0])
                self._dyed = match[0] not in (RESET, "\x1b[m")
            at = match.end()
        return "".join(parts) + visible(text[at:], lines=True)
