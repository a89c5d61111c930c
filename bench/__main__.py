"""`python -m bench`: measure jobctl and the limits in turn, several rounds, and print medians and ratios.

What counts is a ratio within one run: the machine, its disk and its other work are the same for both sides.
"""

import argparse
import json
import time
from statistics import median

from bench.leaving import leave_in_order
from bench.measures import ALL, ONCE
from bench.report import RESULTS, machine
from bench.table import show


def main() -> None:
    """Measure, print, write `results/latest.json`."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1.0, help="more or fewer runs in each measurement")
    parser.add_argument("--only", help="only measurements whose name contains this")
    options = parser.parse_args()
    figures = measure(options.rounds, options.scale, options.only or "")
    show(figures)
    RESULTS.mkdir(exist_ok=True)
    facts = {"measured": time.strftime("%Y-%m-%d"), "machine": machine(), "figures": figures}
    (RESULTS / "latest.json").write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n")


def measure(rounds: int, scale: float, only: str) -> dict[str, float]:
    """The median of each figure; rounds are interleaved, so that a busy minute hits every measurement."""
    seen: dict[str, list[float]] = {}
    for number in range(rounds):
        for work in (*ALL, *(ONCE if number == 0 else ())):
            if only in work.__name__:
                began = time.monotonic()
                for name, value in work(scale).items():
                    seen.setdefault(name, []).append(value)
                print(f"round {number + 1}: {work.__name__} {time.monotonic() - began:.1f} s", flush=True)
    return {name: median(values) for name, values in seen.items()}


if __name__ == "__main__":
    leave_in_order()
    main()
