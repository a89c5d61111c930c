"""Several processes on one database."""

import fcntl
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE, Popen

from jobctl.store.opening import open_store
from jobctl.store.values import RunFilter
from tests.store.making import NOON, enqueue, request

ENQUEUE = """
import sys
from datetime import datetime, UTC
from jobctl.store.opening import open_store
from jobctl.model.run import Request
store = open_store(sys.argv[1])
for n in range(10):
    store.enqueue([Request("backup", "{}", None, "default", 0, key=f"{sys.argv[2]}.{n}")],
                  datetime(2026, 3, 8, tzinfo=UTC))
"""
CLAIM = """
import json, sys
from datetime import datetime, UTC
from jobctl.store.opening import open_store
from jobctl.store.values import Want
from tests.store.making import at, daemon, ids
store = open_store(sys.argv[1])
number, found = daemon(store, sys.argv[2]), []
while given := ids(store.exchange(number, [], Want(7), at(1)).claims):
    found += given
print(json.dumps(found))
"""


def _together(program: str, path: Path, count: int) -> list[str]:
    running = [
        Popen([sys.executable, "-c", program, str(path), str(n)], stdout=PIPE, stderr=PIPE, text=True)
        for n in range(count)
    ]
    ended = [process.communicate(timeout=60) for process in running]
    assert [stderr for _, stderr in ended] == [""] * count
    return [stdout for stdout, _ in ended]


def test_case_19_many_processes_that_enqueue_at_once_are_never_told_of_a_lock(tmp_path: Path) -> None:
    path = tmp_path / "jobctl.db"
    _together(ENQUEUE, path, 20)
    keys = {run.key for run in open_store(str(path)).runs(RunFilter(limit=1000))}
    assert keys == {f"{process}.{n}" for process in range(20) for n in range(10)}


def test_case_08_daemons_on_one_database_claim_disjointly(tmp_path: Path) -> None:
    path = tmp_path / "jobctl.db"
    enqueue(open_store(str(path)), *[request()] * 300, now=NOON)
    claimed = [run_id for out in _together(CLAIM, path, 3) for run_id in json.loads(out)]
    assert sorted(claimed) == list(range(1, 301))


def test_threads_may_share_a_store(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "jobctl.db"))
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: enqueue(store, request(key=str(n))), range(100)))
    assert sorted(run_id for [run_id] in found) == list(range(1, 101))


def test_a_writer_that_cannot_get_the_courtesy_lock_goes_on_without_it(tmp_path: Path) -> None:
    path = tmp_path / "jobctl.db"
    store = open_store(str(path), patience=0.05)
    with Path(f"{path}.lock").open("w") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        assert enqueue(store, request()) == [1]
    assert enqueue(store, request()) == [2]
