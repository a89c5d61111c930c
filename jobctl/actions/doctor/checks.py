"""Find what is wrong with a database, its daemons and its schedules."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from jobctl import __version__
from jobctl.decide.admission.serving import living, of_other_versions, unserved, version_told
from jobctl.decide.lease import is_silent
from jobctl.decide.schedule.fire import never_matches
from jobctl.decide.time.duration_words import span
from jobctl.model.daemon import Daemon
from jobctl.model.job import Schedule
from jobctl.model.run import Run
from jobctl.model.view import JobRow, QueueRow
from jobctl.store.protocol import Store
from jobctl.store.values import RunFilter

_WAL_LIMIT = 256 * 1024 * 1024
_SKEW = timedelta(seconds=5)
_EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
_BUGGY = ((3, 7, 0), (3, 51, 2))


class Check(NamedTuple):
    """One thing looked at: what was found, and what to do about it unless all is well."""

    name: str
    verdict: Literal["ok", "warn", "problem"]
    found: str
    advice: str | None = None


def examine(store: Store, dead: Collection[Daemon], now: datetime, *, whole: bool = True) -> list[Check]:
    """Everything that the database tells; `dead` are the daemons that ended without saying so.

    `whole` says that its whole file may be read.
    """
    facts, daemons, rows = store.integrity(whole=whole), store.daemons(), store.jobs()
    alive = [daemon for daemon in daemons if daemon not in dead and not daemon.identity.foreground]
    return [
        *_engine(facts),
        *_intact(facts),
        *_wal(facts),
        _schema(facts),
        _clock(store.runs(RunFilter(limit=1)), daemons, now),
        _daemon(alive, rows, store.idle(now), now),
        *_queues(store.status(now).queues, alive, now),
        *_versions(alive),
        _stuck(dead, alive),
        _schedules(rows),
    ]


def live(daemons: Sequence[Daemon], now: datetime) -> Check:
    """Whether a daemon has shown itself lately: a quick check for containers."""
    serving = [daemon for daemon in daemons if not daemon.identity.foreground]
    if not serving:
        return Check("daemon", "problem", "none is registered", "start one: `jobctl daemon`")
    newest = max(serving, key=lambda daemon: daemon.seen_at)
    found = f"{newest.identity.name} (pid {newest.identity.pid}) was seen {span(now - newest.seen_at)} ago"
    if is_silent(newest.seen_at, now):
        return Check("daemon", "problem", found, "look at its log, or start one: `jobctl daemon`")
    return Check("daemon", "ok", found)


def _engine(facts: dict[str, Any]) -> Iterator[Check]:
    if "sqlite_version" not in facts:
        return
    version = str(facts["sqlite_version"])
    if _BUGGY[0] <= tuple(map(int, version.split(".")[:3])) <= _BUGGY[1]:
        found = f"{version} can, rarely and silently, corrupt a database in WAL mode that several processes write"
        yield Check("SQLite", "warn", found, "install the wheel `pysqlite3`, or SQLite 3.51.3 or later")
    else:
        yield Check("SQLite", "ok", version)
    mode = str(facts["journal_mode"])
    if mode != "wal":
        found = f"the journal mode is {mode}, not wal"
        yield Check("journal", "problem", found, "stop all daemons and start one again")
    if facts["synchronous"] != "full":
        found = "commits are not forced to the disk: a power cut may undo the newest"
        yield Check("durability", "warn", found, "leave `?synchronous=normal` out of the URL of the database")


def _intact(facts: dict[str, Any]) -> Iterator[Check]:
    result = facts.get("quick_check")
    if result == "ok":
        yield Check("integrity", "ok", "the quick check found nothing")
    elif result is not None:
        advice = "stop all daemons and restore a copy, or dump with `sqlite3 .recover`"
        yield Check("integrity", "problem", str(result), advice)
    for found, advice in facts.get("unreadable", ()):
        yield Check("unreadable", "problem", found, advice)


def _wal(facts: dict[str, Any]) -> Iterator[Check]:
    if facts.get("wal_bytes") is None:
        return
    size = int(facts["wal_bytes"])
    if size > _WAL_LIMIT:
        advice = "a program that reads for long keeps it from shrinking: find and end it"
        yield Check("WAL", "warn", f"{in_bytes(size)} wait to be moved into the database", advice)
    else:
        yield Check("WAL", "ok", in_bytes(size))


def _schema(facts: dict[str, Any]) -> Check:
    number, known = facts["schema_version"], facts.get("schema_known", facts["schema_version"])
    if number == known:
        oldest = facts.get("schema_oldest", number)
        others = "" if oldest == number else f", which programs that know {oldest} may work on"
        return Check("schema", "ok", f"{number}{others}")
    if number < known:
        advice = "`jobctl migrate` moves it, as `apply` and `daemon` do; until then it is worked on as it is"
        return Check("schema", "warn", f"{number}, older than the {known} that this jobctl knows", advice)
    advice = "upgrade this jobctl; until then it may work on it, without what is new there"
    return Check("schema", "warn", f"{number}, newer than the {known} that this jobctl knows", advice)


def _versions(alive: Sequence[Daemon]) -> Iterator[Check]:
    for daemon in of_other_versions(alive, __version__):
        found = f"{daemon.identity.name} (pid {daemon.identity.pid}) runs {version_told(daemon)}, this is {__version__}"
        yield Check("versions", "warn", found, "restart it with the version that is installed now")


def _clock(newest: Sequence[Run], daemons: Sequence[Daemon], now: datetime) -> Check:
    seen = max([*(run.created_at for run in newest), *(daemon.seen_at for daemon in daemons)], default=now)
    advice = "let NTP set it: `timedatectl set-ntp true`"
    if now < _EARLIEST:
        return Check("clock", "problem", f"it says {now:%Y-%m-%d}, which cannot be", advice)
    if seen - now > _SKEW:
        return Check("clock", "problem", f"it is {span(seen - now)} behind what was already recorded", advice)
    return Check("clock", "ok", f"{now:%Y-%m-%d %H:%M:%S} UTC")


def _daemon(alive: Sequence[Daemon], rows: Sequence[JobRow], idle: bool, now: datetime) -> Check:
    if alive:
        return live(alive, now)
    waiting = [] if idle else ["runs are unfinished"]
    waiting += ["jobs are scheduled"] if any(row.next_at for row in rows) else []
    found = f"none is alive, and {' and '.join(waiting)}" if waiting else "none is alive"
    return Check("daemon", "problem" if waiting else "warn", found, "start one: `jobctl daemon`")


def _queues(queues: Sequence[QueueRow], alive: Sequence[Daemon], now: datetime) -> Iterator[Check]:
    serving = living(alive, now)
    names = [queue.name for queue in unserved(queues, serving)] if serving else []
    if names:
        found = f"runs wait in {', '.join(f'`{name}`' for name in names)}, which no living daemon serves"
        options = " ".join(f"--queue {name}" for name in names)
        yield Check("queues", "warn", found, f"start one that does: `jobctl daemon {options}`")


def _stuck(dead: Collection[Daemon], alive: Sequence[Daemon]) -> Check:
    holding = [daemon for daemon in dead if daemon.running]
    if not holding:
        return Check("stuck runs", "ok", "none")
    runs = sum(daemon.running for daemon in holding)
    names = ", ".join(f"{daemon.identity.name} (pid {daemon.identity.pid})" for daemon in holding)
    found = f"{runs} {'run belongs' if runs == 1 else 'runs belong'} to a dead daemon: {names}"
    if alive:
        return Check("stuck runs", "warn", found, "a living daemon takes them over within seconds")
    return Check("stuck runs", "problem", found, "start a daemon, which takes them over: `jobctl daemon`")


def _schedules(rows: Sequence[JobRow]) -> Check:
    scheduled = [row.job for row in rows if row.job.enabled and _repeats(row.job.schedule)]
    never = [job.name for job in scheduled if never_matches(job.schedule, job.name)]
    if never:
        found = f"{', '.join(never)} will never fire"
        return Check("schedules", "problem", found, "mend the expression: `jobctl next JOB` shows what it means")
    return Check("schedules", "ok", f"{len(scheduled)} scheduled" if scheduled else "none")


def _repeats(schedule: Schedule) -> bool:
    return schedule.is_set and schedule.at is None


def in_bytes(size: int) -> str:
    """A size for people.

    >>> in_bytes(0), in_bytes(4096), in_bytes(1_500_000_000)
    ('0 B', '4 KiB', '1.4 GiB')
    """
    amount, unit = float(size), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:.1f}".removesuffix(".0") + f" {unit}" if amount < 10 else f"{amount:.0f} {unit}"
