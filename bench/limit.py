"""The limit: a bare loop that claims, executes and settles in jobctl's own schema, with two worker processes.

No policy, no limits, no logs, no retries, nothing checked: what SQLite, two pipes and Python leave to be had.
"""

import json
import os
import sys
import time
from typing import Any

from bench.ground import Ground, ground
from bench.leaving import leave_in_order
from jobctl.store.relational.tally import ADD_TALLY
from jobctl.store.relational.work.bulk_success import SUCCEED_ATTEMPT, SUCCEED_RUN
from jobctl.store.relational.work.claim import CLAIM_RUNS, INSERT_ATTEMPTS
from jobctl.store.relational.work.ready_runs import FRONT
from jobctl.store.sqlite.driver import sqlite3
from jobctl.store.sqlite.sql import TEXTS

WORKERS = 2


def loop(where: Ground, batch: int = 200) -> float:
    """Execute every waiting run; runs a second."""
    connection = connect(where)
    lines = [start_worker() for _ in range(WORKERS)]
    began, runs = time.perf_counter(), 0
    ended: list[int] = []
    while True:
        claimed = turn(connection, ended, batch * WORKERS)
        if not claimed:
            break
        parts = [claimed[n::WORKERS] for n in range(WORKERS)]
        for (to_worker, _), part in zip(lines, parts, strict=True):
            os.write(to_worker, (json.dumps(part) + "\n").encode())
        ended = [run_id for _, answers in lines for run_id in json.loads(answers.readline())]
        runs += len(ended)
    took = time.perf_counter() - began
    for to_worker, answers in lines:
        os.close(to_worker)
        answers.close()
    connection.close()
    return runs / took


def turn(connection: sqlite3.Connection, ended: list[int], batch: int) -> list[int]:
    """Settle what has ended and claim the next batch, in one transaction."""
    now = int(time.time() * 1000)
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(TEXTS[SUCCEED_RUN].sql, [(None, now, now, run_id, 1) for run_id in ended])
    connection.executemany(TEXTS[SUCCEED_ATTEMPT].sql, [(None, now, now, run_id, 1) for run_id in ended])
    if ended:
        count = ("nothing", "succeeded", now - now % 3_600_000, "default", len(ended))
        connection.execute(TEXTS[ADD_TALLY].sql, count)
    claimed = [row[1] for row in connection.execute(TEXTS[FRONT].sql, (batch,)).fetchall()]
    facts = {"daemon_id": 1, "at": now, "run_ids": json.dumps(claimed)}
    for change in (CLAIM_RUNS, INSERT_ATTEMPTS):
        sql, bind = TEXTS[change]
        connection.execute(sql, bind(facts))
    connection.execute("COMMIT")
    return claimed


def connect(where: Ground) -> sqlite3.Connection:
    """A connection with the pragmas of the store."""
    connection = sqlite3.connect(where.db, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def start_worker() -> tuple[Any, ...]:
    """A process that calls a function for each id of a list, list after list."""
    requests, to_worker = os.pipe()
    answers, to_parent = os.pipe()
    if os.fork() == 0:
        os.close(to_worker)
        os.close(answers)
        with open(requests) as lists, open(to_parent, "w") as replies:
            for line in lists:
                replies.write(json.dumps([nothing(run_id) for run_id in json.loads(line)]) + "\n")
                replies.flush()
        os._exit(0)
    os.close(requests)
    os.close(to_parent)
    return to_worker, open(answers)


def nothing(run_id: int) -> int:
    """The work."""
    return run_id


def main() -> None:
    """Print the limit for several batch sizes."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    for batch in (1, 4, 16, 64, 256):
        with ground() as where:
            some = min(runs, 2_000 * batch)
            where.fill("nothing", some)
            print(f"batch {batch:4}: {loop(where, batch):9,.0f} runs/s")


if __name__ == "__main__":
    leave_in_order()
    main()
