"""Copies what jobs write to a stream of our own, for containers and for `jobctl run`."""

import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from jobctl.daemon.journal import LOGGER
from jobctl.execute.log_file import Follow
from jobctl.execute.state_folder import StateFolder
from jobctl.model.claim import Claim, ClaimKey
from jobctl.model.errors import told
from jobctl.model.run import Enqueued
from jobctl.model.settlement import Settlement

PERIOD = timedelta(milliseconds=100)
MOST = 100
Write = Callable[[bytes], bytes | None]
"""Writes to the stream; what it did not take yet, None for nothing. Raises OSError where it takes nothing any more."""
_log = logging.getLogger(LOGGER)


class _Source(Protocol):
    def read(self) -> bytes:
        """A piece of what is new; empty if there is nothing now."""

    def close(self) -> None:
        """Let go of it."""


class _Said:
    """Output that is in no file."""

    def __init__(self, output: bytes) -> None:
        self._output = output

    def read(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def close(self) -> None:
        self._output = b""


class Tee:
    """The `Observer` that follows the log of every attempt from its start to its end.

    What the stream does not take now it is given later, of the last `MOST` that have ended. The output of those before,
    and what a stream refuses that has no reader or no room, is in their logs alone; that is told once.
    """

    def __init__(self, folder: StateFolder, write: Write) -> None:
        self._folder = folder
        self._write = write
        self._following: dict[ClaimKey, Follow] = {}
        self._ended: deque[_Source] = deque()
        self._left = b""
        self._warned = False

    def pending(self) -> bool:
        """True while there is output of ended attempts that the stream has not taken."""
        return bool(self._left or self._ended)

    def started(self, claim: Claim, now: datetime) -> None:
        """An attempt starts."""
        self._following[claim.key] = Follow(self._folder.log(claim.run_id, claim.fence))

    def ended(self, claim: Claim, settlement: Settlement, now: datetime) -> None:
        """An attempt is over: pass on the rest, or its output that is in no log."""
        follow = self._following.pop(claim.key, None)
        if follow is not None:
            self._ended.append(follow)
        if settlement.output is not None:
            self._ended.append(_Said(settlement.output))
        self._pass_on_ended()
        while len(self._ended) > MOST:
            self._ended.popleft().close()
            self._warn("it is not read")

    def skipped(self, record: Enqueued, now: datetime) -> None:
        """What was not executed has said nothing."""

    def shift(self, by: timedelta) -> None:
        """Nothing here hangs on the clock."""

    def tick(self, now: datetime) -> datetime | None:
        """Pass on what is new; when to come again."""
        if self._pass_on_ended():
            for follow in self._following.values():
                self._pass_on(follow)
        return now + PERIOD if self._following or self.pending() else None

    def _put(self, data: bytes) -> None:
        try:
            self._left = self._write(data) or b""
        except OSError as error:
            self._left = b""
            self._warn(told(error))

    def _warn(self, why: str) -> None:
        if not self._warned:
            _log.warning("nobody takes the copy of what jobs write, it is in their logs alone: %s", why)
        self._warned = True

    def _pass_on_ended(self) -> bool:
        """Pass on what is left of attempts that have ended; whether the stream took it all."""
        if self._left:
            self._put(self._left)
        while self._ended and self._pass_on(self._ended[0]):
            self._ended.popleft().close()
        return not self.pending()

    def _pass_on(self, source: _Source) -> bool:
        while not self._left and (piece := source.read()):
            self._put(piece)
        return not self._left
