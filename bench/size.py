"""`python -m bench.size`: what ten million finished runs in the file cost, beside an empty file in the same run.

The history is made by SQL (bench/history.py). Then, in turn on both files: no-op callables; the reading verbs as whole
processes; and a prune of a tenth of the history beside a daemon that starts a run fifty times a second.
"""

import argparse
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Literal

from bench.ground import JOBCTL, Ground, ground, quantile, rate
from bench.history import KEEP, catalog, fill, refuse_full_disk
from bench.leaving import leave_in_order
from bench.processes import children_spent
from bench.report import Figure, report
from bench.verbs import readings
from bench.watching import Pulse, pulse, wal_watched

WAL_MOST = 64.0
PRUNE_MOST = 60.0
DELAY_MOST = 20.0
LEAST = 0.9


def main() -> None:
    """Measure, print, write `results/size.json`."""
    options = _arguments()
    with _history(options) as full, wal_watched(full) as wal:
        runs, size = full.value(_KEPT), full.db.stat().st_size / 1e9
        print(f"{runs:,} finished runs in {size:.1f} GB", flush=True)
        parts = {
            "throughput": lambda: throughput(full, options.rounds, options.runs),
            "verbs": lambda: readings(full, runs),
            "prune": lambda: prune(full, runs // 10),
        }
        figures = []
        for name in options.only or parts:
            for figure in parts[name]():
                print("  ".join(filter(None, figure.cells())), flush=True)
                figures.append(figure)
        figures.append(Figure("largest WAL", wal.bytes / 1e6, "MB", sign="<=", target=WAL_MOST))
    print()
    report("size", figures, [f"{runs:,} finished runs, {size:.1f} GB"])


@contextmanager
def _history(options: argparse.Namespace) -> Iterator[Ground]:
    """A history of its own, or a given one, which stays."""
    if options.history is not None:
        given = Ground(options.history.absolute())
        given.jobctl("status")  # An older file is brought up to date before anything is measured.
        yield given
        return
    refuse_full_disk(Path(tempfile.gettempdir()), options.size)
    with ground(catalog()) as full:
        fill(full, options.size, tell=True)
        yield full


def throughput(full: Ground, rounds: int, runs: int) -> Iterator[Figure]:
    """No-op callables and bulk enqueueing, in turn on the full file and on one that is new each time."""
    long, short = _Turns(), _Turns()
    for number in range(rounds):
        with ground(catalog()) as empty:
            pair = ((long, full), (short, empty))
            for turns, where in pair if number % 2 else reversed(pair):
                turns.take(where, runs)
    yield _side_by_side("callables", "/s", long.drained, short.drained, ">=")
    yield _side_by_side("enqueue_many", "/s", long.enqueued, short.enqueued, ">=")
    yield _side_by_side("processor time of a callable", "us", long.spent, short.spent, "<=")


class _Turns:
    """What was measured on one of the files: runs a second, and microseconds of processor time for a run."""

    def __init__(self) -> None:
        self.enqueued: list[float] = []
        self.drained: list[float] = []
        self.spent: list[float] = []

    def take(self, where: Ground, runs: int) -> None:
        """Enqueue and drain, once."""
        self.enqueued.append(rate(runs, lambda: where.fill("nothing", runs)))
        before = children_spent()
        self.drained.append(where.drain("--slots", "2"))
        self.spent.append(1e6 * (children_spent() - before) / runs)


def _side_by_side(name: str, unit: str, long: list[float], short: list[float], sign: Literal["<=", ">="]) -> Figure:
    ratios = [mine / other for mine, other in zip(long, short, strict=True)]
    said = "by rounds " + ", ".join(f"{ratio:.2f}" for ratio in ratios)
    target = LEAST if sign == ">=" else round(1 / LEAST, 2)
    return Figure(name, median(long), unit, ("empty file", median(short)), sign, target, said, median(ratios))


def prune(full: Ground, runs: int) -> Iterator[Figure]:
    """Delete the oldest tenth of the history beside a daemon that starts a run fifty times a second."""
    with full.daemon(), full.client() as client:
        client.wait(client.enqueue("nothing").run_id, timeout=60)
        with pulse(full) as alone:
            time.sleep(10)
        before = full.value(_KEPT)
        _keep_less(full, runs)
        began, spent = time.monotonic(), children_spent()
        with pulse(full) as beside:
            done = subprocess.run(
                [*JOBCTL, "prune"], cwd=full.folder, env=full.environment, capture_output=True, text=True, check=True
            )
            took, spent = time.monotonic() - began, children_spent() - spent
        pruned = before - full.value(_KEPT) + len(beside.waits)
    print(f"`jobctl prune`: {done.stdout.strip()}; a daemon prunes too, {pruned:,} are gone in all")
    share = pruned / 1_000_000
    yield Figure(f"prune of {pruned:,}", took, "s", None, "<=", round(PRUNE_MOST * max(share, 0.05), 1))
    yield from _delays(alone, beside)
    yield Figure("pruned runs a second", pruned / took, "/s")
    yield Figure("processor time of a pruned run", 1e6 * spent / max(pruned, 1), "us")


def _delays(alone: Pulse, beside: Pulse) -> Iterator[Figure]:
    for name, share in (("p50", 0.5), ("p99", 0.99), ("worst", 1.0)):
        before, now = quantile(alone.waits, share), quantile(beside.waits, share)
        note = f"enqueue to start {now:.1f} ms, {before:.1f} ms without a prune"
        yield Figure(f"delay by the prune, {name}", now - before, "ms", None, "<=", DELAY_MOST, note)
    yield Figure("runs beside the prune that never started", beside.lost, "", None, "<=", 0)


def _keep_less(full: Ground, runs: int) -> None:
    """Deploy a `keep` that the oldest `runs` runs are beyond."""
    created_at = full.value(_CREATED_AT, runs)
    keep = KEEP.replace("4000d", f"{round(time.time() - created_at / 1000)}s")
    (full.folder / "jobs.yaml").write_text(catalog(keep))
    full.jobctl("apply")


_CREATED_AT = "SELECT created_at FROM runs WHERE created_by = 'bench' LIMIT 1 OFFSET ?"
_KEPT = "SELECT sum(runs) FROM tallies"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.size", description=__doc__)
    parser.add_argument("--size", type=int, default=10_000_000, help="finished runs in the file (10,000,000)")
    parser.add_argument("--history", type=Path, help="a folder that `python -m bench.history` made; it is not removed")
    parser.add_argument("--only", action="append", choices=["throughput", "verbs", "prune"], help="only this part")
    parser.add_argument("--rounds", type=int, default=5, help="how often both files are measured in turn (5)")
    parser.add_argument("--runs", type=int, default=20_000, help="no-op callables in each round (20,000)")
    return parser.parse_args()


if __name__ == "__main__":
    leave_in_order()
    main()
