"""Statements find their rows by an index, whatever history holds."""

import re

import pytest

from jobctl.store.opening import open_store
from jobctl.store.relational.history.runs import page
from jobctl.store.sqlite.driver import sqlite3
from jobctl.store.sqlite.sql import TEXTS
from jobctl.store.statements import Statement
from tests.store.declared import CONDITIONS, statements

DECLARED = statements()
WHOLE = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b")
# One that reads a single row, one before a migration, which lasts much longer, and one of `doctor`, which reads the
# whole file anyway.
ELSEWHERE = {"created_first", "count_runs", "damaged_runs"}
CHECKED = [name for name, one in DECLARED.items() if one.name not in ELSEWHERE and WHOLE.match(TEXTS[one].sql)]
SCANS = {
    "job": "runs_job (job=? AND ",
    "lane": "runs_lane (lane_id=? AND ",
    "exit_code": "runs_exit_code (exit_code=? AND ",
    "unlucky": "runs_unlucky (state=? AND ",
    "ended": "runs_finished (job=? AND state=?",
    "live": "runs_live (job=? AND state=?",
    "waiting": "runs_waiting",
    "running": "runs_running",
    "key": "runs_key (key=?",
    "correlation_id": "runs_correlation (correlation_id=? AND ",
}


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> "sqlite3.Connection":
    path = tmp_path_factory.mktemp("plans") / "jobctl.db"
    open_store(str(path)).close()
    return sqlite3.connect(path)


def _plan(connection: "sqlite3.Connection", statement: Statement) -> list[str]:
    text = TEXTS[statement].sql
    values = [1] * len({*re.findall(r"\?(\d+)", text)})
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", values)]


def _named(topic: str, name: str) -> Statement:
    return next(one for one in DECLARED.values() if (one.topic, one.name) == (topic, name))


def _scans_history(plan: list[str]) -> list[str]:
    """Steps that walk all runs: a scan of the table, or of an index that is not partial."""
    whole = re.compile(
        r"^SCAN (runs|r|head|u)\b(?!.*USING (COVERING )?INDEX runs_(waiting|front|due|running|live|stop|expiring)\b)"
    )
    return [step for step in plan if whole.search(step)]


@pytest.mark.parametrize("name", CHECKED)
def test_a_statement_does_not_walk_through_history(connection: "sqlite3.Connection", name: str) -> None:
    assert _scans_history(_plan(connection, DECLARED[name])) == []


@pytest.mark.parametrize(
    ("topic", "name"),
    [("overlap", "in_the_way"), ("overlap", "replaceable"), ("claim", "under_way"), ("claim", "heads")],
)
def test_what_is_under_way_is_not_looked_for_among_all_runs_of_a_job(
    connection: "sqlite3.Connection", topic: str, name: str
) -> None:
    plan = _plan(connection, _named(topic, name))
    assert [step for step in plan if "runs_live" in step]
    assert not [step for step in plan if "runs_job" in step]


@pytest.mark.parametrize("condition", [name for name in CONDITIONS if name not in ("by_ids", "by_window")])
@pytest.mark.parametrize("stretch", ["by_ids", "by_window"])
def test_a_page_of_runs_is_read_by_their_ids(connection: "sqlite3.Connection", stretch: str, condition: str) -> None:
    plan = _plan(connection, page(condition, stretch))
    (step,) = (step for step in plan if re.match(r"\w+ r\b", step))
    assert re.search(r"^SEARCH r USING INTEGER PRIMARY KEY|\brun_id[=<>]", step)


@pytest.mark.parametrize("name", sorted(one.name for one in DECLARED.values() if one.topic == "scans"))
def test_a_scan_goes_along_its_index(connection: "sqlite3.Connection", name: str) -> None:
    assert SCANS[name] in _plan(connection, _named("scans", name))[0]


@pytest.mark.parametrize("name", sorted({*SCANS} - {"ended", "live", "waiting", "running", "key"}))
def test_a_scan_that_may_be_long_is_not_sorted(connection: "sqlite3.Connection", name: str) -> None:
    assert len(_plan(connection, _named("scans", name))) == 1


@pytest.mark.parametrize("name", ["created_from", "newest_below"])
def test_a_run_beside_an_id_is_found_by_it(connection: "sqlite3.Connection", name: str) -> None:
    assert "USING INTEGER PRIMARY KEY" in _plan(connection, _named("runs", name))[0]


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("claim", "heads"),
        ("claim", "front"),
        ("claim", "lane_runs"),
        ("time", "coming"),
        ("time", "expired"),
        ("status", "coming_runs"),
        ("daemons", "stop_requests"),
    ],
)
def test_what_is_in_order_already_is_not_sorted(connection: "sqlite3.Connection", topic: str, name: str) -> None:
    assert not [step for step in _plan(connection, _named(topic, name)) if "TEMP B-TREE" in step]
