"""Reading what attempts wrote, also while they write it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from jobctl.execute.folder import StateFolder
from jobctl.execute.holding.cut import cut_mark

_PIECE = 64 * 1024
_BLOCK = 512


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
        elif tail := _tail(output, tail_lines):
            yield tail

    def last(self, run_id: int, count: int) -> bytes:
        """The last `count` bytes of the newest output of a run; empty if it wrote nothing."""
        attempt = self.newest(run_id)
        if attempt is None:
            return b""
        output = self._kept.output(run_id, attempt)
        return _end_of_file(self.folder.log(run_id, attempt), count) if output is None else output[-count:]

    def follow(self, run_id: int, attempt: int, tail_lines: int | None = None) -> "Following":
        """What an attempt writes from now on, after what it has written or the last lines of that."""
        return Following(
            Follow(self.folder.log(run_id, attempt)), lambda: self._kept.output(run_id, attempt), tail_lines
        )


class Following:
    """One attempt's output as it comes; what is kept in its row is there when the attempt is over."""

    def __init__(self, log: "Follow", kept: Callable[[], bytes | None], tail_lines: int | None) -> None:
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
            if tail := _tail(output or b"", self._tail_lines):
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


def read(path: Path, tail_lines: int | None = None) -> Iterator[bytes]:
    """What is in a log now, or its last lines, in pieces of bounded size; nothing if there is no log."""
    follow = Follow(path)
    try:
        if tail_lines is not None:
            follow.skip_to_tail(tail_lines)
        while piece := follow.read():
            yield piece
    finally:
        follow.close()


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


class Follow:
    """Reads a log from its beginning as it grows; memory is bounded, whatever the lines are.

    The file may not exist yet. Where its middle was cut away a mark says how much. When it is replaced by its cut
    version at the end of the attempt, what was not read yet is read from there. When it is deleted, no more comes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None
        self._at = 0

    def read(self) -> bytes:
        """At most 64 KiB of what is new; empty if there is nothing now."""
        if not self._open():
            return b""
        return self._piece() or (self._piece() if self._replaced() else b"")

    def skip_to_tail(self, lines: int) -> None:
        """Begin with the last `lines` lines of what is there now."""
        if self._open():
            self._at = self._start_of_tail(lines)

    def close(self) -> None:
        """Let go of the file."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _open(self) -> bool:
        if self._fd is None:
            try:
                self._fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            except FileNotFoundError:
                return False
        return True

    def _piece(self) -> bytes:
        assert self._fd is not None
        facts = os.fstat(self._fd)
        if facts.st_size < self._at:
            # Somebody has truncated it to rotate it, as `tail -f` knows it.
            self._at = 0
        count = _PIECE
        if self._at < facts.st_size and facts.st_blocks * _BLOCK < facts.st_size:
            cut = self._hole(facts.st_size)
            if cut:
                return cut
            count = min(count, os.lseek(self._fd, self._at, os.SEEK_HOLE) - self._at)
        piece = os.pread(self._fd, count, self._at)
        self._at += len(piece)
        return piece

    def _hole(self, size: int) -> bytes:
        """Step over a hole at the place of reading: the mark that stands for it; empty if there is none."""
        assert self._fd is not None
        try:
            data = os.lseek(self._fd, self._at, os.SEEK_DATA)
        except OSError:
            data = size
        missing = data - self._at
        self._at = data
        return cut_mark(missing) if missing else b""

    def _replaced(self) -> bool:
        """True when another file has come under the name: reading goes on in it where it was, or at its end."""
        assert self._fd is not None
        old = os.fstat(self._fd)
        try:
            new = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError:
            return False
        facts = os.fstat(new)
        if (facts.st_dev, facts.st_ino) == (old.st_dev, old.st_ino):
            os.close(new)
            return False
        os.close(self._fd)
        self._fd, self._at = new, min(self._at, facts.st_size)
        return True

    def _start_of_tail(self, lines: int) -> int:
        """Where the last `lines` lines begin, found from the end in pieces; a last line may lack its newline."""
        assert self._fd is not None
        end = os.fstat(self._fd).st_size
        wanted = lines + (os.pread(self._fd, 1, max(end - 1, 0)) == b"\n")
        if lines <= 0:
            return end
        while end > 0:
            start = max(0, end - _PIECE)
            piece = os.pread(self._fd, end - start, start)
            found = piece.count(b"\n")
            if found >= wanted:
                return start + _nth_from_end(piece, wanted) + 1
            wanted -= found
            end = start
        return 0


def _tail(output: bytes, lines: int | None) -> bytes:
    """The last lines of output that is all there, None: all of it; a last line may lack its newline."""
    if lines is None:
        return output
    wanted = lines + output.endswith(b"\n")
    if lines <= 0 or output.count(b"\n") < wanted:
        return output if lines > 0 else b""
    return output[_nth_from_end(output, wanted) + 1 :]


def _end_of_file(path: Path, count: int) -> bytes:
    try:
        with path.open("rb") as log:
            log.seek(max(0, os.fstat(log.fileno()).st_size - count))
            return log.read(count)
    except FileNotFoundError:
        return b""


def _nth_from_end(piece: bytes, count: int) -> int:
    """Where the `count`th newline from the end is."""
    at = len(piece)
    for _ in range(count):
        at = piece.rindex(b"\n", 0, at)
    return at


def _attempt(path: Path, run_id: int) -> int | None:
    number = path.name.removeprefix(f"{run_id}.").removesuffix(".log")
    return int(number) if number.isdecimal() else None
