"""`jobctl exec` when the database is out of reach: the command runs all the same."""

import fcntl
import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobctl.daemon.wrapped.wrap import patiently
from jobctl.model.errors import JobctlError
from jobctl.store.opening import open_store
from tests.kit.installation import Installation
from tests.kit.until import until
from tests.kit.wrapped import Wrapped


@pytest.fixture
def wrapped(here: Installation) -> Iterator[Wrapped]:
    """Commands that are wrapped here."""
    found = Wrapped(here)
    yield found
    found.close()


@pytest.fixture
def corrupt(here: Installation) -> Installation:
    """An installation whose database is none."""
    here.db.write_bytes(b"this is no database\n" * 500)
    here.db.chmod(0o600)
    return here


def elsewhere(wrapped: Wrapped) -> dict[str, str]:
    """The environment of a command that waits for no database."""
    return wrapped.environment | {"JOBCTL_DB": "missing/jobctl.db"}


@contextmanager
def locked(db: Path) -> Iterator[None]:
    """Another writer holds the database and does not let go."""
    other = sqlite3.connect(db, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_corrupt_database_is_told_and_left_alone(corrupt: Installation, wrapped: Wrapped) -> None:
    before = corrupt.db.read_bytes()
    done = wrapped.sh("cat; echo err >&2; exit 7", stdin=b"in\n")
    assert (done.status, done.out) == (7, b"in\n")
    assert done.err.startswith(b"warning: this run of `w` is not recorded: `")
    assert done.err.endswith(b"is not a jobctl database\nerr\n")
    assert corrupt.db.read_bytes() == before


@pytest.mark.parametrize("place", ["missing/jobctl.db", "/sys/jobctl.db", "/proc/version", "ftp://nowhere/x"])
def test_a_database_that_cannot_be_made_keeps_nothing_from_running(wrapped: Wrapped, place: str) -> None:
    done = wrapped.sh("echo on", env=wrapped.environment | {"JOBCTL_DB": place})
    assert (done.status, done.out) == (0, b"on\n")
    assert done.err.startswith(b"warning: this run of `w` is not recorded: ")
    assert b"busy" not in done.err


@pytest.mark.parametrize("place", ["missing/jobctl.db", "/sys/jobctl.db", "/proc/version", "ftp://nowhere/x"])
def test_a_database_that_cannot_be_made_is_not_waited_for(place: str) -> None:
    in_an_hour = datetime.now(UTC) + timedelta(hours=1)
    with pytest.raises(JobctlError):
        patiently(lambda: open_store(place, patience=3600), in_an_hour)


def test_a_database_that_another_writer_holds_is_waited_for_5_seconds(here: Installation, wrapped: Wrapped) -> None:
    here.apply("jobs: {}")
    with locked(here.db):
        longer = wrapped.start("sleep", "10", name="longer", env=elsewhere(wrapped))
        done = wrapped.sh("exit 3")
        assert longer.poll() is None
    assert (done.status, b"the database is busy" in done.err) == (3, True)
    assert done.seconds > 3
    assert here.json("runs") == []


def test_a_database_that_is_free_again_in_time_gets_its_record(here: Installation, wrapped: Wrapped) -> None:
    here.apply("jobs: {}")
    with locked(here.db):
        process = wrapped.start("sh", "-c", "echo on; exit 3")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1.5)
    assert process.wait(timeout=60) == 3
    assert here.run(1)["exit_code"] == 3


def test_the_queue_of_polite_writers_is_not_waited_in_for_ever(here: Installation, wrapped: Wrapped) -> None:
    here.apply("jobs: {}")
    with Path(f"{here.db}.lock").open("w") as lock, locked(here.db):
        fcntl.flock(lock, fcntl.LOCK_EX)
        longer = wrapped.start("sleep", "10", name="longer", env=elsewhere(wrapped))
        done = wrapped.sh("exit 3")
        assert longer.poll() is None
    assert done.status == 3


def test_an_end_that_cannot_be_recorded_is_passed_on_and_recorded_later(here: Installation, wrapped: Wrapped) -> None:
    process = wrapped.start("sh", "-c", "echo on; read line; exit 9")
    wrapped.until_it_says(process, b"on\n")
    wrapped.until_state(1, "running")
    with locked(here.db):
        _, err = process.communicate(b"\n", timeout=60)
        assert (process.returncode, b"the end of run 1 is not recorded yet" in err) == (9, True)
    assert wrapped.sh("echo next").out == b"next\n"
    assert (here.run(1)["state"], here.run(1)["exit_code"]) == ("failed", 9)


def test_a_timeout_holds_while_the_database_is_locked(here: Installation, wrapped: Wrapped) -> None:
    process = wrapped.start("sh", "-c", "echo on; exec sleep 300", options=("--timeout", "3s"))
    wrapped.until_it_says(process, b"on\n")
    with locked(here.db):
        assert process.wait(timeout=60) == 124
    wrapped.run("true", name="other")
    assert (here.run(1)["state"], here.run(1)["reason"]) == ("failed", "timeout")


def test_without_a_record_a_timeout_gives_124(corrupt: Installation, wrapped: Wrapped) -> None:
    assert wrapped.run("sleep", "300", options=("--timeout", "200ms")).status == 124


def test_without_a_record_a_failure_is_tried_again(corrupt: Installation, wrapped: Wrapped) -> None:
    done = wrapped.sh("echo x >> tries; test $(wc -l < tries) = 3", "--retry", "2", "--retry-delay", "50ms")
    assert (done.status, done.err.count(b"follows in")) == (0, 2)


def test_without_a_record_signals_are_passed_on(corrupt: Installation, wrapped: Wrapped) -> None:
    process = wrapped.start("sh", "-c", "trap 'echo heard; exit 3' TERM; echo on; while :; do sleep 0.05; done")
    wrapped.until_it_says(process, b"on\n")
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=60)[0] == b"heard\n"
    assert process.returncode == 143


def test_without_a_record_a_death_by_signal_is_128_and_the_signal(corrupt: Installation, wrapped: Wrapped) -> None:
    assert wrapped.sh("kill -KILL $$").status == 137


def test_without_a_record_a_missing_command_is_named(corrupt: Installation, wrapped: Wrapped) -> None:
    done = wrapped.run("no-such-command")
    assert (done.status, b"there is no command `no-such-command`" in done.err) == (127, True)


def test_without_a_record_a_second_one_is_skipped(corrupt: Installation, wrapped: Wrapped) -> None:
    first = wrapped.start("sh", "-c", "echo on; read line")
    wrapped.until_it_says(first, b"on\n")
    second = wrapped.sh("echo never")
    assert (second.status, second.out) == (0, b"")
    assert b"`w` is skipped: another run of it has not ended" in second.err
    assert wrapped.run("echo", "other", name="other").out == b"other\n"
    first.communicate(b"\n", timeout=60)
    assert wrapped.sh("echo again").out == b"again\n"


def test_without_a_record_of_many_at_once_one_runs(corrupt: Installation, wrapped: Wrapped) -> None:
    script = "echo x >> ran; while ! test -e go; do sleep 0.05; done"
    many = [wrapped.start("sh", "-c", script) for _ in range(6)]
    until(lambda: sum(process.poll() is not None for process in many) == 5, "all but one have ended")
    (corrupt.folder / "go").touch()
    assert [process.wait(timeout=60) for process in many] == [0] * 6
    assert (corrupt.folder / "ran").read_text() == "x\n"


def test_without_a_record_queue_waits(corrupt: Installation, wrapped: Wrapped) -> None:
    first = wrapped.start("sh", "-c", "echo on; read line; echo one >> order")
    wrapped.until_it_says(first, b"on\n")
    second = wrapped.start("sh", "-c", "echo two >> order", options=("--overlap", "queue"))
    first.communicate(b"\n", timeout=60)
    assert second.wait(timeout=60) == 0
    assert (corrupt.folder / "order").read_text().split() == ["one", "two"]


def test_without_a_record_replace_ends_the_first(corrupt: Installation, wrapped: Wrapped) -> None:
    first = wrapped.start("sh", "-c", "echo on; exec sleep 300")
    wrapped.until_it_says(first, b"on\n")
    assert wrapped.sh("echo new", "--overlap", "replace").out == b"new\n"
    assert first.wait(timeout=60) == 143


def test_what_is_killed_hard_leaves_its_lock_with_the_command(corrupt: Installation, wrapped: Wrapped) -> None:
    first = wrapped.start("sh", "-c", "echo on; while ! test -e go; do sleep 0.05; done")
    wrapped.until_it_says(first, b"on\n")
    first.kill()
    first.wait(timeout=60)
    assert wrapped.sh("echo never").out == b""
    (corrupt.folder / "go").touch()
    until(lambda: wrapped.sh("echo again").out == b"again\n", "the lock is free")


def test_what_is_left_in_the_background_does_not_keep_the_lock(corrupt: Installation, wrapped: Wrapped) -> None:
    left = int(wrapped.sh("sleep 300 > /dev/null 2>&1 & echo $!").out)
    assert wrapped.sh("echo again").out == b"again\n"
    os.kill(left, signal.SIGKILL)


def test_a_recorded_run_locks_an_unrecorded_one(here: Installation, wrapped: Wrapped) -> None:
    first = wrapped.start("sh", "-c", "echo on; read line")
    wrapped.until_it_says(first, b"on\n")
    wrapped.until_state(1, "running")
    with locked(here.db):
        assert wrapped.sh("echo never").out == b""
    first.communicate(b"\n", timeout=60)


def test_an_unrecorded_run_locks_a_recorded_one(corrupt: Installation, wrapped: Wrapped) -> None:
    first = wrapped.start("sh", "-c", "echo on; read line")
    wrapped.until_it_says(first, b"on\n")
    corrupt.db.unlink()
    assert wrapped.sh("echo never").out == b""
    assert (corrupt.run(1)["state"], corrupt.run(1)["reason"]) == ("skipped", "overlap")
    first.communicate(b"\n", timeout=60)


def test_a_folder_of_locks_that_others_may_write_is_not_used(corrupt: Installation, wrapped: Wrapped) -> None:
    folder = corrupt.folder / "open"
    folder.mkdir()
    folder.chmod(0o777)
    done = wrapped.sh("echo on", env=wrapped.environment | {"JOBCTL_RUNTIME_DIR": str(folder)})
    assert (done.out, b"is not this user's alone" in done.err) == (b"on\n", True)
    assert list(folder.iterdir()) == []
