"""Statements find their rows by an index, whatever history holds."""

import re
from pathlib import Path

import pytest

from jobctl.store import statements as queries
from jobctl.store.opening import open_store
from jobctl.store.relational.history.runs import page_sql
from jobctl.store.sqlite.driver import sqlite3
from jobctl.store.statements import query

SQL = Path(queries.__file__).parent / "sql" / "sqlite"
WHOLE = re.compile(r"(?:--.*\n)+(SELECT|INSERT|UPDATE|DELETE|WITH)\b")
# The beginning of statements, one that reads a single row, one before a migration, which lasts much longer, and one of
# `doctor`, which reads the whole file anyway.
ELSEWHERE = {"run_columns", "created_first", "count_runs", "damaged_runs"}
STATEMENTS = sorted(p.stem for p in SQL.glob("*.sql") if WHOLE.match(p.read_text("utf-8")) and p.stem not in ELSEWHERE)
# Every condition there is, upon the runs that a way through history has led to.
CONDITIONS = sorted(path.stem for path in SQL.glob("where_*.sql") if path.stem not in ("where_ids", "where_window"))
TRAILS = {
    "trail_job": "runs_job (job=? AND ",
    "trail_lane": "runs_lane (lane_id=? AND ",
    "trail_exit_code": "runs_exit_code (exit_code=? AND ",
    "trail_unlucky": "runs_unlucky (state=? AND ",
    "trail_ended": "runs_finished (job=? AND state=?",
    "trail_live": "runs_live (job=? AND state=?",
    "trail_waiting": "runs_waiting",
    "trail_running": "runs_running",
    "trail_key": "runs_key (key=?",
    "trail_correlation_id": "runs_correlation (correlation_id=? AND ",
}


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


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_does_not_walk_through_history(connection: "sqlite3.Connection", name: str) -> None:
    assert _scans_history(_plan(connection, query(name))) == []


@pytest.mark.parametrize("name", ["in_the_way", "replaceable", "under_way", "heads"])
def test_what_is_under_way_is_not_looked_for_among_all_runs_of_a_job(
    connection: "sqlite3.Connection", name: str
) -> None:
    plan = _plan(connection, query(name))
    assert [step for step in plan if "runs_live" in step]
    assert not [step for step in plan if "runs_job" in step]


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("stretch", ["where_ids", "where_window"])
def test_a_page_of_runs_is_read_by_their_ids(connection: "sqlite3.Connection", stretch: str, condition: str) -> None:
    (step,) = (step for step in _plan(connection, page_sql(condition, stretch)) if re.match(r"\w+ r\b", step))
    assert re.search(r"^SEARCH r USING INTEGER PRIMARY KEY|\brun_id[=<>]", step)


@pytest.mark.parametrize("name", sorted(path.stem for path in SQL.glob("trail_*.sql")))
def test_a_trail_goes_along_its_index(connection: "sqlite3.Connection", name: str) -> None:
    assert TRAILS[name] in _plan(connection, query(name))[0]


@pytest.mark.parametrize(
    "name", sorted({*TRAILS} - {"trail_ended", "trail_live", "trail_waiting", "trail_running", "trail_key"})
)
def test_a_trail_that_may_be_long_is_not_sorted(connection: "sqlite3.Connection", name: str) -> None:
    assert len(_plan(connection, query(name))) == 1


@pytest.mark.parametrize("name", ["created_from", "newest_below"])
def test_a_run_beside_an_id_is_found_by_it(connection: "sqlite3.Connection", name: str) -> None:
    assert "USING INTEGER PRIMARY KEY" in _plan(connection, query(name))[0]


@pytest.mark.parametrize("name", ["heads", "front", "lane_runs", "coming", "expired", "coming_runs", "stop_requests"])
def test_what_is_in_order_already_is_not_sorted(connection: "sqlite3.Connection", name: str) -> None:
    assert not [step for step in _plan(connection, query(name)) if "TEMP B-TREE" in step]


@pytest.mark.parametrize("path", sorted(SQL.glob("*.sql")), ids=lambda path: path.stem)
def test_a_statement_says_its_purpose_first(path: Path) -> None:
    assert re.fullmatch(r"-- \S.*\.", path.read_text(encoding="utf-8").split("\n", 1)[0])


@pytest.mark.parametrize("path", sorted(SQL.glob("*.sql")), ids=lambda path: path.stem)
def test_a_statement_is_used(path: Path) -> None:
    room = SQL.parent.parent
    assert any(f'"{path.stem}"' in p.read_text(encoding="utf-8") for p in room.rglob("*.py")) or path.stem.startswith(
        ("where_", "trail_", "synchronous")
    )
