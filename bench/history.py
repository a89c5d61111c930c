"""`python -m bench.history FOLDER`: a database with many finished runs, made by SQL in jobctl's own schema.

Runs, attempts, events and tallies are what so many executions would have left: fifty jobs in ten queues, one of them
with a third of the runs, all states, retries, keys, params, a year of instants. The folder is left for others to use.
"""

import argparse
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.ground import Ground
from bench.limit import connect
from jobctl.store.sqlite.driver import sqlite3

YEAR = 365 * 86_400_000
STEP = 100_000
BYTES = 450  # what a run takes in the file with its attempts and all indexes, rounded up
KEEP = "{succeeded: 4000d, failed: 4000d, skipped: 4000d}"
NAMES = ("nothing", *(f"job-{number:02}" for number in range(1, 50)))
_FOLDER = Path(__file__).with_name("sql")
_NUMBER_THEM = """CREATE TEMP TABLE history_jobs (number INTEGER PRIMARY KEY, name TEXT, version INTEGER,
    definition_id INTEGER, lane_id INTEGER, shell INTEGER)"""


def catalog(keep: str = KEEP) -> str:
    """Fifty jobs in ten queues, and `stamp`, which has no history. Nothing is pruned unless `keep` says so."""
    jobs = ["  nothing: {call: work:nothing, tags: [first, bench]}"]
    for number, name in enumerate(NAMES[1:], 1):
        work = 'run: "true"' if number % 2 else "call: work:nothing"
        jobs.append(f"  {name}: {{{work}, queue: queue-{number % 10}, tags: [tag-{number % 7}, bench]}}")
    jobs.append("  stamp: {call: work:stamp, params: {path: {type: string}}}")
    return "\n".join([f"defaults: {{keep: {keep}}}", "jobs:", *jobs, ""])


def refuse_full_disk(folder: Path, size: int) -> None:
    """End the program unless `size` runs fit on the disk of `folder`, and half as much again."""
    free, needed = shutil.disk_usage(folder).free, 3 * size * BYTES // 2
    print(f"{size:,} runs need about {size * BYTES / 1e9:.1f} GB in {folder}; {free / 1e9:.0f} GB are free", flush=True)
    if free < needed:
        sys.exit(f"error: {needed / 1e9:.1f} GB should be free\nhint: make SIZE smaller, or set TMPDIR to another disk")


def fill(where: Ground, size: int, tell: bool = False) -> None:
    """`size` finished runs of the jobs of `catalog`, which must be deployed; one real run of each job comes first."""
    _run_each(where)
    connection = connect(where)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -1000000")
    for last in _write(connection, size):
        if tell and last % 1_000_000 == 0:
            print(f"  {last:,} of {size:,} runs", file=sys.stderr, flush=True)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _write(connection: sqlite3.Connection, size: int) -> Iterator[int]:
    """Write step by step; how many there are after each step."""
    base = connection.execute("SELECT max(run_id) FROM runs").fetchone()[0]
    connection.execute(_NUMBER_THEM)
    jobs = connection.execute(_sql("history_jobs")).rowcount
    facts = {
        "size": size,
        "tenth": max(size // 10, 2),
        "base": base,
        "jobs": jobs,
        "begin": int(time.time() * 1000) - YEAR,
        "step": (YEAR - 86_400_000) // size,
        "daemon_id": connection.execute("SELECT max(daemon_id) FROM daemons").fetchone()[0],
    }
    for first in range(1, size + 1, STEP):
        last = min(first + STEP - 1, size)
        _step(connection, facts, first, last)
        yield last


def _step(connection: sqlite3.Connection, facts: Mapping[str, int], first: int, last: int) -> None:
    ids = {"first": facts["base"] + first, "last": facts["base"] + last}
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(_sql("history_runs"), {**facts, "first": first, "last": last})
    for rest in ("history_attempts", "history_events", "history_tallies"):
        connection.execute(_sql(rest), ids)
    connection.execute("COMMIT")


def _run_each(where: Ground) -> None:
    """One real run of each job, which opens its lane and leaves a daemon on record."""
    with where.client() as client:
        client.enqueue_many([{"job": name} for name in NAMES])
    where.drain()


def _sql(name: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text()


def main() -> None:
    """Make a database in a folder, and leave it there."""
    parser = argparse.ArgumentParser(prog="python -m bench.history", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, default=10_000_000, help="how many finished runs (10,000,000)")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    refuse_full_disk(options.folder, options.size)
    where = Ground(options.folder)
    where.apply(catalog())
    began = time.monotonic()
    fill(where, options.size, tell=True)
    size = where.db.stat().st_size
    print(f"{where.db}: {options.size:,} runs, {size / 1e9:.1f} GB, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
