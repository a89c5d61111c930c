"""`python -m bench.peers PYTHON`: the same work by others, in turn with jobctl; PYTHON has them installed.

huey with its SQLite storage is the peer that stands nearest: no server, one file. Its writes are durable here, as
jobctl's are. It executes at most once: a task that is under way when its worker is killed is gone.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.ground import ground, rate
from bench.table import show

APP = """
from huey import SqliteHuey
huey = SqliteHuey(filename={file!r}, fsync=True)

@huey.task()
def nothing():
    return None
"""
ENQUEUE = (
    "import app, time; t = time.perf_counter(); [app.nothing() for _ in range({runs})]; print(time.perf_counter() - t)"
)


def main() -> None:
    """Print medians of three rounds, write them to `results/peers.json`."""
    python = str(Path(sys.argv[1]).absolute())
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3_000
    rounds = [one_round(python, runs) for _ in range(3)]
    figures = {name: median(one[name] for one in rounds) for name in rounds[0]}
    show(figures)
    for name, value in sorted(figures.items()):
        print(f"{name:22} {value:10,.0f} /s")
    folder = Path(__file__).with_name("results")
    folder.mkdir(exist_ok=True)
    (folder / "peers.json").write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n")


def one_round(python: str, runs: int) -> dict[str, float]:
    """huey, then jobctl."""
    figures = huey(python, runs)
    with ground() as where, where.client() as client:
        few = max(runs // 10, 1)
        figures["enqueue"] = rate(few, lambda: [client.enqueue("nothing") for _ in range(few)])
        where.fill("nothing", 10 * runs)
        figures["callables"] = where.drain("--slots", "2")
    if shutil.which("tsp"):
        figures |= task_spooler(max(runs // 10, 1))
    return figures


def huey(python: str, runs: int) -> dict[str, float]:
    """Enqueue one by one, then drain with four processes, which suited it best."""
    with tempfile.TemporaryDirectory(prefix="huey-bench-") as folder:
        file = f"{folder}/huey.db"
        Path(folder, "app.py").write_text(APP.format(file=file))
        command = [python, "-c", ENQUEUE.format(runs=runs)]
        enqueued = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        environment = {**os.environ, "PYTHONPATH": folder}
        consumer = [str(Path(python).with_name("huey_consumer")), "app.huey", "-w", "4", "-k", "process", "-q"]
        process = subprocess.Popen(
            consumer, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            return {"huey": drained(file, runs), "huey enqueue": runs / float(enqueued.stdout)}
        finally:
            process.terminate()
            process.wait(20)


def drained(file: str, runs: int) -> float:
    """Tasks a second, from the first that is taken to the last."""
    began = None
    with sqlite3.connect(file) as connection:
        while left := connection.execute("SELECT count(*) FROM task").fetchone()[0]:
            if began is None and left < runs:
                began = time.perf_counter(), runs - left
            time.sleep(0.01)
    started_at, before = began or (time.perf_counter(), 0)
    return (runs - before) / max(time.perf_counter() - started_at, 1e-3)


def task_spooler(runs: int) -> dict[str, float]:
    """Shell jobs by task-spooler with two slots, beside jobctl's."""
    environment = {**os.environ, "TS_SOCKET": f"{tempfile.gettempdir()}/bench-tsp", "TS_SLOTS": "2"}

    def work() -> None:
        for _ in range(runs):
            subprocess.run(["tsp", "-n", "/bin/true"], env=environment, capture_output=True, check=True)
        subprocess.run(["tsp", "-w"], env=environment, check=True)

    speed = rate(runs, work)
    subprocess.run(["tsp", "-K"], env=environment, check=True)
    with ground() as where:
        where.fill("direct", runs)
        return {"task-spooler": speed, "direct": where.drain("--slots", "2")}


if __name__ == "__main__":
    main()
