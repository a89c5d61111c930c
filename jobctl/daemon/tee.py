"""Copies what jobs write to a stream of our own, for containers and for `jobctl run`."""

from collections.abc import Callable
from datetime import datetime, timedelta

from jobctl.execute.folder import StateFolder
from jobctl.execute.log_file import Follow
from jobctl.model.claim import ClaimKey

PERIOD = timedelta(milliseconds=100)


class Tee:
    """Follows the log of every attempt from its start to its end."""

    def __init__(self, folder: StateFolder, write: Callable[[bytes], None]) -> None:
        self._folder = folder
        self._write = write
        self._following: dict[ClaimKey, Follow] = {}

    def begin(self, key: ClaimKey) -> None:
        """An attempt starts."""
        self._following[key] = Follow(self._folder.log(key.run_id, key.fence))

    def end(self, key: ClaimKey, output: bytes | None) -> None:
        """An attempt is over: pass on the rest, or the `output` that is in no log."""
        follow = self._following.pop(key, None)
        if follow is not None:
            self._pass_on(follow)
            follow.close()
        if output is not None:
            self._write(output)

    def tick(self, now: datetime) -> datetime:
        """Pass on what is new; when to come again."""
        for follow in self._following.values():
            self._pass_on(follow)
        return now + PERIOD

    def _pass_on(self, follow: Follow) -> None:
        while chunk := follow.read():
            self._write(chunk)
