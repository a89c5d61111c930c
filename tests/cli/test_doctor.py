"""`doctor`: what it draws and what it finds."""

import json
import os
import shutil
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from jobctl.actions.doctor.checks import live
from jobctl.actions.doctor.machine import examine_files
from jobctl.cli.render.doctor import doctor_lines
from jobctl.cli.render.lines import line_width
from jobctl.execute.state_folder import StateFolder
from jobctl.store.sqlite.driver import sqlite3
from tests.cli.golden_file import assert_golden
from tests.cli.scenes import CHECKS, NOW, daemon
from tests.cli.terminal import Terminal
from tests.kit.installation import Installation
from tests.kit.until import until


@pytest.mark.parametrize("width", [80, 160])
def test_it_looks_as_it_did_when_it_was_approved(width: int) -> None:
    assert_golden(f"doctor-{width}", doctor_lines(CHECKS, width))


def test_no_line_is_wider_than_the_terminal() -> None:
    assert max(map(line_width, doctor_lines(CHECKS, 40))) <= 40


def test_a_daemon_seen_half_a_minute_ago_lives() -> None:
    assert live([daemon(1, "web-01", 0, 4, timedelta(seconds=30))], NOW).verdict == "ok"


def test_a_daemon_silent_for_longer_does_not() -> None:
    assert live([daemon(1, "web-01", 0, 4, timedelta(seconds=31))], NOW).verdict == "problem"


def test_how_long_a_daemon_was_silent_is_told_as_people_say_it() -> None:
    found = live([daemon(1, "web-01", 0, 4, timedelta(days=1, hours=3, minutes=2))], NOW).found
    assert found == "web-01 (pid 4711) was seen 1 d 3 h ago"


def test_no_daemon_at_all_does_not_live() -> None:
    assert live([], NOW).verdict == "problem"


def _state(home: Path) -> tuple[Path, StateFolder]:
    database = home / "jobctl.db"
    database.touch(0o600)
    folder = StateFolder(home / "jobctl.db.d")
    folder.make()
    return database, folder


def _permissions(database: Path, folder: StateFolder) -> tuple[str, str]:
    check = next(check for check in examine_files(database, folder) if check.name == "permissions")
    return check.verdict, check.found


def test_a_private_state_folder_is_right(tmp_path: Path) -> None:
    assert _permissions(*_state(tmp_path))[0] == "ok"


def test_a_database_that_others_may_read_is_a_problem(tmp_path: Path) -> None:
    database, folder = _state(tmp_path)
    database.chmod(0o644)
    assert _permissions(database, folder) == ("problem", f"{database} has mode 0644: others may use it")


def test_a_log_that_others_may_read_is_a_problem(tmp_path: Path) -> None:
    database, folder = _state(tmp_path)
    log = folder.log(1, 1)
    log.parent.mkdir(mode=0o700)
    log.touch(0o640)
    log.chmod(0o640)
    assert _permissions(database, folder)[0] == "problem"


def test_scheduled_jobs_without_a_daemon_are_a_problem(played: Installation) -> None:
    done = played.jobctl("doctor", check=False)
    assert done.returncode == 1
    assert "none is alive, and" in done.stdout


def test_its_json_is_a_list_of_checks(played: Installation) -> None:
    checks = json.loads(played.jobctl("doctor", "--json", check=False).stdout)
    assert {tuple(check) for check in checks} == {("name", "verdict", "found", "advice")}
    assert {check["name"] for check in checks} >= {
        "database",
        "SQLite",
        "integrity",
        "WAL",
        "schema",
        "clock",
        "daemon",
        "stuck runs",
        "schedules",
        "file system",
        "disk space",
        "permissions",
        "open files",
    }
    assert [check["advice"] is None for check in checks] == [check["verdict"] == "ok" for check in checks]


def test_without_a_daemon_the_health_check_fails(here: Installation) -> None:
    here.enqueue("--", "true")
    assert here.jobctl("doctor", "--live", check=False).returncode == 1


def test_with_a_daemon_the_health_check_passes(here: Installation) -> None:
    here.daemon()
    until(lambda: here.jobctl("doctor", "--live", check=False).returncode == 0, "the daemon has been seen")


def test_a_database_that_cannot_be_used_is_a_problem_and_no_crash(here: Installation) -> None:
    here.db.write_text("this is no database, whatever its name says")
    done = here.jobctl("doctor", check=False)
    assert done.returncode == 1
    assert "✗ database" in done.stdout


def test_the_health_check_names_a_daemon_that_was_just_killed(here: Installation) -> None:
    daemon = here.daemon("--name", "web-01")
    until(lambda: here.jobctl("doctor", "--live", check=False).returncode == 0, "the daemon has been seen")
    daemon.kill()
    daemon.wait()
    done = here.jobctl("doctor", "--live", check=False)
    assert done.returncode == 1
    assert f"web-01 (pid {daemon.pid}) is dead" in done.stdout


def replace(here: Installation, *beside: str) -> None:
    """Put a copy, made while the daemon was on duty, into the place of the database; `beside` goes away with it."""
    copy = here.folder / "copy.db"
    connection = sqlite3.connect(here.db)
    connection.execute("VACUUM INTO ?", (str(copy),))
    connection.close()
    copy.chmod(0o600)
    for name in ("jobctl.db", *beside):
        (here.folder / name).rename(here.folder / f"former-{name}")
    copy.rename(here.db)


def test_case_18_a_daemon_whose_database_was_replaced_is_named_at_once(here: Installation) -> None:
    daemon = here.daemon("--name", "web-01")
    until(lambda: here.jobctl("doctor", "--live", check=False).returncode == 0, "the daemon has been seen")
    replace(here, "jobctl.db-wal", "jobctl.db-shm", "jobctl.db.lock")
    found = f"web-01 (pid {daemon.pid}) has another file open: the database was replaced under it"
    done = here.jobctl("doctor", "--live", "--json", check=False)
    assert (done.returncode, [check["found"] for check in json.loads(done.stdout)]) == (1, [found])
    checks = json.loads(here.jobctl("doctor", "--json", check=False).stdout)
    assert [check["verdict"] for check in checks if check["found"] == found] == ["problem"]


def test_case_18_a_database_that_was_replaced_beside_its_log_takes_no_work(here: Installation) -> None:
    here.daemon()
    until(lambda: here.jobctl("doctor", "--live", check=False).returncode == 0, "the daemon has been seen")
    replace(here)
    done = here.jobctl("enqueue", "--", "true", check=False)
    assert (done.returncode, done.stdout) == (5, "")
    assert "`jobctl.db-wal` beside it belongs to the former file" in done.stderr
    assert here.jobctl("doctor", "--live", check=False).returncode == 5
    assert "belongs to the former file" in here.jobctl("doctor", "--json", check=False).stdout


def test_case_18_an_idle_daemon_notices_that_its_database_was_replaced(here: Installation) -> None:
    here.daemon()
    until(lambda: here.jobctl("doctor", "--live", check=False).returncode == 0, "the daemon has been seen")
    replace(here, "jobctl.db-wal", "jobctl.db-shm", "jobctl.db.lock")
    until(lambda: "was replaced or removed" in here.log(), "the daemon complains")


def test_case_18_an_idle_daemon_notices_that_a_backup_was_copied_over_its_database(here: Installation) -> None:
    here.apply("jobs: {a: {run: 'true'}}")
    here.daemon()
    until(lambda: here.jobctl("doctor", "--live", check=False).returncode == 0, "the daemon has been seen")
    copy = here.folder / "copy.db"
    connection = sqlite3.connect(here.db)
    connection.execute("VACUUM INTO ?", (str(copy),))
    connection.close()
    shutil.copyfile(copy, here.db)
    until(lambda: "another file was copied over the database" in here.log(), "the daemon complains")


def _large(here: Installation) -> list[str]:
    """A database file of more than a gigabyte, for the most part a hole; how to look at it."""
    here.enqueue("--", "true")
    os.truncate(here.db, 1024**3 + 4096)
    return [sys.executable, "-m", "jobctl", "doctor"]


def test_somebody_who_waits_is_told_that_a_large_file_is_read(here: Installation) -> None:
    with Terminal(_large(here), here.environment) as terminal:
        terminal.ended()
        assert "note: reading the whole database file, 1 GiB; `--quick` leaves that out" in terminal.text
        assert "the quick check found nothing" in terminal.text


def test_quick_leaves_out_what_reads_the_whole_file(here: Installation) -> None:
    with Terminal([*_large(here), "--quick"], here.environment) as terminal:
        terminal.ended()
        assert "reading the whole" not in terminal.text
        assert "integrity" not in terminal.text


def test_a_program_that_waits_is_told_nothing(here: Installation) -> None:
    _large(here)
    assert here.jobctl("doctor", "--json", check=False).stderr == ""


def test_a_copy_is_named_as_one_and_its_daemons_are_left_in_peace(here: Installation) -> None:
    here.daemon("--name", "web-01")
    until(lambda: here.jobctl("doctor", "--live", check=False).returncode == 0, "the daemon has been seen")
    connection = sqlite3.connect(here.db)
    connection.execute("VACUUM INTO ?", (str(here.folder / "copy.db"),))
    connection.close()
    (here.folder / "copy.db").chmod(0o600)
    done = here.jobctl("doctor", "--db", str(here.folder / "copy.db"), "--json", check=False)
    checks = {check["name"]: check for check in json.loads(done.stdout)}
    assert checks["copy"]["found"] == f"this is a copy: its daemons serve {here.db}"
    assert "open file" not in checks
