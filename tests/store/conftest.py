"""The stores that the suite judges: a new one joins by its factory."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jobctl.store.opening import open_store
from jobctl.store.protocol import Store


def _sqlite(folder: Path) -> str:
    return str(folder / "jobctl.db")


# Only root can make a file of another user.
collect_ignore = [] if os.geteuid() == 0 else ["test_planted.py"]
FACTORIES: dict[str, Callable[[Path], str]] = {"sqlite": _sqlite}


@pytest.fixture(params=list(FACTORIES))
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty database may be made."""
    return FACTORIES[request.param](tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store."""
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture
def second(store: Store, url: str) -> Iterator[Store]:
    """Another connection to the same database."""
    opened = open_store(url)
    yield opened
    opened.close()
