"""A daemon that only watches: what it tells, and that it leaves no trace."""

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from jobctl.daemon.dry_run import Seen, Shadow, subjects
from jobctl.daemon.loops.fire import FireLoop
from jobctl.model.job import Catchup, Job, Schedule
from tests.kit.installation import Installation
from tests.kit.until import until

NOON = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)
CATALOG = """
jobs:
  tick: {run: 'touch ran', every: 1s}
  off: {run: [/bin/true, 'a b'], every: 1s, enabled: false}
"""


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def watched(jobs: Sequence[Job], instants: Sequence[datetime], paused: Sequence[str] = ()) -> list[Seen]:
    """What a shadow tells that looks at the clock at these instants."""
    seen: list[Seen] = []
    loop = FireLoop(Shadow(subjects({job.name: job for job in jobs}, paused), NOON, seen.append), NOON, "boot", NOON)
    for instant in instants:
        loop.tick(instant)
    return seen


def tens(catchup: Catchup = "last", enabled: bool = True) -> Job:
    return Job(name="job", run="true", schedule=Schedule(cron=("*/10 * * * *",), catchup=catchup), enabled=enabled)


def each_second(minutes: int) -> list[datetime]:
    return [NOON + timedelta(seconds=second) for second in range(minutes * 60 + 1)]


def test_a_shadow_tells_of_each_time_once() -> None:
    assert [seen.nominal_at for seen in watched([tens()], each_second(35))] == [at(10), at(20), at(30)]


def test_a_shadow_tells_what_is_held() -> None:
    jobs = [tens(enabled=False), Job(name="held", run="true", schedule=Schedule(every=timedelta(minutes=10)))]
    seen = watched(jobs, each_second(11), ["held"])
    assert [(one.job.name, one.held) for one in seen] == [("job", "disabled"), ("held", "paused")]


def test_a_shadow_tells_what_was_missed_while_the_machine_slept() -> None:
    seen = watched([tens("last")], [NOON, at(55)])
    assert [(one.nominal_at, one.times) for one in seen] == [(at(40), 4), (at(50), None)]


def test_a_shadow_agrees_with_a_real_daemon_to_the_last_time() -> None:
    jobs = [Job(name=f"job{n}", run="true", schedule=Schedule(cron=(f"*/{n} * * * *",))) for n in range(2, 30)]
    told = {(seen.job.name, seen.nominal_at) for seen in watched(jobs, each_second(60))}
    wanted = {(f"job{n}", at(minute)) for n in range(2, 30) for minute in range(1, 61) if minute % 60 % n == 0}
    assert told == wanted


def shadow(here: Installation, *args: str) -> list[str]:
    """The lines of a dry run that is stopped after some."""
    process = subprocess.Popen(
        [sys.executable, "-m", "jobctl", "daemon", "--dry-run", *args],
        cwd=here.folder,
        env=here.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    lines = [process.stdout.readline().rstrip("\n") for _ in range(4)]
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 0
    return lines


def test_a_dry_run_of_a_catalog_needs_no_database_and_executes_nothing(here: Installation) -> None:
    (here.folder / "jobs.yaml").write_text(CATALOG)
    lines = shadow(here, "--catalog", "jobs.yaml")
    assert sorted({line[27:] for line in lines}) == [
        "off                       /bin/true a b  (disabled)",
        "tick                      touch ran",
    ]
    assert not here.db.exists()
    assert not (here.folder / "ran").exists()


def test_a_dry_run_of_deployed_jobs_records_nothing_and_is_no_daemon(here: Installation) -> None:
    here.apply(CATALOG)
    found = [json.loads(line) for line in shadow(here, "--log-format", "json")]
    assert {(line["job"], line["held"], line["command"]) for line in found} == {
        ("tick", None, "touch ran"),
        ("off", "disabled", "/bin/true a b"),
    }
    assert (here.json("runs"), here.json("status")["daemons"]) == ([], [])


def test_a_dry_run_beside_a_daemon_takes_nothing_from_it(here: Installation) -> None:
    here.apply(CATALOG)
    here.daemon()
    shadow(here)
    until(lambda: len(here.json("runs", "--job", "tick")) >= 2, "the daemon fires")
    assert here.json("runs", "--job", "off") == []


def test_a_dry_run_refuses_to_wait_for_nothing(here: Installation) -> None:
    refused = here.jobctl("daemon", "--dry-run", "--until-idle", check=False)
    assert (refused.returncode, refused.stderr.splitlines()[0]) == (
        2,
        "error: `--dry-run` waits for what comes; `--until-idle` would end it at once",
    )


def test_what_a_disabled_job_would_do_is_shown(here: Installation) -> None:
    here.apply("jobs: {off: {run: x, schedule: '0 6 29 2 *', timezone: UTC, enabled: false}}\n")
    assert "disabled; it would be 2028-02-29 06:00" in here.jobctl("show", "off").stdout
    assert [fire["at"] for fire in here.json("next", "off", "-n", "2", "--after", "2026-01-01")] == [
        "2028-02-29T06:00:00+00:00",
        "2032-02-29T06:00:00+00:00",
    ]


def test_a_dry_run_refuses_a_duration_that_the_daemon_would_refuse(here: Installation) -> None:
    refused = here.jobctl("daemon", "--dry-run", "--grace", "soon", check=False)
    assert (refused.returncode, "--grace: expected a duration" in refused.stderr) == (2, True)
