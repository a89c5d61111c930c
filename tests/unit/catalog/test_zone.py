"""The machine's zone: its name, or what stands in its place, which nothing takes for UTC."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobctl.catalog.zone import disagreement, machine_zone
from jobctl.decide.time.zone import load
from jobctl.model.errors import UsageError
from tests.unit.catalog.conftest import Folder

NOW = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)
POSIX = "CET-1CEST,M3.5.0,M10.5.0/3"


@pytest.mark.parametrize(
    ("tz", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (":Europe/Berlin", "Europe/Berlin"),
        ("/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
        (":/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
        ("", "UTC"),
        (":", "UTC"),
        ("UTC0", "UTC"),
        ("EST5EDT", "EST5EDT"),
    ],
)
def test_tz_names_the_machines_zone(tmp_path: Path, tz: str, name: str) -> None:
    assert machine_zone({"TZ": tz}, tmp_path) == name


@pytest.mark.parametrize("tz", [POSIX, "europe/berlin", "Mars/Olympus", "<+03>-3", "UTC+2", " Europe/Berlin", "\udcff"])
def test_what_is_no_name_is_given_as_it_stands_and_refused(tmp_path: Path, tz: str) -> None:
    assert machine_zone({"TZ": tz}, tmp_path) == tz
    with pytest.raises(UsageError):
        load(machine_zone({"TZ": tz}, tmp_path))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("europe/berlin", "did you mean `Europe/Berlin`?"),
        ("America/new york", "did you mean `America/New_York`?"),
        ("Europe/Berln", "did you mean `Europe/Berlin`?"),
        (POSIX, "a POSIX rule names no zone: write an IANA name such as `Europe/Berlin`, or `Etc/GMT-3` for UTC+3"),
    ],
)
def test_a_refused_zone_comes_with_what_was_perhaps_meant(name: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(name)
    assert caught.value.hint == hint


def test_the_link_localtime_names_the_machines_zone(tmp_path: Path) -> None:
    (tmp_path / "localtime").symlink_to("/usr/share/zoneinfo/America/New_York")
    assert machine_zone({}, tmp_path) == "America/New_York"


def test_a_link_to_a_zone_that_is_gone_is_not_utc(tmp_path: Path) -> None:
    (tmp_path / "localtime").symlink_to("/usr/share/zoneinfo/Europe/Atlantis")
    (tmp_path / "timezone").write_text("Europe/Paris\n")
    assert machine_zone({}, tmp_path) == "Europe/Atlantis"


def test_the_file_timezone_names_the_machines_zone(tmp_path: Path) -> None:
    (tmp_path / "timezone").write_text("Europe/Paris\n")
    assert machine_zone({}, tmp_path) == "Europe/Paris"


def test_a_machine_that_says_nothing_is_in_utc(tmp_path: Path) -> None:
    assert machine_zone({}, tmp_path) == "UTC"


def test_a_copied_localtime_is_known_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "localtime").write_bytes(Path("/usr/share/zoneinfo/Pacific/Chatham").read_bytes())
    assert load(machine_zone({}, tmp_path)).utcoffset(NOW) == load("Pacific/Chatham").utcoffset(NOW)


def test_a_copied_localtime_is_of_the_zone_beside_it_if_their_times_agree(tmp_path: Path) -> None:
    (tmp_path / "localtime").write_bytes(Path("/usr/share/zoneinfo/Europe/Berlin").read_bytes())
    (tmp_path / "timezone").write_text("Europe/Berlin\n")
    assert machine_zone({}, tmp_path) == "Europe/Berlin"


@pytest.mark.parametrize("content", [b"", b"TZif", b"no zone at all"])
def test_a_localtime_that_is_nothing_is_not_utc(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "localtime").write_bytes(content)
    (tmp_path / "timezone").write_text("Europe/Berlin\n")
    with pytest.raises(UsageError, match="cannot be told"):
        load(machine_zone({}, tmp_path))


@pytest.mark.parametrize(
    "keys",
    [
        'schedule: "30 2 * * *"',
        'schedule: ["@every 5m", "@daily"]',
        'at: "2026-12-24 03:00"',
        'every: 10m\n    start: "2026-12-24 03:00"',
    ],
)
def test_a_schedule_that_needs_the_zone_of_a_machine_without_one_is_refused(folder: Folder, keys: str) -> None:
    folder.write("jobs.yaml", f"jobs:\n  a:\n    run: x\n    {keys}")
    [problem] = folder.load(zone="europe/berlin").problems
    assert (problem.line, problem.severity) == (5 if "start" in keys else 4, "error")
    assert "`europe/berlin` (did you mean `Europe/Berlin`?); write `timezone:` here or under `defaults`" in str(problem)


@pytest.mark.parametrize(
    "keys",
    [
        "env: {A: b}",
        "every: 10m",
        'schedule: "@every 10m"',
        'schedule: "CRON_TZ=Asia/Tokyo 30 2 * * *"',
        'at: "2026-12-24T03:00Z"',
        'schedule: "30 2 * * *"\n    timezone: Asia/Tokyo',
    ],
)
def test_a_job_that_needs_no_zone_does_without_the_machines(folder: Folder, keys: str) -> None:
    folder.write("jobs.yaml", f"jobs:\n  a:\n    run: x\n    {keys}")
    assert list(folder.load(zone=POSIX).valid().jobs) == ["a"]


def test_where_the_c_library_tells_another_time_it_is_told() -> None:
    assert disagreement("UTC", NOW, lambda _: 0) is None
    assert disagreement("Europe/Berlin", NOW, lambda _: 3600) == (
        "on 2026-04-07 the clock of `Europe/Berlin` is +02:00 from UTC, but that of this machine's programs +01:00"
    )


def test_the_c_library_of_this_machine_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    try:
        assert disagreement("Asia/Kolkata", NOW) is None
        assert disagreement("UTC", NOW) is not None
    finally:
        monkeypatch.undo()
        time.tzset()
    assert os.environ.get("TZ") == before
