"""Opening a database: what is created, what is refused, and that nothing is left half-made."""

import os
import shutil
import stat
import sys
from datetime import timedelta
from pathlib import Path
from subprocess import run

import pytest

from jobctl.model.errors import Unusable
from jobctl.model.job import Job
from jobctl.store.opening import open_store
from jobctl.store.place import read_place
from jobctl.store.protocol import Store
from jobctl.store.sqlite import migrate
from jobctl.store.sqlite.driver import sqlite3
from jobctl.store.sqlite.files import file_system
from jobctl.store.values import RunFilter, Want
from tests.store.inside import connection_of
from tests.store.making import (
    NOON,
    at,
    daemon,
    deploy,
    deployed_request,
    enqueue,
    identity,
    request,
    settled,
    swap,
    take,
)

LIGHT = """
import sys
from datetime import datetime, UTC
from jobctl.store.opening import open_store
from jobctl.model.run import Request
store = open_store(sys.argv[1])
store.definition("backup")
store.enqueue([Request("backup", "{}", None, "default", 0)], datetime(2026, 3, 8, tzinfo=UTC))
heavy = {"yaml", "pydantic", "rich", "typer", "sqlite_utils", "croniter", "jobctl.model.job",
         "jobctl.model.plain", "jobctl.model.view"} & set(sys.modules)
print(sorted(heavy))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "jobctl.db"


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_every_file_of_a_new_database_is_private_under_a_loose_umask(path: Path) -> None:
    before = os.umask(0)
    try:
        store = open_store(str(path))
        enqueue(store, request())
    finally:
        os.umask(before)
    assert {p.name: _mode(p) for p in path.parent.iterdir()} == dict.fromkeys(
        ("jobctl.db", "jobctl.db-wal", "jobctl.db-shm", "jobctl.db.lock"), 384
    )


def test_what_was_promised_is_there_after_opening_again(path: Path) -> None:
    store = open_store(str(path))
    enqueue(store, request())
    store.close()
    assert [run.run_id for run in open_store(f"sqlite://{path}").runs(RunFilter())] == [1]


def test_commits_are_fully_synchronous(path: Path) -> None:
    facts = open_store(str(path)).integrity()
    assert (facts["synchronous"], facts["journal_mode"]) == ("full", "wal")


def test_a_copy_made_by_vacuum_into_gets_its_write_ahead_log_back(path: Path, tmp_path: Path) -> None:
    open_store(str(path)).close()
    copy = tmp_path / "copy.db"
    with sqlite3.connect(path) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    connection.close()
    open_store(str(copy)).close()
    with sqlite3.connect(copy) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def _replaced_under(store: Store, path: Path, tmp_path: Path) -> None:
    """Another file comes into the place of a database that is open."""
    enqueue(store, request())
    copy = tmp_path / "copy.db"
    with sqlite3.connect(path) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    connection.close()
    enqueue(store, request())
    copy.rename(path)


def test_case_18_a_log_that_belongs_to_the_file_that_was_there_before_is_not_read(path: Path, tmp_path: Path) -> None:
    store = open_store(str(path))
    _replaced_under(store, path, tmp_path)
    with pytest.raises(Unusable, match="beside it belongs to the former file") as caught:
        open_store(str(path))
    assert "move `jobctl.db-wal` and `jobctl.db-shm` away" in (caught.value.hint or "")
    for name in ("jobctl.db-wal", "jobctl.db-shm"):
        (tmp_path / name).rename(tmp_path / f"former-{name}")
    assert [run.run_id for run in open_store(str(path)).runs(RunFilter())] == [1]


def test_case_18_files_that_were_copied_together_are_read_together(path: Path, tmp_path: Path) -> None:
    store = open_store(str(path))
    enqueue(store, request())
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(tmp_path, elsewhere, ignore=lambda *_: ["elsewhere"])
    assert [run.run_id for run in open_store(str(elsewhere / "jobctl.db")).runs(RunFilter())] == [1]


def test_case_18_what_is_read_from_a_file_that_was_replaced_is_refused(path: Path, tmp_path: Path) -> None:
    store = open_store(str(path))
    _replaced_under(store, path, tmp_path)
    with pytest.raises(Unusable, match="was replaced or removed"):
        store.runs(RunFilter())


def test_a_database_that_was_moved_and_closed_before_is_opened(path: Path, tmp_path: Path) -> None:
    open_store(str(path)).close()
    path.rename(tmp_path / "moved.db")
    open_store(str(path)).close()
    (tmp_path / "moved.db").rename(path)
    open_store(str(path)).close()


def test_a_url_may_ask_for_less_durable_commits(path: Path) -> None:
    assert open_store(f"sqlite://{path}?synchronous=normal").integrity()["synchronous"] == "normal"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql://host/db", "PostgreSQL is not supported yet"),
        ("mysql://host/db", "is not understood"),
        ("sqlite://", "is not understood"),
        ("sqlite:///", "names no file"),
        ("sqlite:///x.db?synchronous=off", "unknown option"),
    ],
)
def test_a_url_that_names_no_usable_database_is_refused(url: str, message: str) -> None:
    with pytest.raises(Unusable, match=message) as caught:
        read_place(url)
    assert caught.value.hint


def test_case_17_a_missing_folder_of_a_given_path_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="does not exist") as caught:
        open_store(str(tmp_path / "missing" / "jobctl.db"))
    assert "mkdir -p" in (caught.value.hint or "")
    assert list(tmp_path.iterdir()) == []


def test_the_default_folder_is_made_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "state" / "jobctl"
    monkeypatch.setattr("jobctl.store.place.default_path", lambda: folder / "jobctl.db")
    open_store().close()
    assert _mode(folder) == 0o700


def test_case_17_a_file_that_is_no_database_is_left_as_it_is(path: Path) -> None:
    path.write_bytes(b"these are my notes\n" * 200)
    with pytest.raises(Unusable, match="is not a jobctl database"):
        open_store(str(path))
    assert path.read_bytes() == b"these are my notes\n" * 200


def test_a_database_of_another_program_is_left_as_it_is(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(Unusable, match="is not a jobctl database"):
        open_store(str(path))
    assert path.read_bytes() == before


def test_case_17_a_corrupt_database_is_named_so(path: Path) -> None:
    store = open_store(str(path))
    enqueue(store, *[request(f"job{n}") for n in range(500)])
    store.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(200_000))
    with pytest.raises(Unusable, match="is corrupt"):
        enqueue(open_store(str(path)), request())


def test_case_17_a_database_from_a_newer_jobctl_is_refused(path: Path) -> None:
    open_store(str(path)).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(Unusable, match="from a newer jobctl"):
        open_store(str(path))


def test_a_folder_in_place_of_the_file_is_refused(path: Path) -> None:
    path.mkdir()
    with pytest.raises(Unusable, match="is not a file"):
        open_store(str(path))


def test_case_22_a_migration_that_fails_half_way_applies_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = path.parent / "0001_broken.sql"
    broken.write_text("CREATE TABLE first (x);\nCREATE TABLE first (x);\n")
    monkeypatch.setattr(migrate, "_FOLDER", path.parent)
    with pytest.raises(sqlite3.OperationalError):
        open_store(str(path))
    assert sorted(p.name for p in path.parent.iterdir()) == ["0001_broken.sql"]


def test_case_22_a_database_whose_making_was_interrupted_is_made_on_the_next_opening(path: Path) -> None:
    path.touch(mode=0o600)
    assert enqueue(open_store(str(path)), request()) == [1]


def test_a_database_that_was_replaced_is_not_written(path: Path) -> None:
    store = open_store(str(path))
    path.unlink()
    path.touch()
    with pytest.raises(Unusable, match="was replaced or removed"):
        enqueue(store, request())


def test_a_full_disk_is_named_and_nothing_is_half_written(path: Path) -> None:
    store = open_store(str(path))
    connection_of(store).execute("PRAGMA max_page_count = 60")
    with pytest.raises(Unusable, match="the disk is full"):
        store.enqueue([request(params='"' + "x" * 1000 + '"')] * 1000, NOON)
    assert store.runs(RunFilter()) == []


def test_a_database_that_another_process_holds_is_named_busy(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(str(path))
    connection_of(store).execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unusable, match="the database is busy"):
        enqueue(store, request())
    other.execute("ROLLBACK")
    assert enqueue(store, request(), now=NOON + timedelta(seconds=1)) == [1]


@pytest.mark.parametrize(
    ("folder", "kind"), [("/srv/shared/x", "nfs4"), ("/srv/shared", "nfs4"), ("/srv/sharedness", "ext4"), ("/", "ext4")]
)
def test_case_23_the_file_system_of_a_folder_is_that_of_its_longest_mount(
    tmp_path: Path, folder: str, kind: str
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "21 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n30 21 0:44 / /srv/shared rw shared:1 - nfs4 host:/x rw\n"
    )
    assert file_system(Path(folder), mounts) == kind


def test_enqueueing_imports_nothing_heavy(path: Path) -> None:
    open_store(str(path)).close()
    done = run([sys.executable, "-c", LIGHT, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_commit_wakes_every_daemon(path: Path) -> None:
    store = open_store(str(path))
    wake = Path(f"{path}.d") / "wake"
    wake.mkdir(parents=True)
    os.mkfifo(wake / "one", 0o600)
    fd = os.open(wake / "one", os.O_RDONLY | os.O_NONBLOCK)
    (wake / "not-a-fifo").write_text("")
    (wake / "link").symlink_to(wake / "not-a-fifo")
    os.mkfifo(wake / "nobody-listens", 0o600)
    enqueue(store, request())
    assert os.read(fd, 10) == b"!"
    assert (wake / "not-a-fifo").read_text() == ""
    os.close(fd)


def test_an_end_that_makes_room_wakes_every_daemon_but_the_one_that_wrote_it(path: Path) -> None:
    store = open_store(str(path))
    wake = Path(f"{path}.d") / "wake"
    wake.mkdir(parents=True)
    deploy(store, Job(name="backup", run="true", max_parallel=1))
    fifos = {}
    for name in ("mine", "other"):
        os.mkfifo(wake / name, 0o600)
        fifos[name] = os.open(wake / name, os.O_RDWR | os.O_NONBLOCK)
    worker = store.register(identity(wake_path=str(wake / "mine")), NOON)
    enqueue(store, deployed_request(store, "backup"), deployed_request(store, "backup"))
    [claim] = take(store, worker, at(1), 1)
    for fd in fifos.values():
        os.read(fd, 100)
    swap(store, worker, at(2), settled(claim, at(2)))
    assert os.read(fifos["other"], 10) == b"!"
    with pytest.raises(BlockingIOError):
        os.read(fifos["mine"], 10)
    for fd in fifos.values():
        os.close(fd)


@pytest.mark.parametrize(
    ("job", "want"),
    [
        (Job(name="backup", run="true", max_parallel=1), Want(0, ("mine",))),
        (Job(name="backup", run="true", overlap="queue"), Want(0, ("mine",))),
        (Job(name="backup", run="true", max_parallel=1), Want(0, (), 1)),
        (Job(name="backup", run="true", overlap="queue"), Want(0, (), 1)),
    ],
)
def test_an_end_wakes_daemons_that_take_what_the_one_that_wrote_it_does_not(path: Path, job: Job, want: Want) -> None:
    wake = Path(f"{path}.d") / "wake"
    wake.mkdir(parents=True)
    store = open_store(str(path))
    deploy(store, job)
    os.mkfifo(wake / "other", 0o600)
    other = os.open(wake / "other", os.O_RDWR | os.O_NONBLOCK)
    worker = daemon(store)
    enqueue(store, *[deployed_request(store, "backup", queue=queue) for queue in ("mine", "theirs")])
    [claim] = store.exchange(worker, [], want._replace(capacity=1), at(1)).claims
    os.read(other, 100)
    store.exchange(worker, [settled(claim, at(2))], want, at(2))
    assert os.read(other, 10) == b"!"
    os.close(other)


def test_case_17_a_database_of_another_user_is_refused() -> None:
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        with pytest.raises(Unusable, match="belongs to another user"):
            open_store("/etc/passwd")
    finally:
        if root:
            os.seteuid(0)
