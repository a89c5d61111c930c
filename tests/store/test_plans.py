"""Hot statements find their rows by an index, whatever history holds."""

import re
from pathlib import Path

import pytest

from jobctl.store import queries
from jobctl.store.opening import open_store
from jobctl.store.queries import query
from jobctl.store.sqlite.driver import sqlite3
from jobctl.store.sqlite.runs import page_sql

SQL = Path(queries.__file__).parent / "sql" / "sqlite"
HOT = [
    "key_live",
    "key_finished",
    "count_live",
    "live_of_job",
    "nominal",
    "running_among",
    "settle_run",
    "settle_attempt",
    "expired",
    "promote",
    "next_due",
    "next_expiry",
    "heads",
    "front",
    "under_way",
    "lane_runs",
    "ready_run",
    "running_lanes",
    "claim_runs",
    "claims",
    "insert_attempts",
    "stop_requests",
    "running_by_daemon",
    "held_by",
    "hand_over",
    "ready_by_lane",
    "unready_by_lane",
    "coming_runs",
    "waiting_by_lane",
    "anything_running",
    "oldest_finished",
    "newest_finished",
    "finished_names",
    "job_times",
    "delete_run",
    "delete_definition",
    "due_schedules",
    "next_fire_at",
]
PAGES = [
    ("where_run_id",),
    ("where_job",),
    ("where_key",),
    ("where_correlation_id",),
    ("where_waiting",),
    ("where_running",),
    ("where_failed",),
    ("where_cancelled",),
    ("where_skipped",),
    ("where_failed", "where_before"),
    ("where_job", "where_failed"),
    ("where_job", "where_waiting"),
    ("where_search", "where_running"),
    ("where_search", "where_window"),
    ("where_queue", "where_window"),
    ("where_tag", "where_window"),
]


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> "sqlite3.Connection":
    path = tmp_path_factory.mktemp("plans") / "jobctl.db"
    open_store(str(path)).close()
    return sqlite3.connect(path)


def _plan(connection: "sqlite3.Connection", sql: str) -> list[str]:
    names = dict.fromkeys(re.findall(r":(\w+)", sql), 1)
    numbered = [int(n) for n in re.findall(r"\?(\d+)", sql)]
    count = max(numbered, default=sql.count("?"))
    values: object = names or [1] * count
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]  # type: ignore[arg-type]


def _scans_history(plan: list[str]) -> list[str]:
    """Steps that walk all runs: a scan of the table, or of an index that is not partial."""
    whole = re.compile(
        r"^SCAN (runs|r|head|u)\b(?!.*USING (COVERING )?INDEX runs_(waiting|front|due|running|live|stop|expiring)\b)"
    )
    return [step for step in plan if whole.search(step)]


@pytest.mark.parametrize("name", HOT)
def test_a_hot_statement_does_not_walk_through_history(connection: "sqlite3.Connection", name: str) -> None:
    assert _scans_history(_plan(connection, query(name))) == []


@pytest.mark.parametrize("parts", PAGES, ids="+".join)
def test_a_page_of_runs_does_not_walk_through_history(connection: "sqlite3.Connection", parts: tuple[str, ...]) -> None:
    assert _scans_history(_plan(connection, page_sql(*parts))) == []


@pytest.mark.parametrize("name", ["heads", "front", "lane_runs", "next_due", "expired", "coming_runs", "stop_requests"])
def test_what_is_in_order_already_is_not_sorted(connection: "sqlite3.Connection", name: str) -> None:
    assert not [step for step in _plan(connection, query(name)) if "TEMP B-TREE" in step]


@pytest.mark.parametrize("path", sorted(SQL.glob("*.sql")), ids=lambda path: path.stem)
def test_a_statement_says_its_purpose_first(path: Path) -> None:
    assert re.fullmatch(r"-- \S.*\.", path.read_text(encoding="utf-8").split("\n", 1)[0])


@pytest.mark.parametrize("path", sorted(SQL.glob("*.sql")), ids=lambda path: path.stem)
def test_a_statement_is_used(path: Path) -> None:
    room = SQL.parent.parent
    assert any(f'"{path.stem}"' in p.read_text(encoding="utf-8") for p in room.rglob("*.py")) or path.stem.startswith(
        ("where_", "synchronous")
    )
