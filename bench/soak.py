"""`python -m bench.soak`: ten minutes at half load: memory and latency must stay where they are.

Half load is half of what a daemon executed beside a client that enqueued as fast as it could, measured first.
"""

import argparse
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.ground import Ground, ground, quantile
from bench.leaving import leave_in_order
from bench.processes import family, kind, rss
from bench.report import Figure, report
from bench.watching import Pulse, pulse, wal_watched

BATCH = 50
FLAT = 0.05
WARM_UP = 0.2


class Memory:
    """The resident memory of the daemon, its holder and its largest worker, once a second."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.seen: dict[str, list[float]] = {}

    def look(self) -> None:
        """One look at all of them."""
        most: dict[str, float] = {}
        for pid in family(self._pid):
            most[kind(pid)] = max(most.get(kind(pid), 0.0), rss(pid))
        for name in ("daemon", "worker", "holder"):
            if most.get(name):
                self.seen.setdefault(name, []).append(most[name])


def main() -> None:
    """Measure, print, write `results/soak.json`."""
    options = _arguments()
    seconds = 60 * options.minutes
    full_load = options.load or capacity()
    print(f"full load is {full_load:,.0f} runs a second; half of it for {options.minutes:g} minutes", flush=True)
    with ground() as where, where.daemon() as daemon, wal_watched(where) as wal:
        memory = Memory(daemon.pid)
        # The pulse outlasts what is fed: it reads for seconds at its end, and would keep the log from being used again.
        with pulse(where, 0.1) as waits, _fed(where, full_load / 2) as fed:
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                memory.look()
                time.sleep(1)
        executed = where.value("SELECT sum(runs) FROM tallies")
        unfinished = where.value("SELECT count(*) FROM runs WHERE finished_at IS NULL")
    report(
        "soak",
        [
            Figure("enqueued", fed[0] / seconds, "/s"),
            Figure("executed", executed),
            Figure("left unfinished at the end", unfinished),
            *_flat_memory(memory),
            *_flat_latency(waits),
            Figure("largest WAL", wal.bytes / 1e6, "MB", None, "<=", 64),
        ],
    )


def capacity(seconds: float = 6.0) -> float:
    """Runs a second of a daemon beside a client that never waits."""
    with ground() as where, where.daemon(), _fed(where, 1e9):
        time.sleep(2)
        before, began = where.value(_FINISHED), time.monotonic()
        time.sleep(seconds)
        return (where.value(_FINISHED) - before) / (time.monotonic() - began)


_FINISHED = "SELECT coalesce(sum(runs), 0) FROM tallies"


@contextmanager
def _fed(where: Ground, speed: float) -> Iterator[list[int]]:
    """Enqueue `speed` runs a second, fifty at a time; how many so far. What waits is bounded: a client would wait."""
    ended, fed = threading.Event(), [0]

    def feed() -> None:
        began = time.monotonic()
        with where.client() as client:
            while not ended.is_set():
                late = (time.monotonic() - began) * speed - fed[0]
                if late < BATCH or _crowded(where, fed[0]):
                    ended.wait(0.002)
                    continue
                client.enqueue_many([{"job": "nothing"}] * BATCH)
                fed[0] += BATCH

    thread = threading.Thread(target=feed)
    thread.start()
    try:
        yield fed
    finally:
        ended.set()
        thread.join()


def _crowded(where: Ground, fed: int) -> bool:
    """Whether more than 20,000 wait; seldom looked at."""
    return fed % 5_000 == 0 and where.value("SELECT count(*) FROM runs WHERE state = 'waiting'") > 20_000


def _flat_memory(memory: Memory) -> Iterator[Figure]:
    for name, seen in memory.seen.items():
        after = seen[int(len(seen) * WARM_UP) :]
        warm = after[0]
        drift = max(abs(value - warm) for value in after) / warm
        tenths = ", ".join(f"{seen[len(seen) * part // 10]:.1f}" for part in range(10))
        note = f"MB at each tenth of the time: {tenths}, {seen[-1]:.1f}"
        yield Figure(f"memory of the {name}", after[-1], "MB")
        yield Figure(f"memory of the {name}, drift", 100 * drift, "%", None, "<=", 100 * FLAT, note)


def _flat_latency(waits: Pulse) -> Iterator[Figure]:
    third = max(len(waits.waits) // 3, 1)
    first, last = waits.waits[:third], waits.waits[-third:]
    for name, share, most in (("p50", 0.5, 1.2), ("p99", 0.99, 1.5)):
        beside = ("first third", quantile(first, share))
        yield Figure(f"enqueue to start, last third, {name}", quantile(last, share), "ms", beside, "<=", most)
    yield Figure("of these never started", waits.lost, "", None, "<=", 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long (10)")
    parser.add_argument("--load", type=float, help="runs a second that count as full load; measured otherwise")
    return parser.parse_args()


if __name__ == "__main__":
    leave_in_order()
    main()
