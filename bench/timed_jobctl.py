"""`jobctl`, with its write transactions timed: `python -m bench.timed_jobctl FILE ARG...`, for bench/clients.py.

A line is added to FILE for each transaction, in milliseconds: from asking for the lock (the fair queue of writers is in
it) to the return of the commit, and from the return of BEGIN IMMEDIATE on.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from jobctl.cli.main import main
from jobctl.store.sqlite.database import Database

_writing = Database.writing


@contextmanager
def timed(self: Database, *, wake: bool = True) -> Iterator[None]:
    """A write transaction that leaves a line in the file."""
    asked_at = time.perf_counter()
    with _writing(self, wake=wake):
        begun_at = time.perf_counter()
        yield
    ended_at = time.perf_counter()
    line = f"{1000 * (ended_at - asked_at):.3f} {1000 * (ended_at - begun_at):.3f}\n"
    descriptor = os.open(FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, line.encode())
    os.close(descriptor)


if __name__ == "__main__":
    FILE = sys.argv.pop(1)
    Database.writing = timed  # type: ignore[method-assign]
    main()
