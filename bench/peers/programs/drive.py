"""Enqueue through `app`, the program of one peer; runs in the interpreter that has the peer installed."""

import contextlib
import json
import os
import sys
import time

import app

STAMPS = os.path.abspath("stamps")  # noqa: PTH100 - so it stands in the messages


def fill(runs):
    """Stamp, so many that do nothing, stamp; how many a second, one by one, and how many in all.

    What is drained within a moment cannot be measured: a program with `put_many` gets ten times as many.
    """
    app.put_stamp(STAMPS)
    began = time.perf_counter()
    for _ in range(runs):
        app.put_nothing()
    took = time.perf_counter() - began
    more = 9 * runs if hasattr(app, "put_many") else 0
    if more:
        app.put_many(more)
    app.put_stamp(STAMPS)
    return {"speed": runs / took, "runs": runs + more}


def latency(runs):
    """Milliseconds from the return of the enqueue to the first line of the function, with nothing else to do."""
    waits = []
    for number in range(runs + 5):
        before = count()
        app.put_stamp(STAMPS)
        returned = time.time()
        until = time.monotonic() + 10
        while count() == before:
            if time.monotonic() > until:
                raise SystemExit("nothing was started within 10 s")
            time.sleep(0.001)
        with open(STAMPS) as file:
            started = float(file.read().split()[-1])
        # The first few find workers that are not warm yet.
        if number >= 5:
            waits.append(1000 * max(started - returned, 0.0))
        time.sleep(0.03)
    return waits


def count():
    with contextlib.suppress(FileNotFoundError), open(STAMPS) as file:
        return file.read().count("\n")
    return 0


if __name__ == "__main__":
    with getattr(app, "opened", contextlib.nullcontext)():
        print(json.dumps({"fill": fill, "latency": latency}[sys.argv[1]](int(sys.argv[2]))))
