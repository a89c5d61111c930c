"""`python -m bench.idle`: what a daemon with a thousand schedules and nothing to do costs.

Commits are counted in the write-ahead log itself: the last frame of each says so.
"""

import argparse
import struct
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.ground import Ground, ground
from bench.leaving import leave_in_order
from bench.processes import cpu, family, rss
from bench.report import Figure, report

_HEADER, _FRAME = 32, 24


def main() -> None:
    """Measure, print, write `results/idle.json`."""
    parser = argparse.ArgumentParser(prog="python -m bench.idle", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30, help="how long the daemon is watched (30)")
    parser.add_argument("--schedules", type=int, default=1_000, help="how many jobs with a schedule (1,000)")
    options = parser.parse_args()
    jobs = "".join(f'  job-{n}: {{run: "true", schedule: "0 0 1 1 *"}}\n' for n in range(options.schedules))
    with ground("jobs:\n" + jobs) as where, where.daemon() as process:
        time.sleep(5)
        figures, remarks = idle(where, process.pid, options.seconds)
    report("idle", figures, remarks)


def idle(where: Ground, pid: int, seconds: float) -> tuple[list[Figure], list[str]]:
    """Processor, memory and writes of a daemon that does nothing; and which tables it wrote to."""
    wal = Path(f"{where.db}-wal")
    used, before = cpu(family(pid)), list(commits(wal))
    time.sleep(seconds)
    after, share = list(commits(wal)), 100 * (cpu(family(pid)) - used) / seconds
    # A log that began anew in between has fewer commits than there were: all of them are counted then.
    new = after[len(before) :] if after[: len(before)] == before else after
    pages = Counter(page for commit in new for page in commit)
    figures = [
        Figure("idle processor", share, "%", None, "<=", 0.2),
        Figure("idle memory of the daemon", rss(pid), "MB", None, "<=", 60),
        Figure("commits in 10 s", 10 * len(new) / seconds, "", None, "<=", 1),
        Figure("pages written in 10 s", 10 * sum(pages.values()) / seconds),
    ]
    return figures, [f"written to: {', '.join(_tables(where, pages)) or 'nothing'}"]


def commits(wal: Path) -> Iterator[tuple[int, ...]]:
    """The page numbers of each transaction in a write-ahead log."""
    data = wal.read_bytes()
    if len(data) < _HEADER:
        return
    size, salt = struct.unpack(">I", data[8:12])[0], data[16:24]
    pages: list[int] = []
    for at in range(_HEADER, len(data) - _FRAME - size + 1, _FRAME + size):
        if data[at + 8 : at + 16] != salt:
            return
        page, committed = struct.unpack(">II", data[at : at + 8])
        pages.append(page)
        if committed:
            yield tuple(pages)
            pages = []


def _tables(where: Ground, pages: Counter[int]) -> list[str]:
    """Which table or index a page is the root of: what is small has no other page."""
    names = dict(where.rows("SELECT rootpage, name FROM sqlite_schema WHERE rootpage > 0"))
    return [f"{names.get(page, f'page {page}')} ({times})" for page, times in pages.most_common(10)]


if __name__ == "__main__":
    leave_in_order()
    main()
