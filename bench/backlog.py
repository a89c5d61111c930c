"""`python -m bench.backlog`: whether many waiting runs make a claim dearer. A thousand, a hundred thousand, a million.

They wait in two hundred queues, once without slots and once with two slots each, which makes the daemon look at every
lane. Fifty are claimed and settled in each transaction, as a daemon does it; then real daemons run for some seconds.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Literal

from bench.ground import Ground, ground
from bench.history import refuse_full_disk
from bench.leaving import leave_in_order
from bench.measures import exchanges, wait_in_queues
from bench.report import Figure, report

QUEUES = [f"q{number}" for number in range(200)]
FREE = "jobs:\n  nothing: {call: work:nothing}\n"
SLOTTED = "queues:\n" + "".join(f"  {queue}: {{slots: 2}}\n" for queue in QUEUES) + FREE
LEAST = 0.8
BATCH, TURNS = 50, 18


def main() -> None:
    """Measure, print, write `results/backlog.json`."""
    options = _arguments()
    refuse_full_disk(Path(tempfile.gettempdir()), 2 * sum(options.waiting))
    figures = [*claims(FREE, "", options), *claims(SLOTTED, ", two slots in each queue", options)]
    report("backlog", figures)


def claims(catalog: str, kind: str, options: argparse.Namespace) -> Iterator[Figure]:
    """Claim rates of the store in interleaved rounds, and of daemons."""
    with ExitStack() as stack:
        grounds = [stack.enter_context(ground(catalog)) for _ in options.waiting]
        speeds: list[list[float]] = [[] for _ in grounds]
        costs: list[list[float]] = [[] for _ in grounds]
        for _ in range(options.rounds):
            for number, (where, waiting) in enumerate(zip(grounds, options.waiting, strict=True)):
                _refill(where, waiting)
                spent = time.process_time()
                speeds[number].append(exchanges(where, BATCH, TURNS))
                costs[number].append(1e6 * (time.process_time() - spent) / (BATCH * TURNS))
        yield from _compare("claims", kind, options.waiting, speeds)
        yield from _compare("processor time of a claim", kind, options.waiting, costs, "us")
        large = [(w, n) for w, n in zip(grounds, options.waiting, strict=True) if n > 10_000]
        seconds: list[list[float]] = [[] for _ in large]
        for _ in range(max(options.rounds // 2, 1)):
            for (where, waiting), seen in zip(large, seconds, strict=True):
                _refill(where, waiting)
                seen.append(executed(where, options.seconds))
        yield from _compare("executed", kind, [n for _, n in large], seconds)


def executed(where: Ground, seconds: float) -> float:
    """Runs a second of a real daemon for some seconds, from its first claim on."""
    first = where.value("SELECT coalesce(max(claimed_at), 0) FROM attempts")
    newest = "SELECT count(*), min(finished_at), max(finished_at) FROM attempts WHERE claimed_at > ?"
    with where.daemon("--slots", "2"):
        time.sleep(seconds)
    count, begin, end = where.row(newest, first)
    return float(1000 * count / max((end or 0) - (begin or 0), 1))


def _refill(where: Ground, waiting: int) -> None:
    """Enqueue what is missing."""
    wait_in_queues(where, waiting - where.value("SELECT count(*) FROM runs WHERE state = 'waiting'"))


def _compare(
    what: str, kind: str, sizes: Sequence[int], seen: Sequence[Sequence[float]], unit: str = "/s"
) -> Iterator[Figure]:
    """Each size beside the least one: of a cost no more, of a speed no less than the target."""
    for size, values in zip(sizes[1:], seen[1:], strict=True):
        paired = median(mine / least for mine, least in zip(values, seen[0], strict=True))
        beside = (f"{sizes[0]:,}", median(seen[0]))
        sign: Literal["<=", ">="]
        sign, target = (">=", LEAST) if unit == "/s" else ("<=", 1 / LEAST)
        yield Figure(f"{what}, {size:,} waiting{kind}", median(values), unit, beside, sign, target, "", paired)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.backlog", description=__doc__)
    sizes = [1_000, 100_000, 1_000_000]
    parser.add_argument("--waiting", type=int, nargs="+", default=sizes, help="waiting runs (1000 100000 1000000)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured, in turn (5)")
    parser.add_argument("--seconds", type=float, default=5, help="how long a daemon runs (5)")
    return parser.parse_args()


if __name__ == "__main__":
    leave_in_order()
    main()
