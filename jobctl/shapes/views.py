"""The JSON shapes of `status`, `show` and `doctor`."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from jobctl.shapes.records import Json, instant, job_json, run_json, seconds

if TYPE_CHECKING:
    from datetime import datetime

    from jobctl.actions.doctor.checks import Check
    from jobctl.actions.show import JobPage, NamePage, RunPage
    from jobctl.model.daemon import Daemon
    from jobctl.model.run import Attempt, Event
    from jobctl.model.view import QueueRow, Statistics, Status, Version


def status_json(status: "Status", gone: Collection[int], now: "datetime") -> Json:
    """The whole picture; `gone` are the ids of daemons that are known to be dead."""
    from jobctl.decide.admission.serving import living, served

    alive = living((daemon for daemon in status.daemons if daemon.daemon_id not in gone), now)
    return {
        "queues": [{**_queue(queue), "served": served(queue.name, alive)} for queue in status.queues],
        "daemons": [_daemon(daemon) for daemon in status.daemons],
        "running": [run_json(run) for run in status.running],
        "upcoming": [{"job": row.job, "at": instant(row.at)} for row in status.upcoming],
        "failed": [run_json(run) for run in status.failed],
    }


def run_page_json(page: "RunPage") -> Json:
    """A run with its attempts and events."""
    return {
        **run_json(page.run),
        "attempts": [_attempt(attempt) for attempt in page.attempts],
        "events": [_event(event) for event in page.events],
    }


def job_page_json(page: "JobPage") -> Json:
    """A job with its definition, versions, last runs and statistics."""
    from jobctl.decide.deploy.plan import as_typed
    from jobctl.decide.schedule.schedule_words import schedule_in_words

    return {
        **job_json(page.row, schedule_in_words(page.row.job.schedule, page.row.job.name)),
        "definition": as_typed(page.row.job),
        "versions": [_version(version) for version in page.versions],
        "runs": [run_json(run) for run in page.runs],
        "statistics": _statistics(page.statistics),
    }


def name_page_json(page: "NamePage") -> Json:
    """As of a job, with null for all that only a deployed one has."""
    last = page.runs[0] if page.runs else None
    return {
        "name": page.name,
        "kind": None,
        "schedule": None,
        "timezone": None,
        "queue": None if last is None else last.queue,
        "version": None,
        "digest": None,
        "enabled": None,
        "paused": None,
        "next_at": None,
        "last_run": None if last is None else run_json(last),
        "definition": None,
        "versions": [_version(version) for version in page.versions],
        "runs": [run_json(run) for run in page.runs],
        "statistics": _statistics(page.statistics),
    }


def checks_json(checks: "Sequence[Check]") -> list[Json]:
    """What the doctor found."""
    return [{"name": c.name, "verdict": c.verdict, "found": c.found, "advice": c.advice} for c in checks]


def _queue(queue: "QueueRow") -> Json:
    return {
        "name": queue.name,
        "paused": queue.pause is not None,
        "slots": queue.slots,
        "ready": queue.ready,
        "scheduled": queue.scheduled,
        "retrying": queue.retrying,
        "blocked": queue.blocked,
        "running": queue.running,
        "failed": queue.failed,
    }


def _daemon(daemon: "Daemon") -> Json:
    return {
        "name": daemon.identity.name,
        "host": daemon.identity.host,
        "pid": daemon.identity.pid,
        "version": daemon.identity.version,
        "state": daemon.state,
        "slots": daemon.identity.slots,
        "running": daemon.running,
        "started_at": instant(daemon.started_at),
        "seen_at": instant(daemon.seen_at),
    }


def _attempt(attempt: "Attempt") -> Json:
    return {
        "number": attempt.number,
        "outcome": attempt.outcome,
        "exit_code": attempt.exit_code,
        "signal": attempt.signal,
        "started_at": instant(attempt.started_at),
        "finished_at": instant(attempt.finished_at),
        "host": attempt.host,
        "pid": attempt.pid,
        "error": attempt.error,
    }


def _event(event: "Event") -> Json:
    return {
        "at": instant(event.at),
        "verb": event.verb,
        "from": event.from_state,
        "to": event.to_state,
        "reason": event.reason,
        "actor": event.actor,
    }


def _version(version: "Version") -> Json:
    return {
        "version": version.version,
        "digest": version.digest,
        "deployed_at": instant(version.deployed_at),
        "who": version.deployment.who,
        "files": list(version.deployment.files),
        "commit": version.deployment.commit,
        "message": version.deployment.message,
    }


def _statistics(stats: "Statistics") -> Json:
    return {
        "succeeded": stats.succeeded,
        "failed": stats.failed,
        "skipped": stats.skipped,
        "cancelled": stats.cancelled,
        "success_rate": stats.success_rate,
        "duration_p50": seconds(stats.duration_p50),
        "duration_p95": seconds(stats.duration_p95),
        "lateness_p50": seconds(stats.lateness_p50),
        "lateness_p99": seconds(stats.lateness_p99),
    }
