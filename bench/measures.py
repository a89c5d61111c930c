"""What is measured: each function gives one round of figures, jobctl and what it is compared with in turn."""

import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

from bench.ground import Ground, ground, quantile, rate
from bench.history import catalog, fill
from bench.limit import connect, loop

PYTHON = sys.executable
EMPTY = "import typer\napp = typer.Typer()\n@app.command()\ndef main(): pass\napp()\n"


def callables(scale: float) -> dict[str, float]:
    """No-op callables, enqueued before, with two slots; beside the bare loop over the same rows."""
    runs = int(40_000 * scale)
    with ground() as where:
        where.fill("nothing", runs)
        limit = loop(where)
    with ground() as where:
        where.fill("nothing", runs)
        return {"callables": where.drain("--slots", "2"), "callables.limit": limit}


def talking(scale: float) -> dict[str, float]:
    """Callables that print a line and return a value."""
    with ground() as where:
        where.fill("talk", int(8_000 * scale))
        return {"talking": where.drain("--slots", "2")}


def enqueue_one(scale: float) -> dict[str, float]:
    """One durable commit each: a client, and a bare loop over the same row into the same schema."""
    runs = int(400 * scale)
    with ground() as where, where.client() as client:
        client.enqueue("nothing")
        connection = connect(where)
        row = list(connection.execute("SELECT * FROM runs").fetchone())
        names = [column[1] for column in connection.execute("PRAGMA table_info(runs)")]
        kept = [n for n in names if n != "run_id"]
        values = [row[names.index(n)] for n in kept]
        insert = f"INSERT INTO runs ({', '.join(kept)}) VALUES ({', '.join('?' * len(kept))})"

        def bare() -> None:
            for _ in range(runs):
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(insert, values)
                connection.execute("COMMIT")

        limit = rate(runs, bare)
        ours = rate(runs, lambda: [client.enqueue("nothing") for _ in range(runs)])
        connection.close()
        return {"enqueue": ours, "enqueue.limit": limit}


def enqueue_threads(scale: float) -> dict[str, float]:
    """Thirty-two threads of one client, and how many calls share a commit."""
    each = int(60 * scale)
    with ground() as where, where.client() as client:
        client.enqueue("nothing")
        before = client._store._session._connection.total_changes  # type: ignore[attr-defined]
        commits = _count_commits(client)
        threads = [threading.Thread(target=lambda: [client.enqueue("nothing") for _ in range(each)]) for _ in range(32)]

        def work() -> None:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        speed = rate(32 * each, work)
        assert client._store._session._connection.total_changes > before  # type: ignore[attr-defined]
        return {"enqueue 32 threads": speed, "enqueues per commit": 32 * each / max(commits[0], 1)}


def enqueue_many(scale: float) -> dict[str, float]:
    """A thousand in a call."""
    calls = max(int(20 * scale), 2)
    thousand = [{"job": "nothing"}] * 1000
    with ground() as where, where.client() as client:
        client.enqueue_many(thousand)
        return {"enqueue_many": rate(1000 * calls, lambda: [client.enqueue_many(thousand) for _ in range(calls)])}


def enqueue_from(scale: float) -> dict[str, float]:
    """A file of JSON lines, the whole process."""
    lines = int(30_000 * scale)
    with ground() as where:
        file = where.folder / "lines.jsonl"
        file.write_text('{"job": "nothing"}\n' * lines)
        return {"enqueue --from": rate(lines, lambda: where.jobctl("enqueue", "--from", str(file)))}


def shell(scale: float) -> dict[str, float]:
    """Commands, with two slots and with eight; beside `xargs -P2`, which records nothing."""
    runs = int(400 * scale)
    figures = {}
    for job, command in (("direct", ["/bin/true"]), ("shell", ["sh", "-c", "true"])):
        lines = "x\n" * runs
        xargs = ["xargs", "-P2", "-I{}", *command]
        figures[f"{job}.limit"] = rate(runs, partial(subprocess.run, xargs, input=lines, text=True, check=True))
        for name, slots in ((job, "2"), (f"{job} 8 slots", "8")):
            with ground() as where:
                where.fill(job, runs)
                figures[name] = where.drain("--slots", slots)
    return figures


def latency(scale: float) -> dict[str, float]:
    """From the return of `enqueue` to the first line of the callable, daemon idle, worker warm."""
    with ground() as where, where.daemon(), where.client() as client:
        stamps = where.folder / "stamps"
        client.wait(client.enqueue("stamp", {"path": str(where.folder / "warm")}).run_id, timeout=30)
        waits = []
        for _ in range(int(60 * scale)):
            time.sleep(0.03)
            run = client.enqueue("stamp", {"path": str(stamps)})
            returned_at = time.time()
            client.wait(run.run_id, timeout=30)
            waits.append(1000 * (float(stamps.read_text().split()[-1]) - returned_at))
    return {"latency p50 ms": quantile(waits, 0.5), "latency p99 ms": quantile(waits, 0.99)}


def gate(scale: float) -> dict[str, float]:
    """Callables of 20 ms behind a limit of one: what each costs beyond its 20 ms."""
    runs = int(50 * scale)
    with ground() as where, where.client() as client:
        client.enqueue_many([{"job": "gated", "params": {"seconds": 0.02}}] * runs)
        per_run = 1000 / where.drain("--slots", "2")
    return {"gap behind a limit ms": per_run - 20}


def starts(scale: float) -> dict[str, float]:
    """Whole processes, beside an empty Typer program."""
    with ground() as where:
        empty = where.folder / "empty.py"
        empty.write_text(EMPTY)
        commands = {
            "start.limit": [PYTHON, str(empty)],
            "start --version": [PYTHON, "-m", "jobctl", "--version"],
            "start enqueue": [PYTHON, "-m", "jobctl", "enqueue", "nothing"],
            "start status": [PYTHON, "-m", "jobctl", "status"],
        }
        # The least of many, in turn: what a start costs when nothing else wants the processor.
        took = [{name: _milliseconds(where, command, 1) for name, command in commands.items()} for _ in range(9)]
        return {name: min(one[name] for one in took) for name in commands}


def backlog(scale: float) -> dict[str, float]:
    """The same claims with 1,000 and with many waiting runs in 200 queues."""
    figures = {}
    for name, waiting in (("backlog 1,000", 1_000), (f"backlog {int(100_000 * scale):,}", int(100_000 * scale))):
        with ground() as where:
            wait_in_queues(where, waiting)
            figures[name] = exchanges(where)
    return figures


def history(scale: float, finished: int = 200_000) -> dict[str, float]:
    """The drain and the reading verbs with an empty and with a long history."""
    figures = {}
    for name, rows in (("history 0", 0), (f"history {int(finished * scale):,}", int(finished * scale))):
        with ground(catalog()) as where:
            if rows:
                fill(where, rows)
            where.fill("nothing", int(40_000 * scale))
            figures[name] = where.drain("--slots", "2")
            for verb in (["status"], ["runs"], ["show", "1"]):
                where.fill("nothing", 1)
                figures[f"{name}: {verb[0]} ms"] = _milliseconds(where, [PYTHON, "-m", "jobctl", *verb])
    return figures


def idle(scale: float, seconds: int = 10) -> dict[str, float]:
    """A daemon with 1,000 schedules and nothing to do."""
    jobs = "".join(f'  job-{n}: {{run: "true", schedule: "0 0 1 1 *"}}\n' for n in range(1000))
    with ground("jobs:\n" + jobs) as where, where.daemon() as process:
        time.sleep(3)
        before, written = _cpu(process.pid), (where.folder / "jobctl.db-wal").stat().st_mtime_ns
        time.sleep(seconds)
        share = 100 * (_cpu(process.pid) - before) / seconds
        writes = (where.folder / "jobctl.db-wal").stat().st_mtime_ns != written
        return {"idle CPU %": share, "idle RSS MB": _rss(process.pid), "idle wrote": float(writes)}


def wait_in_queues(where: Ground, waiting: int, queues: int = 200) -> None:
    """Enqueue so many, spread over queues."""
    with where.client() as client:
        for start in range(0, waiting, 1000):
            numbers = range(start, min(start + 1000, waiting))
            client.enqueue_many([{"job": "nothing", "queue": f"q{n % queues}"} for n in numbers])


def exchanges(where: Ground, batch: int = 50, turns: int = 18) -> float:
    """Claims and settlements of the store alone, a second, `batch` at a time, as a daemon would make them."""
    from datetime import UTC, datetime

    from jobctl.decide.runs.settle import settle
    from jobctl.execute.host.identity import identify
    from jobctl.model.outcome import Returned
    from jobctl.store.opening import open_store
    from jobctl.store.values import Want

    store = open_store(str(where.db))
    daemon_id = store.register(identify("bench", batch, (), foreground=False), datetime.now(UTC))
    taken = 0
    from jobctl.model.settlement import Settlement

    ends: list[Settlement] = []
    began = time.perf_counter()
    for _ in range(turns):
        now = datetime.now(UTC)
        exchange = store.exchange(daemon_id, ends, Want(batch), now)
        taken += len(exchange.claims)
        ends = [settle(claim, Returned(), now, now, 0.5) for claim in exchange.claims]
    speed = taken / (time.perf_counter() - began)
    store.exchange(daemon_id, ends, Want(0), datetime.now(UTC))
    store.close()
    return speed


def _count_commits(client: object) -> list[int]:
    """Counts the transactions of a client from now on."""
    store = client._store  # type: ignore[attr-defined]
    count, place = [0], store.enqueue

    def counted(*args: object) -> object:
        count[0] += 1
        return place(*args)

    store.enqueue = counted
    return count


def _milliseconds(where: Ground, command: list[str], times: int = 7) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run(command, cwd=where.folder, env=where.environment, capture_output=True, check=True)
        took.append(1000 * (time.perf_counter() - began))
    return quantile(took, 0.5)


def _cpu(pid: int) -> float:
    """Seconds on a processor; the scheduler knows it to the nanosecond, /proc/PID/stat to ten milliseconds."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def _rss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


ALL = (
    callables,
    talking,
    enqueue_one,
    enqueue_threads,
    enqueue_many,
    enqueue_from,
    shell,
    latency,
    gate,
    starts,
    backlog,
)
ONCE = (history, idle)
