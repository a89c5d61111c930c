"""The reading verbs on a file with a long history: whole processes, in turn with the same verb on a new file."""

import subprocess
import time
from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

from bench.ground import JOBCTL, Ground, ground
from bench.history import catalog
from bench.processes import children_spent
from bench.report import Figure

MOST = 150.0
PATIENCE = 300.0
TIMES = 5
SLOW = 2000.0


class Took(NamedTuple):
    """Milliseconds of one process: by the clock, and of processor time, which other work beside hardly changes."""

    wall: float
    cpu: float


def readings(full: Ground, size: int) -> Iterator[Figure]:
    """The median time of each verb, in milliseconds."""
    with ground(catalog()) as empty:
        empty.fill("nothing", 100)
        empty.drain()
        for verb, note in commands(full, size):
            there = [process(full, verb)]
            # What takes seconds is not asked for again.
            while len(there) < TIMES and there[0].wall < SLOW:
                there.append(process(full, verb))
            here = [process(empty, _nearest(verb)) for _ in range(3)]
            wall, cpu = (median(column) for column in zip(*there, strict=True))
            wall_here, cpu_here = (median(column) for column in zip(*here, strict=True))
            said = f"{cpu:.0f} ms of processor time; an empty file {wall_here:.0f} ms and {cpu_here:.0f} ms"
            yield Figure(" ".join(verb), wall, "ms", None, "<=", MOST, f"{note}; {said}".removeprefix("; "))


def commands(full: Ground, size: int) -> Iterator[tuple[list[str], str]]:
    """What is asked, and what is special about it."""
    middle = size // 2
    [(key, run_id)] = full.rows("SELECT key, run_id FROM runs WHERE run_id > ? AND key IS NOT NULL LIMIT 1", middle)
    [(trace,)] = full.rows("SELECT correlation_id FROM runs WHERE run_id > ? AND correlation_id <> '' LIMIT 1", middle)
    yield ["status"], ""
    yield ["jobs"], ""
    yield ["jobs", "--tag", "tag-3"], ""
    yield ["next"], ""
    yield ["show", str(run_id)], ""
    yield ["show", "nothing"], "a job with a third of the history"
    yield ["explain", str(run_id)], ""
    yield ["explain", "nothing"], ""
    yield ["runs"], ""
    yield ["runs", "--before", str(middle)], ""
    yield ["runs", "--job", "nothing"], ""
    yield ["runs", "--job", "job-49"], "the job with the fewest runs"
    yield ["runs", "--job", "job-49", "--state", "failed"], ""
    for state in ("succeeded", "failed", "cancelled", "skipped", "waiting", "running"):
        yield ["runs", "--state", state], ""
    yield ["runs", "--queue", "queue-3"], ""
    yield ["runs", "--queue", "nowhere"], "a queue without any run"
    yield ["runs", "--tag", "tag-3"], ""
    yield ["runs", "--tag", "nobody"], "a tag that no job bears"
    yield ["runs", "--key", key], ""
    yield ["runs", "--correlation-id", trace], ""
    yield ["runs", "--since", "1h"], "nothing but the runs of this measurement"
    yield ["runs", "--since", "100d"], ""
    yield ["runs", "--until", "300d"], "the newest are looked through first"
    yield ["runs", "--exit-code", "1"], "one run in fifty"
    yield ["runs", "--exit-code", "99"], "ten runs of all, fewer than a page"
    yield ["runs", "--search", "nobody7"], "found in one run of thirty"
    yield ["runs", "--search", "needle"], "ten runs of all, fewer than a page"
    yield ["doctor", "--quick"], "without the check that reads the whole file"


def process(where: Ground, verb: list[str]) -> Took:
    """How long one process takes; `doctor` and an empty selection may end with another status than 0."""
    spent, began = children_spent(), time.perf_counter()
    subprocess.run([*JOBCTL, *verb], cwd=where.folder, env=where.environment, capture_output=True, timeout=PATIENCE)
    return Took(1000 * (time.perf_counter() - began), 1000 * (children_spent() - spent))


def _nearest(verb: list[str]) -> list[str]:
    """The same question about a run that an empty file has."""
    return [verb[0], "1"] if verb[-1].isdecimal() and verb[0] in ("show", "explain") else verb
