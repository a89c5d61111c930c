"""The output of attempts, wherever it is: in log files and in rows."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from jobctl.execute.log_file import Follow, last_bytes, last_lines, read
from jobctl.execute.state_folder import StateFolder


class Kept(Protocol):
    """Where the output of attempts is that have printed little: the store."""

    def output(self, run_id: int, attempt: int) -> bytes | None:
        """What is kept of an attempt, if anything."""

    def newest_output(self, run_id: int) -> int | None:
        """The newest attempt of which something is kept."""


class Logs:
    """The output of every attempt: a log file in `folder`, or little of it `kept` in its row. Never both; were there a
    file left over from another run of that number, the row counts."""

    def __init__(self, folder: StateFolder, kept: Kept) -> None:
        self.folder = folder
        self._kept = kept

    def newest(self, run_id: int, attempts: int | None = None) -> int | None:
        """The number of the newest attempt of a run that wrote something; None if none did.

        `attempts`: how many the run has had, if that is known; files of more are another run's that had its number.
        """
        numbers = (newest_file(self.folder, run_id, attempts), self._kept.newest_output(run_id))
        return max((number for number in numbers if number is not None), default=None)

    def read(self, run_id: int, attempt: int, tail_lines: int | None = None) -> Iterator[bytes]:
        """What an attempt has written until now, or its last lines, in pieces of bounded size."""
        output = self._kept.output(run_id, attempt)
        if output is None:
            yield from read(self.folder.log(run_id, attempt), tail_lines)
        elif tail := last_lines(output, tail_lines):
            yield tail

    def last(self, run_id: int, count: int) -> bytes:
        """The last `count` bytes of the newest output of a run; empty if it wrote nothing."""
        attempt = self.newest(run_id)
        if attempt is None:
            return b""
        output = self._kept.output(run_id, attempt)
        return last_bytes(self.folder.log(run_id, attempt), count) if output is None else output[-count:]

    def follow(self, run_id: int, attempt: int, tail_lines: int | None = None) -> "Following":
        """What an attempt writes from now on, after what it has written or the last lines of that."""
        return Following(
            Follow(self.folder.log(run_id, attempt)), lambda: self._kept.output(run_id, attempt), tail_lines
        )


class Following:
    """One attempt's output as it comes; what is kept in its row is there when the attempt is over."""

    def __init__(self, log: Follow, kept: Callable[[], bytes | None], tail_lines: int | None) -> None:
        self._log = log
        self._kept = kept
        self._tail_lines = tail_lines
        self._over = self._in_row = False
        if tail_lines is not None:
            log.skip_to_tail(tail_lines)

    def pieces(self, *, over: bool) -> Iterator[bytes]:
        """What is new, until there is nothing now. `over`: the attempt had ended before this was called."""
        if over and not self._over:
            self._over = True
            output = self._kept()
            self._in_row = output is not None
            if tail := last_lines(output or b"", self._tail_lines):
                yield tail
        self._tail_lines = None
        while not self._in_row and (piece := self._log.read()):
            yield piece

    def close(self) -> None:
        """Let go of the file."""
        self._log.close()


def newest_file(folder: StateFolder, run_id: int, attempts: int | None = None) -> int | None:
    """The number of the newest attempt of a run, among its first `attempts`, that has a log file; None if none has."""
    home = folder.log(run_id, 1).parent
    found = (_attempt(path, run_id) for path in home.glob(f"{run_id}.*.log"))
    numbers = (number for number in found if number is not None)
    return max((number for number in numbers if attempts is None or number <= attempts), default=None)


def remove_logs(folder: StateFolder, run_id: int, attempts: int) -> None:
    """Delete the logs of attempts 1 to `attempts`, and their folder with the last of them."""
    for attempt in range(1, attempts + 1):
        folder.log(run_id, attempt).unlink(missing_ok=True)
    home = folder.log(run_id, 1).parent
    try:
        home.rmdir()
    except OSError:
        # Other runs have logs in it.
        return


def _attempt(path: Path, run_id: int) -> int | None:
    number = path.name.removeprefix(f"{run_id}.").removesuffix(".log")
    return int(number) if number.isdecimal() else None
