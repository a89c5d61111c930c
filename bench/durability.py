"""`python -m bench.durability`: what waiting for the disk costs, `?synchronous=normal` in turn with the default.

With `normal` a power cut may undo the newest commits; a crash of the program cannot.
"""

import argparse
import threading
from collections.abc import Callable
from statistics import median

from bench.ground import Ground, ground, rate
from bench.leaving import leave_in_order
from bench.report import Figure, report

FULL, NORMAL = "", "?synchronous=normal"


def main() -> None:
    """Measure, print, write `results/durability.json`."""
    parser = argparse.ArgumentParser(prog="python -m bench.durability", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured, in turn (5)")
    parser.add_argument("--scale", type=float, default=1.0, help="more or fewer runs in each measurement")
    options = parser.parse_args()
    works: dict[str, Callable[[Ground, float], float]] = {
        "callables": _callables,
        "enqueue": _enqueue,
        "enqueue, 32 threads": _threads,
        "enqueue_many": _many,
    }
    seen: dict[tuple[str, str], list[float]] = {}
    for _ in range(options.rounds):
        for name, work in works.items():
            for way in (FULL, NORMAL):
                with ground(options=way) as where:
                    seen.setdefault((name, way), []).append(work(where, options.scale))
    report("durability", [_figure(name, seen[name, FULL], seen[name, NORMAL]) for name in works])


def _figure(name: str, full: list[float], normal: list[float]) -> Figure:
    paired = median(fast / safe for fast, safe in zip(normal, full, strict=True))
    return Figure(f"{name}, normal", median(normal), "/s", ("full", median(full)), paired=paired)


def _callables(where: Ground, scale: float) -> float:
    where.fill("nothing", int(40_000 * scale))
    return where.drain("--slots", "2")


def _enqueue(where: Ground, scale: float) -> float:
    runs = max(int(400 * scale), 20)
    with where.client() as client:
        client.enqueue("nothing")
        return rate(runs, lambda: [client.enqueue("nothing") for _ in range(runs)])


def _threads(where: Ground, scale: float) -> float:
    each = max(int(60 * scale), 5)
    with where.client() as client:
        client.enqueue("nothing")
        threads = [threading.Thread(target=lambda: [client.enqueue("nothing") for _ in range(each)]) for _ in range(32)]

        def work() -> None:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        return rate(32 * each, work)


def _many(where: Ground, scale: float) -> float:
    thousand, calls = [{"job": "nothing"}] * 1000, max(int(20 * scale), 2)
    with where.client() as client:
        client.enqueue_many(thousand)
        return rate(1000 * calls, lambda: [client.enqueue_many(thousand) for _ in range(calls)])


if __name__ == "__main__":
    leave_in_order()
    main()
