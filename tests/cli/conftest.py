"""The command line is tested in one time zone; `played` is a database in which things have happened."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.installation import Installation
from tests.kit.prompt import Prompt

CATALOG = """
queues:
  default: {slots: 4}
  reports: {slots: 1}
jobs:
  greet:
    run: 'echo hello; printf "\\033[31mred\\033[0m \\033[2Jcleared\\n"'
  break:
    run: 'echo "[red]no route[/red]" >&2; exit 7'
    queue: reports
    retry: {limit: 1, delay: 10ms, jitter: 0}
    params: {album: integer}
  silent:
    run: "true"
  nightly:
    description: Nightly work
    run: "true"
    schedule: "30 2 * * *"
    timezone: Europe/Berlin
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Run 1 (`greet`) and 3 (`silent`) succeeded, run 2 (`break`) failed twice, run 4 (`greet`) is due in an hour."""
    installation = Installation(tmp_path_factory.mktemp("played"))
    installation.apply(CATALOG)
    assert installation.enqueue("greet") == 1
    assert installation.enqueue("break", "-p", "album=7", "--key", "seven") == 2
    assert installation.enqueue("silent", "--correlation-id", "order-5") == 3
    assert installation.enqueue("greet", "--in", "1h") == 4
    installation.drain()
    yield installation
    installation.close()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    """An empty database."""
    installation = Installation(tmp_path)
    yield installation
    installation.close()


@pytest.fixture
def jobctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prompt:
    """The command line in this process, in an empty folder with an empty database."""
    return Prompt(tmp_path, monkeypatch)


@pytest.fixture(autouse=True)
def _in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
