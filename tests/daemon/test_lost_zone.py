"""A zone that has gone from the tz data since a job was deployed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobctl.model.job import Job, Schedule
from jobctl.store.opening import open_store
from jobctl.store.protocol import Store
from jobctl.store.sqlite.driver import sqlite3
from tests.kit.fires import Watch, check, every_minute_of, tell
from tests.store.making import deploy

DEPLOYED = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)
TENS = "*/10 * * * *"


def at(minute: int) -> datetime:
    return datetime(2026, 3, 8, 12, minute, tzinfo=UTC)


def job(name: str, zone: str) -> Job:
    return Job(name=name, run="true", schedule=Schedule(cron=(TENS,), timezone=zone), overlap="allow")


def rename_zone(path: Path, old: str, new: str) -> None:
    """As if another release of the tz data had been installed; names in use are those of the database."""
    connection = sqlite3.connect(path)
    connection.execute("UPDATE definitions SET body = replace(body, ?, ?)", (old, new))
    connection.commit()
    connection.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "jobctl.db"
    store = open_store(str(path))
    deploy(store, job("job", "Europe/Berlin"), job("other", "UTC"), now=DEPLOYED)
    store.close()
    rename_zone(path, "Europe/Berlin", "Europe/Atlantis")
    return path


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = open_store(str(path))
    yield opened
    opened.close()


def test_case_25_a_job_in_a_zone_that_has_gone_waits_and_others_fire(store: Store) -> None:
    Watch(store, DEPLOYED).until(at(21))
    assert (tell(store), tell(store, "other")) == ([], ["08 12:10 waiting", "08 12:20 waiting"])


def test_case_25_its_times_get_their_records_when_the_zone_is_back(store: Store, path: Path) -> None:
    Watch(store, DEPLOYED).until(at(21))
    rename_zone(path, "Europe/Atlantis", "Europe/Berlin")
    again = open_store(str(path))
    Watch(again, at(25)).until(at(31))
    check(again, every_minute_of(DEPLOYED, at(31), lambda minute: minute.minute % 10 == 0))
    again.close()


def test_case_25_a_job_in_a_zone_that_has_gone_can_be_given_another(store: Store) -> None:
    deploy(store, job("job", "UTC"), job("other", "UTC"), now=at(15))
    Watch(store, at(15)).until(at(21))
    assert tell(store) == ["08 12:20 waiting"]
