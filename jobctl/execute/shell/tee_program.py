"""The program beside a wrapped command: `python -ISE tee_program.py LOG MOST_BYTES FROM:TO..`.

Each pipe FROM is copied to the descriptor TO as it comes, and to the log. It is a process of its own, so that the
command can go on writing when the one that wrapped it is killed. It needs the standard library and the rooms
`jobctl.execute.holder_program` beside it, nothing else.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobctl.execute.holder_program.log import Log

_PIECE = 64 * 1024
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


class Record:
    """The log, for several threads; without one, nothing is kept. `lost`: why a target did not take something."""

    def __init__(self, log: Log | None) -> None:
        self.lost: OSError | None = None
        self._log = log
        self._mutex = threading.Lock()

    def write(self, data: bytes) -> None:
        """Append."""
        if self._log is None:
            return
        with self._mutex:
            self._log.write(data)

    def finish(self) -> None:
        """Nothing more comes."""
        if self._log is not None:
            self._log.finish()


def copy(source: int, target: int, record: Record) -> None:
    """Copy to the end. When nobody reads the target any more, the command hears of it as if there were no pipe."""
    from jobctl.execute.holder_program.journal import write_all

    while data := os.read(source, _PIECE):
        record.write(data)
        try:
            write_all(target, data)
        except BrokenPipeError:
            break
        except OSError as error:
            # A full disk behind the target takes nothing from the log, nor from what comes later.
            record.lost = error
    os.close(source)


def _open(path: str, most_bytes: int) -> Log | None:
    from jobctl.execute.holder_program.log import Log

    try:
        return Log(path, most_bytes)
    except OSError as error:
        os.write(2, f"warning: the output is not recorded: {path}: {os.strerror(error.errno or 0)}\n".encode())
        return None


def main(path: str, most_bytes: int, pairs: Sequence[tuple[int, int]]) -> int:
    """Copy every pair to its end; the exit status: 1 if a target did not take all.

    A stop of the caller is no end: the command decides when there is nothing more.
    """
    for number in _STOPS:
        signal.signal(number, signal.SIG_IGN)
    record = Record(_open(path, most_bytes))
    threads = [threading.Thread(target=copy, args=(*pair, record)) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    record.finish()
    if record.lost is None:
        return 0
    with suppress(OSError):
        reason = os.strerror(record.lost.errno or 0)
        os.write(2, f"warning: what the command printed could not be passed on: {reason}\n".encode())
    return 1


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    numbers = [pair.partition(":") for pair in sys.argv[3:]]
    sys.exit(main(sys.argv[1], int(sys.argv[2]), [(int(source), int(target)) for source, _, target in numbers]))
