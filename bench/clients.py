"""`python -m bench.clients`: fifty processes that enqueue, each started anew as soon as it has ended, beside a daemon.

The daemon has always more to do than it can: a client fills its queue. Nobody may see an error, no transaction may take
long, and the daemon must be heard of all the time. Transactions are timed inside the processes (bench/timed_jobctl.py).
"""

import argparse
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.ground import Ground, ground, quantile
from bench.leaving import leave_in_order
from bench.report import Figure, report
from jobctl.decide.lease import BEAT

LONGEST = 250.0
BACKLOG = 5_000


class Crowd:
    """Processes that enqueue until `until`, and what they said."""

    def __init__(self, where: Ground, processes: int) -> None:
        self._where = where
        self._processes = processes
        self.times = where.folder / "transactions"
        self.errors: list[str] = []
        self.run_ids: set[int] = set()

    def enqueue(self, seconds: float) -> None:
        """Start processes for so many seconds, and hear each of them."""
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=self._one, args=(until,)) for _ in range(self._processes)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _one(self, until: float) -> None:
        command = [sys.executable, "-m", "bench.timed_jobctl", str(self.times), "enqueue", "nothing"]
        environment = {**self._where.environment, "PYTHONPATH": str(Path(__file__).parents[1])}
        while time.monotonic() < until:
            done = subprocess.run(
                command, cwd=self._where.folder, env=environment, capture_output=True, text=True, timeout=120
            )
            if done.returncode == 0 and done.stdout.strip().isdecimal():
                self.run_ids.add(int(done.stdout))
            else:
                self.errors.append(f"exit status {done.returncode}: {done.stderr.strip()[-300:]}")


def main() -> None:
    """Measure, print, write `results/clients.json`."""
    options = _arguments()
    with ground() as where:
        where.fill("nothing", BACKLOG)
        crowd = Crowd(where, options.processes)
        with where.daemon(), _kept_busy(where), _silence_watched(where) as silences:
            before = _first_executed(where)
            began = time.monotonic()
            crowd.enqueue(options.seconds)
            took = time.monotonic() - began
            executed = where.value(_EXECUTED) - before
        report("clients", figures(where, crowd, silences, executed / took), crowd.errors[:10])


def figures(where: Ground, crowd: Crowd, silences: list[float], executed: float) -> list[Figure]:
    """What came of it."""
    lines = [tuple(map(float, line.split())) for line in crowd.times.read_text().splitlines()]
    whole, held = [line[0] for line in lines], [line[1] for line in lines]
    known = {row[0] for row in where.rows("SELECT run_id FROM runs")}
    return [
        Figure("processes that enqueued", len(crowd.run_ids)),
        Figure("processes that failed", len(crowd.errors), "", None, "<=", 0),
        Figure("acknowledged, but not on record", len(crowd.run_ids - known), "", None, "<=", 0),
        Figure("transaction, wait included, p50", quantile(whole, 0.5), "ms"),
        Figure("transaction, wait included, p99", quantile(whole, 0.99), "ms"),
        Figure("transaction, wait included, p99.9", quantile(whole, 0.999), "ms", None, "<=", LONGEST),
        Figure("transaction, wait included, worst", max(whole), "ms"),
        Figure("BEGIN IMMEDIATE to commit, p50", quantile(held, 0.5), "ms"),
        Figure("BEGIN IMMEDIATE to commit, p99.9", quantile(held, 0.999), "ms", None, "<=", LONGEST),
        Figure("the daemon meanwhile executed", executed, "/s"),
        Figure("longest time without a heartbeat", max(silences), "s", None, "<=", 2 * BEAT.total_seconds()),
    ]


_EXECUTED = "SELECT count(*) FROM runs WHERE finished_at IS NOT NULL"


def _first_executed(where: Ground) -> int:
    """How many have been executed, once the daemon is at work."""
    until = time.monotonic() + 60
    while not (executed := where.value(_EXECUTED)):
        if time.monotonic() > until:
            raise TimeoutError("the daemon executed nothing within a minute")
        time.sleep(0.05)
    return executed


@contextmanager
def _kept_busy(where: Ground) -> Iterator[None]:
    """Fill the queue again whenever less than half of it is left."""
    ended = threading.Event()

    def feed() -> None:
        with where.client() as client:
            while not ended.wait(0.1):
                if where.value("SELECT count(*) FROM runs WHERE state = 'waiting'") < BACKLOG // 2:
                    client.enqueue_many([{"job": "nothing"}] * 1000)

    with _beside(feed, ended):
        yield


@contextmanager
def _silence_watched(where: Ground) -> Iterator[list[float]]:
    """How many seconds ago the daemon was last heard of, looked at ten times a second."""
    ended = threading.Event()
    silences = [0.0]

    def look() -> None:
        while not ended.wait(0.1):
            seen = where.row("SELECT max(seen_at) FROM daemons WHERE state = 'running'")[0]
            if seen is not None:
                silences.append(time.time() - seen / 1000)

    with _beside(look, ended):
        yield silences


@contextmanager
def _beside(work: Callable[[], None], ended: threading.Event) -> Iterator[None]:
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.clients", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120, help="how long they enqueue (120)")
    parser.add_argument("--processes", type=int, default=50, help="how many at once (50)")
    return parser.parse_args()


if __name__ == "__main__":
    leave_in_order()
    main()
