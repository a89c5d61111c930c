"""A log, or the spare file, in whose place something else lies."""

import os
from pathlib import Path

import pytest

from jobctl.execute.callables.capture import Capture
from jobctl.execute.log_file import Follow, last_bytes, read
from jobctl.execute.spare_file import SIZE, keep_spare
from jobctl.execute.state_folder import StateFolder


def test_what_is_no_file_holds_no_output(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "1.log")
    (tmp_path / "2.log").mkdir()
    (tmp_path / "3.log").symlink_to("/dev/zero")
    (tmp_path / "4.log").symlink_to(__file__)
    for number in range(1, 5):
        log = tmp_path / f"{number}.log"
        assert (list(read(log)), list(read(log, 5)), last_bytes(log, 10)) == ([], [], b"")


def test_a_log_that_becomes_a_fifo_while_it_is_followed_ends(tmp_path: Path) -> None:
    log = tmp_path / "1.log"
    log.write_bytes(b"one\n")
    follow = Follow(log)
    assert follow.read() == b"one\n"
    log.unlink()
    os.mkfifo(log)
    assert follow.read() == b""
    follow.close()


@pytest.mark.parametrize("reader", [False, True])
def test_output_is_not_written_into_a_fifo_whoever_reads_it(tmp_path: Path, reader: bool) -> None:
    log = tmp_path / "1.log"
    os.mkfifo(log)
    fd = os.open(log, os.O_RDONLY | os.O_NONBLOCK) if reader else None
    capture = Capture()
    capture.begin(log, 8192, [])
    os.write(capture.fd, b"hello\n")
    with pytest.raises(OSError, match=r"not a regular file|No such device or address"):
        capture.save()
    capture.close()
    if fd is not None:
        assert os.read(fd, 10) == b""
        os.close(fd)


def test_the_spare_file_is_never_made_where_a_link_leads(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path / "db.d")
    folder.make()
    (folder.root / "spare").symlink_to(tmp_path / "elsewhere")
    keep_spare(folder)
    assert not (tmp_path / "elsewhere").exists()
    (folder.root / "spare").unlink()
    keep_spare(folder)
    assert (folder.root / "spare").stat().st_size == SIZE
