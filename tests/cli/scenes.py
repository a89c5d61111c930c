"""Hand-made values to draw, all seen at one instant."""

from datetime import UTC, datetime, timedelta
from typing import Any

from jobctl import __version__
from jobctl.actions.doctor.checks import Check
from jobctl.actions.show import JobPage, RunPage
from jobctl.model.daemon import Daemon, DaemonState, Identity
from jobctl.model.job import Job, Param, Rate, Retry, Schedule, Secret
from jobctl.model.plan import Deployment
from jobctl.model.run import Attempt, Event, Progress, Run
from jobctl.model.view import JobRow, Pause, QueueRow, Statistics, Status, Upcoming, Version

NOW = datetime(2026, 3, 10, 13, 2, 7, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LONG = "warehouse-import-of-orders-and-order-lines-from-eu-west-shop"
HOSTILE = "[red]日本語の進捗[/red]\x1b[31m\x07‮"


def run(run_id: int, job: str, state: Any = "running", **other: Any) -> Run:
    """A run that began 12 s ago, but for what `other` says."""
    usual: dict[str, Any] = {
        "job_version": 1,
        "reason": None,
        "queue": "default",
        "priority": 0,
        "params": {},
        "key": None,
        "correlation_id": str(run_id),
        "attempt": 1,
        "failures": 0,
        "losses": 0,
        "exit_code": None,
        "signal": None,
        "error": None,
        "result": None,
        "progress": None,
        "scheduled_for": None,
        "missed": None,
        "due_at": NOW - 13 * SECOND,
        "created_at": NOW - 14 * SECOND,
        "created_by": "anna",
        "started_at": NOW - 12 * SECOND,
        "finished_at": None,
        "host": "web-01",
    }
    return Run(run_id=run_id, job=job, state=state, **{**usual, **other})


def failure(run_id: int, job: str, ago: timedelta, **other: Any) -> Run:
    """A run that has failed so long ago."""
    return run(run_id, job, "failed", started_at=NOW - ago - 3 * SECOND, finished_at=NOW - ago, **other)


def daemon(number: int, name: str, busy: int, slots: int, silent: timedelta, state: DaemonState = "running") -> Daemon:
    """A daemon that was last seen so long ago."""
    identity = Identity(name, name, 4710 + number, 1, "boot", "pid:[1]", slots, version=__version__)
    return Daemon(number, identity, state, busy, NOW - 5 * HOUR - 3 * MINUTE, NOW - silent)


QUEUES = (
    QueueRow("default", None, 4, 12, 4, 1, 0, 3, 2),
    QueueRow("reports", Pause(NOW + 2 * HOUR, "deploy", "anna", NOW), 1, 3, 0, 0, 0, 0, 0),
    QueueRow("bulk", None, 40, 1200, 0, 0, 3, 17, 0),
    QueueRow("mail", None, None, 0, 0, 0, 0, 2, 0),
)
RUNNING = (
    run(1841, "thumbnails", progress=Progress(70, "album 7")),
    run(1838, "backup", started_at=NOW - 4 * MINUTE - 31 * SECOND),
    run(1836, LONG, attempt=2, progress=Progress(12.5, HOSTILE), started_at=NOW - HOUR - 5 * SECOND, queue="bulk"),
)
UPCOMING = (
    Upcoming("rotate-logs", NOW + 12 * SECOND, None),
    Upcoming("digest-mail", NOW + 3 * MINUTE, 1850),
    Upcoming("backup", NOW + 12 * HOUR + 28 * MINUTE, None),
)
FAILED = (
    failure(1799, "sync-crm", 3 * MINUTE, exit_code=7, error="exit 7", attempt=3),
    failure(1790, "import-orders", HOUR, reason="timeout", error="timeout after 30 min"),
    failure(1788, "resize", 2 * HOUR, signal="SIGKILL", error="killed by SIGKILL, perhaps out of memory"),
    failure(1780, "album", 9 * HOUR, exit_code=1, error="Traceback\n  x.py\nValueError: no [bold]album[/bold]\n"),
)
SAID = {1799: "curl: (7) connection refused"}
ALIVE = (daemon(1, "web-01", 9, 16, 2 * SECOND), daemon(2, "web-02", 2, 4, 2 * SECOND))

BUSY = Status(QUEUES, ALIVE, RUNNING, UPCOMING, FAILED)
EMPTY = Status((), (), (), (), ())
QUIET = Status((QueueRow("default", None, 4, 0, 0, 0, 0, 0, 0),), ALIVE[:1], (), (), ())
ABANDONED = Status(QUEUES[:2], (), (), UPCOMING, FAILED[:1])
STALE = Status(QUEUES[:2], (daemon(1, "web-01", 2, 4, 130 * SECOND), ALIVE[1]), RUNNING[:1], UPCOMING, ())
CROWDED = Status(
    tuple(QueueRow(f"queue-{n:02}", None, 2, n % 3, 0, 0, 0, 0, 0) for n in range(50)),
    ALIVE[:1],
    tuple(run(n, f"job-{n}") for n in range(100, 150)),
    tuple(Upcoming(f"job-{n}", NOW + n * MINUTE, None) for n in range(1, 51)),
    tuple(failure(n, f"job-{n}", n * MINUTE, exit_code=1, error="exit 1") for n in range(1, 51)),
)
SCENES = {"busy": BUSY, "empty": EMPTY, "quiet": QUIET, "abandoned": ABANDONED, "stale": STALE, "crowded": CROWDED}

RUNS = (
    run(1842, "digest-mail", "waiting", due_at=NOW + 3 * MINUTE, started_at=None, attempt=0),
    RUNNING[0],
    run(1840, "sync-crm", "waiting", reason="retry", due_at=NOW + MINUTE, error="exit 7"),
    run(1839, "rotate-logs", "succeeded", started_at=NOW - MINUTE - SECOND / 4, finished_at=NOW - MINUTE, exit_code=0),
    run(1837, "count", "succeeded", finished_at=NOW, result={"rows": 12, "name": "日本"}, key="2026-03-10"),
    *FAILED,
    run(1700, "backup", "skipped", reason="overlap", started_at=None, finished_at=NOW - 10 * HOUR),
    run(1600, LONG, "cancelled", reason="operator", finished_at=NOW - 72 * HOUR, started_at=NOW - 73 * HOUR),
)

RUN_PAGE = RunPage(
    failure(
        1799,
        "sync-crm",
        3 * MINUTE,
        exit_code=7,
        error="exit 7",
        attempt=2,
        failures=2,
        created_at=NOW - 10 * MINUTE,
        scheduled_for=NOW - 10 * MINUTE,
        params={"album": 7, "since": "[bold]2026-03-01[/bold]", "filter": {"a": [1, 2]}},
        key="crm-2026-03-10",
        result={"rows": 3},
    ),
    [
        Attempt(1, "failed", 7, None, NOW - 9 * MINUTE, NOW - 9 * MINUTE + 3.2 * SECOND, "web-01", 4811, "exit 7"),
        Attempt(2, "failed", 7, None, NOW - 4 * MINUTE, NOW - 3 * MINUTE, "web-01", 4812, "exit 7"),
    ],
    [
        Event(NOW - 10 * MINUTE, "enqueue", None, "waiting", None, "schedule"),
        Event(NOW - 9 * MINUTE, "claim", "waiting", "running", None, "web-01"),
        Event(NOW - 9 * MINUTE + 3.2 * SECOND, "settle", "running", "waiting", "retry", "web-01"),
        Event(NOW - 4 * MINUTE, "claim", "waiting", "running", None, "web-01"),
        Event(NOW - 3 * MINUTE, "settle", "running", "failed", None, "web-01"),
    ],
    "connecting to crm.example.com\n\x1b[31mcurl: (7)\x1b[0m\tconnection [red]refused[/red]\n",
)

BACKUP = Job(
    name="backup",
    run='pg_dump "$DB" \\\n  | gzip > "backup.sql.gz"\n',
    shell="bash",
    description="Nightly database backup",
    owner="anna",
    tags=("db", "night"),
    env={"DB": "shop"},
    schedule=Schedule(cron=("30 2 * * *",), timezone="Europe/Berlin", jitter=MINUTE),
    timeout=30 * MINUTE,
    retry=Retry(limit=3),
    rate=Rate(10, MINUTE),
    params={"album": Param(type="integer", required=True)},
    secrets={"PGPASSWORD": Secret(file="/run/secrets/pg"), "TOKEN": Secret(command="print-token --all")},
    working_dir="/srv/shop",
)
JOB_PAGE = JobPage(
    JobRow(BACKUP, 3, "a1" * 32, "/srv/shop/jobs.yaml", Pause(None, "deploy", "anna", NOW), NOW + 13 * HOUR, FAILED[0]),
    [
        Version(3, "a1" * 32, NOW - 25 * HOUR, Deployment("anna", ("/srv/shop/jobs.yaml",), "deadbeef0123", "longer")),
        Version(2, "b2" * 32, NOW - 200 * HOUR, Deployment("bert", ("/srv/shop/jobs.yaml",))),
    ],
    Statistics(412, 3, 7, 0, 252 * SECOND, 431 * SECOND, SECOND / 25, 2.1 * SECOND),
    list(RUNS[:4]),
)

CHECKS = [
    Check("database", "ok", "/var/lib/jobctl/jobctl.db"),
    Check(
        "SQLite",
        "warn",
        "3.40.1 can, rarely and silently, corrupt a database in WAL mode that several processes write",
        "install the wheel `pysqlite3`, or SQLite 3.51.3 or later",
    ),
    Check("daemon", "problem", "none is alive, and jobs are scheduled", "start one: `jobctl daemon`"),
]
