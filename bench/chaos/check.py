"""What the database says against what the jobs themselves have noted."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FINISHED = ("succeeded", "failed", "cancelled", "skipped")
# Attempts that were ended from outside: what such a job was about to exit with need not have come to pass.
CUT_SHORT = ("lost", "interrupted", "timeout")
# For so long a holder that is stopped before it is killed sees no end, and a child may outlive it while its daemon is.
BLIND_S = 3.0

Attempt = tuple[int, int]


@dataclass
class Journal:
    """The notes of all attempts."""

    starts: dict[Attempt, list[dict[str, Any]]]
    ends: dict[Attempt, dict[str, Any]]
    overlaps: list[dict[str, Any]]
    followed: Counter[int]
    holder_deaths: list[float]


@dataclass
class Records:
    """The rows of the database."""

    runs: dict[int, dict[str, Any]]
    attempts: dict[Attempt, dict[str, Any]]
    integrity: str


def read_journal(home: Path) -> Journal:
    """The notes of the jobs below `home`."""
    kills = [line.split() for line in (home / "kills").read_text().splitlines()]
    deaths = [float(at) for at, name, kind, _ in kills if (name, kind) == ("SIGKILL", "holder")]
    journal = Journal(defaultdict(list), {}, [], Counter(), deaths)
    for line in (home / "journal").read_text().splitlines():
        note = json.loads(line)
        attempt = (note["run"], note["attempt"])
        match note["event"]:
            case "start":
                journal.starts[attempt].append(note)
            case "end":
                journal.ends[attempt] = note
            case "overlap":
                journal.overlaps.append(note)
            case "follow":
                journal.followed[note["run"]] += 1
    return journal


def read_records(home: Path) -> Records:
    """The rows of the database below `home`."""
    connection = sqlite3.connect(home / "jobctl.db")
    connection.row_factory = sqlite3.Row
    integrity = "; ".join(row[0] for row in connection.execute("PRAGMA integrity_check"))
    runs = {row["run_id"]: dict(row) for row in connection.execute("SELECT * FROM runs")}
    attempts = {(row["run_id"], row["number"]): dict(row) for row in connection.execute("SELECT * FROM attempts")}
    connection.close()
    return Records(runs, attempts, integrity)


def violations(acknowledged: set[int], journal: Journal, records: Records) -> Iterator[str]:
    """Each promise that was broken, in a sentence."""
    if records.integrity != "ok":
        yield f"integrity_check says: {records.integrity}"
    for run_id in sorted(acknowledged - records.runs.keys()):
        yield f"run {run_id} was acknowledged and is not there"
    for note in journal.overlaps:
        yield f"run {note['run']} attempt {note['attempt']} began while another attempt lived"
    for run in records.runs.values():
        yield from _broken_run(run, journal, records)
    for attempt in records.attempts.values():
        yield from _broken_attempt(attempt, records.runs[attempt["run_id"]], journal)
    for key in journal.starts.keys() - records.attempts.keys():
        yield f"run {key[0]} attempt {key[1]} was started and is not recorded"
    yield from _broken_keys(records)


def _broken_run(run: dict[str, Any], journal: Journal, records: Records) -> Iterator[str]:
    name = f"run {run['run_id']} ({run['job']})"
    numbers = range(1, run["claims"] + 1)
    attempts = [records.attempts[run["run_id"], n] for n in numbers if (run["run_id"], n) in records.attempts]
    if run["state"] not in FINISHED:
        yield f"{name} has not ended: {run['state']}, due {run['due_at']}"
        return
    if not attempts:
        yield f"{name} has ended {run['state']} without an attempt"
        return
    last = attempts[-1]
    if (last["exit_code"], last["signal"]) != (run["exit_code"], run["signal"]):
        yield f"{name} does not say what its last attempt says"
    started = sum(len(journal.starts.get((run["run_id"], n), ())) for n in numbers)
    if run["job"] in ("once", "call_once") and started > 1:
        yield f"{name} must not start twice and started {started} times"
    losses = sum(attempt["outcome"] == "lost" for attempt in attempts)
    if run["reason"] == "poison" and losses < 3:
        yield f"{name} was given up as poison after {losses} losses"
    if run["reason"] == "lost" and run["job"] not in ("once", "call_once"):
        yield f"{name} was given up after a loss"
    if run["job"] == "chained":
        follow_ups = [r for r in records.runs.values() if r["created_by"] == f"on_failure of run {run['run_id']}"]
        if len(follow_ups) != (run["state"] == "failed"):
            yield f"{name} ended {run['state']} and has {len(follow_ups)} runs of its `on_failure`"
        if run["state"] == "failed" and not journal.followed[run["run_id"]]:
            yield f"{name} failed and its `on_failure` has not run"


def _broken_attempt(attempt: dict[str, Any], run: dict[str, Any], journal: Journal) -> Iterator[str]:
    key = attempt["run_id"], attempt["number"]
    name = f"run {key[0]} ({run['job']}) attempt {key[1]}"
    starts, end, outcome = journal.starts.get(key, []), journal.ends.get(key), attempt["outcome"]
    if run["job"].endswith(":on_failure"):
        return
    if len(starts) > 1:
        yield f"{name} was started {len(starts)} times"
    if outcome is None:
        yield f"{name} has no outcome"
    if outcome == "not_started" and starts:
        yield f"{name} is recorded as not started and was started"
    if outcome in ("succeeded", "failed") and attempt["signal"] is None:
        yield from _wrong_status(name, attempt, run, end)
    if outcome not in ("succeeded", "failed", *CUT_SHORT) and end is not None:
        yield f"{name} noted its end and is recorded as {outcome}"
    if outcome == "lost" and end is not None and not _unseen(end, run, journal):
        yield f"{name} has ended with {end['exit']} and is recorded as lost"
    if attempt["signal"] is not None and outcome == "failed":
        yield f"{name} is recorded as killed by {attempt['signal']}, which nobody did"


def _unseen(end: dict[str, Any], run: dict[str, Any], journal: Journal) -> bool:
    """Whether nobody can know of an end: a callable's, or one whose holder was killed around that time."""
    return run["job"].startswith("call") or any(abs(at - end["at"]) <= BLIND_S for at in journal.holder_deaths)


def _wrong_status(name: str, attempt: dict[str, Any], run: dict[str, Any], end: dict[str, Any] | None) -> Iterator[str]:
    if end is None:
        yield f"{name} is recorded as {attempt['outcome']} and has noted no end"
        return
    real = end["exit"]
    if run["job"].startswith("call"):
        real = 1 if real else None
    if attempt["exit_code"] != real:
        yield f"{name} ended with {end['exit']} and {attempt['exit_code']} is recorded"


def _broken_keys(records: Records) -> Iterator[str]:
    keys = Counter(run["key"] for run in records.runs.values() if run["key"] is not None)
    for key, count in keys.items():
        if count > 1:
            yield f"key {key} was given to {count} runs"
