"""How punctual a daemon is: four catalogs, one daemon each, and what its database says afterwards.

Lateness is from the nominal time of a fire to the instant its record was made, and to the instant its process was
started. Every nominal time of the watched stretch must have exactly one record.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.leaving import leave_in_order, started
from jobctl.store.sqlite.driver import sqlite3

JOBCTL = [sys.executable, "-m", "jobctl"]
RECORDS = """
SELECT r.job, r.scheduled_for, r.created_at, a.started_at, r.missed_times
FROM runs r LEFT JOIN attempts a ON a.run_id = r.run_id AND a.number = 1 WHERE r.scheduled_for IS NOT NULL
"""
HEAD = "defaults: {overlap: allow, catchup: none}\njobs:\n"


@dataclass(frozen=True)
class Record:
    """One nominal time; instants are epoch milliseconds."""

    job: str
    nominal: int
    recorded: int
    started: int | None
    missed: int | None


def main() -> int:
    """Measure, print, and tell by the exit status whether a nominal time was missing or doubled."""
    arguments = _arguments()
    ways = {
        "spread": lambda: spread(arguments.schedules, arguments.seconds),
        "seconds": lambda: on_the_seconds(arguments.schedules, arguments.seconds),
        "instant": lambda: at_one_instant(arguments.schedules),
        "every": lambda: every_second(arguments.every, arguments.every_seconds),
        "grid": slow_on_a_grid,
    }
    print(f"{os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f} at the start", flush=True)
    whole = [ways[name]() for name in arguments.only or ways]
    return 0 if all(whole) else 1


def spread(schedules: int, seconds: int) -> bool:
    """Schedules that fire once a minute, each at a time of its own."""
    step = 60_000 / schedules
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    jobs = "".join(
        f"  s{n}: {{run: [/bin/true], every: 60s, start: '{(begin + n * timedelta(milliseconds=step)).isoformat()}'}}\n"
        for n in range(schedules)
    )
    records = _watch(jobs, seconds)
    return _report(f"{schedules:,} schedules spread over the minute, {seconds} s", records, 60_000)


def on_the_seconds(schedules: int, seconds: int) -> bool:
    """Cron knows whole seconds only: a sixtieth of all schedules fires at the same instant."""
    jobs = "".join(f"  s{n}: {{run: [/bin/true], schedule: '{n % 60} * * * * *'}}\n" for n in range(schedules))
    records = _watch(jobs, seconds)
    return _report(f"{schedules:,} cron schedules, {schedules // 60} at each second, {seconds} s", records, 60_000)


def at_one_instant(schedules: int) -> bool:
    """All at the same instant, once: until another process can read the last record."""
    at = datetime.fromtimestamp(int(time.time()) + 8 + schedules // 500, UTC)
    jobs = "".join(f"  s{n}: {{run: [/bin/true], at: '{at.isoformat()}'}}\n" for n in range(schedules))
    found: list[str] = []

    def read(home: Path) -> None:
        whole = _until_recorded(home, schedules, at)
        found.append(f"the last readable after {whole:.0f} ms" if whole is not None else "not all within 20 s")

    records = _watch(jobs, read)
    print(f"{schedules:,} at one instant: {len(records):,} on record, {found[0]}", flush=True)
    return len(records) == schedules


def every_second(schedules: int, seconds: int) -> bool:
    """Callables that fire each second."""
    jobs = "".join(f"  s{n}: {{call: 'work:nothing', every: 1s, path: .}}\n" for n in range(schedules))
    return _report(f"{schedules:,} x `every: 1s`, {seconds} s", _watch(jobs, seconds), 1_000)


def slow_on_a_grid() -> bool:
    """A run that takes longer than its interval: the next ones stay on the grid."""
    records = _watch("  slow: {run: [/bin/sleep, '1.4'], every: 1s, overlap: skip}\n", 8)
    off = [record for record in records if record.nominal % 1_000]
    return _report("`every: 1s` whose run takes 1.4 s", records, 1_000) and not off


def _report(title: str, records: list[Record], period: int) -> bool:
    wrong = _wrong(records, period)
    recorded = sorted(record.recorded - record.nominal for record in records)
    started = sorted(record.started - record.nominal for record in records if record.started is not None)
    print(f"{title}: {len(records):,} fires, {wrong} missing or doubled")
    for what, found in (("recorded", recorded), ("started", started)):
        if found:
            p50, p99 = found[len(found) // 2], found[min(len(found) - 1, len(found) * 99 // 100)]
            print(f"  {what:<9} p50 {p50} ms   p99 {p99} ms   worst {found[-1]} ms   ({len(found):,})")
    sys.stdout.flush()
    return not wrong


def _wrong(records: list[Record], period: int) -> int:
    """Nominal times without a record of their own between a job's first and last one, and doubled ones."""
    by_job: dict[str, list[int]] = {}
    missed = sum(record.missed or 0 for record in records)
    for record in records:
        by_job.setdefault(record.job, []).append(record.nominal)
    wrong = missed
    for times in by_job.values():
        expected = Counter(range(min(times), max(times) + 1, period))
        found = Counter(times)
        wrong += sum(((expected - found) + (found - expected)).values())
    return wrong


def _watch(jobs: str, until: float | Callable[[Path], None]) -> list[Record]:
    """The records of a daemon that ran for so many seconds since it came on duty, or until a function returns."""
    with tempfile.TemporaryDirectory(prefix="fires-") as folder:
        home = Path(folder)
        (home / "work.py").write_text("def nothing():\n    pass\n")
        (home / "jobs.yaml").write_text(HEAD + jobs)
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "TZ": "UTC", "JOBCTL_DB": str(home / "jobctl.db")}
        environment["PYTHONPATH"] = str(Path(__file__).parents[1])
        subprocess.run([*JOBCTL, "apply"], cwd=home, env=environment, check=True, stdout=subprocess.DEVNULL)
        with _daemon(home, environment):
            begun = _begun(home)
            if callable(until):
                until(home)
            else:
                time.sleep(max(0.0, until - (datetime.now(UTC) - begun).total_seconds()))
        return _read(home)


def _until_recorded(home: Path, wanted: int, at: datetime) -> float | None:
    """How many milliseconds after `at` so many runs can be read; None if that takes longer than 20 s."""
    connection = sqlite3.connect(home / "jobctl.db")
    try:
        while (now := datetime.now(UTC)) < at + timedelta(seconds=20):
            if connection.execute("SELECT max(run_id) FROM runs").fetchone()[0] == wanted:
                return (now - at).total_seconds() * 1000
            time.sleep(0.002)
        return None
    finally:
        connection.close()


def _begun(home: Path) -> datetime:
    """When the daemon came on duty."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        connection = sqlite3.connect(home / "jobctl.db")
        row = connection.execute("SELECT min(started_at) FROM daemons").fetchone()
        connection.close()
        if row[0] is not None:
            return datetime.fromtimestamp(row[0] / 1000, UTC)
        time.sleep(0.01)
    raise RuntimeError("the daemon did not start within a minute")


@contextmanager
def _daemon(home: Path, environment: dict[str, str]) -> Iterator[None]:
    command = [*JOBCTL, "daemon"]
    with (home / "daemon.log").open("wb") as log, started(command, cwd=home, env=environment, stdout=log, stderr=log):
        yield


def _read(home: Path) -> list[Record]:
    """What was recorded, without the stretch between the deployment and the daemon's first look."""
    begun = _begun(home).timestamp() * 1000
    connection = sqlite3.connect(home / "jobctl.db")
    rows = connection.execute(RECORDS).fetchall()
    connection.close()
    return [Record(*row) for row in rows if row[1] >= begun]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.fires", description=__doc__)
    parser.add_argument("--only", action="append", choices=["spread", "seconds", "instant", "every", "grid"])
    parser.add_argument("--schedules", type=int, default=10_000, help="how many for spread, seconds, instant (10,000)")
    parser.add_argument("--seconds", type=int, default=20, help="how long spread and seconds are watched (20)")
    parser.add_argument("--every", type=int, default=1_000, help="how many fire each second (1,000)")
    parser.add_argument("--every-seconds", type=int, default=20, help="how long (20; 120 for the whole figure)")
    return parser.parse_args()


if __name__ == "__main__":
    leave_in_order()
    sys.exit(main())
