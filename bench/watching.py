"""What goes on beside a measurement: the size of the write-ahead log, and how long a run waits for its start."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.ground import Ground


class Peak:
    """The largest size of a file that was seen."""

    def __init__(self) -> None:
        self.bytes = 0


@contextmanager
def wal_watched(where: Ground, every: float = 0.02) -> Iterator[Peak]:
    """Look at the write-ahead log fifty times a second."""
    peak, ended = Peak(), threading.Event()
    wal = Path(f"{where.db}-wal")

    def look() -> None:
        while not ended.wait(every):
            try:
                peak.bytes = max(peak.bytes, wal.stat().st_size)
            except FileNotFoundError:
                continue

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peak
    finally:
        ended.set()
        thread.join()


class Pulse:
    """Runs that are enqueued one by one, each as soon as `every` seconds have gone by since the last.

    `waits` are milliseconds between the return of `enqueue` and the first line of the callable, by the worker's clock.
    """

    def __init__(self, where: Ground, every: float) -> None:
        self._where = where
        self._every = every
        self._returned: dict[int, float] = {}
        self.ended = threading.Event()
        self.waits: list[float] = []
        self.lost = 0

    def beat(self) -> None:
        """Enqueue until `ended` is set."""
        with self._where.client() as client:
            while not self.ended.wait(self._every):
                run = client.enqueue("nothing", priority=100)
                self._returned[run.run_id] = time.time()

    def gather(self, patience: float = 30.0) -> None:
        """Read from the database when each run was started, once all have ended."""
        wanted = sorted(self._returned)
        until = time.monotonic() + patience
        while self._where.value(_UNFINISHED, wanted[0], wanted[-1]) and time.monotonic() < until:
            time.sleep(0.05)
        started = self._where.rows(_STARTED, wanted[0], wanted[-1])
        ours = {run_id: at / 1000 for run_id, at in started if run_id in self._returned}
        self.waits = [1000 * max(at - self._returned[run_id], 0.0) for run_id, at in ours.items()]
        self.lost = len(wanted) - len(ours)


_UNFINISHED = "SELECT count(*) FROM runs WHERE run_id BETWEEN ? AND ? AND finished_at IS NULL"
_STARTED = "SELECT run_id, started_at FROM attempts WHERE run_id BETWEEN ? AND ? AND number = 1 AND finished_at > 0"


@contextmanager
def pulse(where: Ground, every: float = 0.02) -> Iterator[Pulse]:
    """Beat beside what is done in between; the waits are there afterwards."""
    beating = Pulse(where, every)
    thread = threading.Thread(target=beating.beat)
    thread.start()
    try:
        yield beating
    finally:
        beating.ended.set()
        thread.join()
    beating.gather()
