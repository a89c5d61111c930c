"""The statements as they are declared: what they are bound to, what they answer with, who may end a run."""

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from jobctl.decide.runs.states import FINISHED
from jobctl.store.opening import open_store
from jobctl.store.sqlite.driver import sqlite3
from jobctl.store.sqlite.sql import TEXTS
from jobctl.store.statements import Select, Statement, parameters_of, parts_of
from tests.store.declared import CONDITIONS, SQL, one_column, statements

DECLARED = statements()
SELECTS = {name: one for name, one in DECLARED.items() if isinstance(one, Select)}
FILES = sorted(SQL.glob("*/*.sql"))
PARTS = [
    pytest.param(path, *part, id=f"{path.parent.name}-{path.stem}-{part[0]}")
    for path in FILES
    for part in parts_of(path.read_text(encoding="utf-8"))
]


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> "sqlite3.Connection":
    path = tmp_path_factory.mktemp("statements") / "jobctl.db"
    open_store(str(path)).close()
    return sqlite3.connect(path)


def bound(statement: Statement) -> Any:
    """Something for each parameter."""
    return [1] * len({*re.findall(r"\?(\d+)", TEXTS[statement].sql)})


@pytest.mark.parametrize("name", SELECTS)
def test_a_row_has_the_fields_of_the_columns(connection: "sqlite3.Connection", name: str) -> None:
    select, text = SELECTS[name], TEXTS[SELECTS[name]].sql
    if "RETURNING" in text:
        columns = re.findall(r"RETURNING (\w+)", text)
    else:
        columns = [column[0] for column in connection.execute(text, bound(select)).description]
    if one_column(select):
        assert len(columns) == 1
    else:
        assert columns == list(select.row._fields)


@pytest.mark.parametrize("name", [name for name, one in DECLARED.items() if one.bound is not None])
def test_a_statement_is_bound_to_the_fields_of_its_row(name: str) -> None:
    statement = DECLARED[name]
    text = "\n".join(
        part[2]
        for path in FILES
        if path.stem == statement.topic
        for part in parts_of(path.read_text("utf-8"))
        if part[0] == statement.name
    )
    assert sorted(parameters_of(text)) == sorted(statement.bound._fields)  # type: ignore[union-attr]


@pytest.mark.parametrize(("path", "name", "says", "text"), PARTS)
def test_a_statement_says_its_purpose_and_why_it_is_for_one_dialect(
    path: Path, name: str, says: list[str], text: str
) -> None:
    purpose = " ".join(line for line in says if not line.startswith("only here: "))
    assert re.fullmatch(r"[A-Z].*\.", purpose)
    why = [line for line in says if line.startswith("only here: ")]
    assert len(why) == (path.parent.name != "common" and path.stem != "file")
    assert text.strip()
    assert "--" not in text


@pytest.mark.parametrize(("path", "name", "says", "text"), PARTS)
def test_a_statement_is_declared(path: Path, name: str, says: list[str], text: str) -> None:
    used = {word for one in DECLARED.values() if one.topic == path.stem for word in one.name.split()}
    assert name in used or (path.stem == "runs" and name in [*CONDITIONS, "columns", "newest_first"])


@pytest.mark.parametrize(("path", "name", "says", "text"), PARTS)
def test_only_what_ends_a_run_writes_a_final_state(path: Path, name: str, says: list[str], text: str) -> None:
    """Settlements and `end_waiting` are in one topic; elsewhere such a state would come without event and count."""
    writes = re.match(r"\s*(INSERT INTO|UPDATE) runs\b", text)
    if writes and path.stem != "ends":
        assigned = text.partition(" WHERE ")[0]
        assert not re.search("|".join(f"'{state}'" for state in FINISHED), assigned)
        assert not re.search(r"\bstate = :|finished_at = (?!NULL)|\bfinished_at,", assigned)


def test_what_is_promised_names_no_driver() -> None:
    """Floors are held by import-linter; this is about words that are SQLite's or PostgreSQL's."""
    for path in (SQL.parent / "relational").rglob("*.py"):
        assert not re.search(r"sqlite3|psycopg|\.execute\(|PRAGMA|\bWAL\b", path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("path", [*(SQL.parent / "relational").rglob("*.py")], ids=lambda path: path.stem)
def test_python_holds_no_sql(path: Path) -> None:
    assert not re.search(r"\"(SELECT|INSERT INTO|UPDATE|DELETE FROM) ", path.read_text(encoding="utf-8"))


def test_a_statement_is_declared_with_a_type_that_says_what_it_holds() -> None:
    assert all(inspect.isclass(one.row) for one in SELECTS.values())
