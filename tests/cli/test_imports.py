"""What a verb imports: a script may call `jobctl enqueue` in a loop, so nothing may creep in."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.installation import Installation

HEAVY = ("rich", "yaml", "pydantic", "sqlite_utils", "croniter", "asyncio")
NEVER_QUICK = (*HEAVY, "jobctl.model.job", "jobctl.catalog", "dataclasses", "hashlib", "sqlite3")
PROGRAM = """
import json, sys
from jobctl.cli.main import run
status = run(sys.argv[1:])
print(json.dumps([status, sorted(sys.modules)]), file=sys.stderr)
"""
CATALOG = """
jobs:
  hello: {run: "true", unique: true, deadline: 1h, params: {n: {type: integer, default: 1}}}
"""


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A database with a job and a run."""
    installation = Installation(tmp_path_factory.mktemp("imports"))
    installation.apply(CATALOG)
    installation.enqueue("hello")
    return installation


def imported(where: Installation, *args: str, status: int = 0) -> set[str]:
    """The modules of a fresh interpreter after one command."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *args],
        cwd=where.folder,
        env={**where.environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    code, modules = json.loads(done.stderr.splitlines()[-1])
    assert code == status, done.stderr
    return set(modules)


def found(modules: set[str], names: tuple[str, ...]) -> list[str]:
    """Which of `names` were imported, packages with all that is in them."""
    return sorted(name for name in names if any(m == name or m.startswith(f"{name}.") for m in modules))


@pytest.mark.parametrize(
    "args",
    [
        ["enqueue", "hello", "-p", "n=2"],
        ["enqueue", "hello", "-p", "n=3", "--json", "--queue", "other", "--key", "k"],
        ["enqueue", "--name", "x", "--", "true"],
    ],
)
def test_enqueue_imports_next_to_nothing(deployed: Installation, args: list[str]) -> None:
    names = tuple(name for name in NEVER_QUICK if name != "hashlib")
    assert found(imported(deployed, *args), names) == []


@pytest.mark.parametrize("args", [["--in", "10m"], ["--at", "2031-01-01T03:00Z"]])
def test_a_delay_brings_in_no_noun_of_a_catalog(deployed: Installation, args: list[str]) -> None:
    modules = imported(deployed, "enqueue", "hello", "-p", "n=4", *args)
    assert found(modules, (*HEAVY, "jobctl.model.job")) == []


def test_progress_imports_no_database(deployed: Installation) -> None:
    modules = imported(deployed, "progress", "5", status=2)
    assert found(modules, (*NEVER_QUICK, "jobctl.store", "pysqlite3")) == []


@pytest.mark.parametrize(
    "args", [["next", "0 3 * * *"], ["next", "0 3 * * *", "--json"], ["schema"], ["validate"], ["init", "new.yaml"]]
)
def test_what_needs_no_database_imports_none(deployed: Installation, args: list[str]) -> None:
    assert found(imported(deployed, *args), ("sqlite_utils", "pysqlite3", "rich", "jobctl.store.sqlite")) == []


@pytest.mark.parametrize(
    "args",
    [
        ["runs"],
        ["runs", "--json"],
        ["show", "1", "--json"],
        ["explain", "1"],
        ["explain", "hello", "--json"],
        ["jobs"],
        ["status", "--json"],
        ["wait", "1", "--timeout", "1ms"],
        ["cancel", "--state", "running", "--all"],
        ["pause", "hello"],
        ["resume", "hello"],
        ["prune"],
    ],
)
def test_a_verb_without_colours_imports_no_rich_and_no_yaml(deployed: Installation, args: list[str]) -> None:
    modules = imported(deployed, *args, status=124 if args[0] == "wait" else 0)
    assert found(modules, ("rich", "yaml", "pydantic", "sqlite_utils")) == []


def test_a_wrapped_command_is_not_kept_waiting_by_what_it_does_not_need(deployed: Installation) -> None:
    modules = imported(deployed, "exec", "wrapped", "--retry", "1", "--", "true")
    assert found(modules, (*HEAVY, "jobctl.catalog", "jobctl.execute.callables.executor")) == []


@pytest.mark.parametrize("args", [["plan"], ["apply"]])
def test_a_deployment_reads_yaml_but_draws_without_rich(deployed: Installation, args: list[str]) -> None:
    assert found(imported(deployed, *args), ("rich", "sqlite_utils")) == []
