"""Clients, daemons and the schema are upgraded one after the other, in any order, while work goes on."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobctl import __version__
from jobctl.store.sqlite import schema
from tests.kit.former import before
from tests.kit.installation import Installation
from tests.kit.until import until

pytestmark = pytest.mark.long

MIGRATION = "jobctl/store/migrations/sqlite/0005_judged_when_due.sql"
CATALOG = """
jobs:
  quick: {run: "echo done"}
  slow: {run: "while [ ! -e go ]; do sleep 0.1; done; exit 7"}
"""


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Installation]:
    """The program of this tree."""
    installation = Installation(tmp_path)
    yield installation
    (tmp_path / "go").touch()
    installation.close()


@pytest.fixture
def old(new: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The program as it was before the last migration, on the same database."""
    installation = Installation(new.folder)
    installation.environment["PYTHONPATH"] = str(before(MIGRATION, tmp_path_factory.mktemp("former")))
    yield installation
    installation.close()


def test_a_newer_verb_leaves_the_schema_to_the_older_daemon_and_clients(old: Installation, new: Installation) -> None:
    old.apply(CATALOG)
    old.daemon()
    new.json("status"), new.json("jobs"), new.json("runs"), new.json("show", "quick")
    assert new.json("explain", "quick")
    run_id = new.enqueue("quick")
    assert old.until_state(run_id, "succeeded")["attempt"] == 1
    assert new.jobctl("run", "quick").stdout == "done\n"
    assert new.jobctl("exec", "wrapped", "--", "echo", "wrapped").stdout == "wrapped\n"
    (daemon,) = new.json("status")["daemons"]
    assert daemon["version"] is None
    found = {check["name"]: check for check in new.json("doctor", check=False)}
    assert found["schema"]["verdict"] == "warn"
    assert "an older jobctl" in found["versions"]["found"]
    assert old.enqueue("quick")


def test_older_clients_verbs_and_daemons_go_on_over_the_migration_and_a_new_daemon_adopts_what_runs(
    old: Installation, new: Installation
) -> None:
    old.apply(CATALOG)
    first = old.daemon()
    slow = old.enqueue("slow")
    old.until_state(slow, "running")
    said = f"note: the database was moved from schema 4 to {schema.CURRENT}\n"
    assert new.jobctl("migrate").stderr == said
    before_and_after = [old.enqueue("quick"), new.enqueue("quick")]
    for run_id in before_and_after:
        ended = old.until_state(run_id, "succeeded")
        assert {key: value for key, value in new.run(run_id).items() if key in ended} == ended
    assert old.jobctl("exec", "wrapped", "--", "true").returncode == 0
    assert old.json("status")["running"][0]["id"] == slow
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    new.daemon()
    until(lambda: [d["version"] for d in new.json("status")["daemons"]] == [__version__], "the new one is alone", 60)
    (new.folder / "go").touch()
    ended = new.until_state(slow, "failed")
    assert (ended["exit_code"], ended["attempt"]) == (7, 1)
    assert old.json("doctor", "--live")
