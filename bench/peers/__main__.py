"""`python -m bench.peers`: the same work by others, each in its defaults, in turn with jobctl.

No-op callables that were enqueued before and are drained by two to four workers; enqueueing them one by one; the time
from enqueue to start while nothing else is to be done; shell jobs beside task-spooler. A peer that cannot be measured
here is told with the reason.
"""

import argparse
import sys
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from bench.leaving import leave_in_order
from bench.peers import celery, dramatiq, flexiq, huey, jobctl, procrastinate, rq, task_spooler
from bench.peers.peer import Peer, Unable
from bench.peers.side import Measured, install, measure
from bench.report import Figure, report

PEERS: Sequence[Peer] = (
    *huey.PEERS,
    *rq.PEERS,
    *celery.PEERS,
    *dramatiq.PEERS,
    *procrastinate.PEERS,
    *flexiq.PEERS,
)
# How many times as much as the peer that stands nearest: no server, one SQLite file.
TARGETS = {"huey": 8.0}


def main() -> None:
    """Install, measure, print, write `results/peers.json`."""
    options = _arguments()
    place = options.venv.absolute()
    if not (place / "bin" / "python").exists():
        venv.create(place, with_pip=True)
    rounds: dict[str, list[tuple[Measured, Measured]]] = {}
    unable: list[str] = []
    peers = [peer for peer in PEERS if not options.only or peer.name.partition(",")[0] in options.only]
    for number in range(options.rounds):
        for peer in peers:
            if all(not line.startswith(f"{peer.name}:") for line in unable):
                try:
                    pair = _pair(peer, place, options, first=number == 0)
                    rounds.setdefault(peer.name, []).append(pair)
                    print(f"round {number + 1}: {peer.name} {_short(pair[0])}; jobctl {_short(pair[1])}", flush=True)
                except Unable as error:
                    unable.append(f"{peer.name}: cannot be measured here: {error}")
                    print(unable[-1], flush=True)
    figures = [figure for name, pairs in rounds.items() for figure in _figures(name, pairs)]
    if not options.only or "task-spooler" in options.only:
        try:
            figures.append(_shell(place, options))
        except Unable as error:
            unable.append(f"task-spooler: cannot be measured here: {error}")
    print()
    report("peers", figures, [*(f"{peer.name}: {peer.remark}" for peer in (jobctl.PEER, *peers)), *unable])


def _pair(peer: Peer, place: Path, options: argparse.Namespace, first: bool) -> tuple[Measured, Measured]:
    """The peer, and jobctl right after it."""
    if first:
        install(peer, place)
    theirs = measure(peer, place, options.runs, options.beats)
    return theirs, measure(jobctl.PEER, Path(sys.prefix), options.runs, options.beats)


def _figures(name: str, pairs: Sequence[tuple[Measured, Measured]]) -> Iterator[Figure]:
    """jobctl beside one peer: medians of the rounds, and the median ratio of the pairs."""
    for what, unit in (("drain", "/s"), ("enqueue", "/s"), ("p50", "ms"), ("p99", "ms")):
        theirs = [float(getattr(pair[0], what)) for pair in pairs]
        ours = [float(getattr(pair[1], what)) for pair in pairs]
        paired = median(mine / max(other, 1e-9) for mine, other in zip(ours, theirs, strict=True))
        title = {"drain": "callables", "p50": "enqueue to start, p50", "p99": "enqueue to start, p99"}.get(what, what)
        judged = what == "drain" and name in TARGETS
        target = TARGETS.get(name, 0.0)
        yield Figure(
            title,
            median(ours),
            unit,
            (name, median(theirs)),
            ">=" if judged else "",
            target if judged else 0,
            "",
            paired,
        )


def _shell(place: Path, options: argparse.Namespace) -> Figure:
    tsp = task_spooler.program(place)
    pairs = [task_spooler.measure(tsp, max(options.runs // 10, 50)) for _ in range(options.rounds)]
    paired = median(ours / theirs for theirs, ours in pairs)
    beside = ("task-spooler", median(theirs for theirs, _ in pairs))
    return Figure("shell jobs", median(ours for _, ours in pairs), "/s", beside, paired=paired)


def _short(one: Measured) -> str:
    return (
        f"{one.drain:,.0f}/s drained, {one.enqueue:,.0f}/s enqueued, {one.p50:.1f} ms and {one.p99:.1f} ms to a start"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument(
        "--venv", type=Path, default=Path(".venv-bench"), help="where peers are installed (.venv-bench)"
    )
    parser.add_argument("--runs", type=int, default=2_000, help="callables for each (2,000)")
    parser.add_argument("--beats", type=int, default=100, help="starts that are timed (100)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured, in turn with jobctl (3)")
    parser.add_argument("--only", action="append", help="only this peer; can be given more than once")
    return parser.parse_args()


if __name__ == "__main__":
    leave_in_order()
    main()
