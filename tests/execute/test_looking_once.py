"""What others move, remove or cut while it is looked at: each look is believed as it came, and nothing is given up."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from jobctl.execute.holder.leftovers import set_aside
from jobctl.execute.holder_program import proc as tree
from jobctl.execute.holder_program.log import Log
from jobctl.execute.log_file import Follow
from jobctl.execute.spare_file import keep_spare
from jobctl.execute.state_folder import StateFolder
from jobctl.execute.worker_program._jobctl_worker.files import open_log
from jobctl.store.sqlite.writer_queue import CourtesyLock

REPOSITORY = Path(__file__).parents[2]
TIMES = 100


# What somebody else does again and again, `sys.argv[1]` being the place.
ROTATE = "os.truncate(place, 1 << 20); os.truncate(place, 0)"
PRUNE = "remove_logs(StateFolder(Path(place)), 7, 1)"
HOLD_SHORTLY = "[os.close(fd) for fd in [os.open(place, os.O_WRONLY) for _ in range(40)]]"
PROGRAM = """
import os, sys
from pathlib import Path
from jobctl.execute.state_folder import StateFolder
from jobctl.execute.logs import remove_logs
place = sys.argv[1]
os.dup2(os.open("/dev/null", os.O_WRONLY), 90)
print(flush=True)
while True:
    try:
        ACT
    except FileNotFoundError:
        pass
"""


@contextmanager
def meanwhile(act: str, place: Path) -> Iterator[int]:
    """Another process is at it: its pid."""
    program = [sys.executable, "-c", PROGRAM.replace("ACT", act), str(place)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, cwd=REPOSITORY) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield process.pid
        finally:
            process.kill()


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    """A state folder."""
    made = StateFolder(tmp_path / "state")
    made.make()
    return made


def test_the_record_of_a_holder_that_is_gone_meanwhile_is_not_set_aside(folder: StateFolder) -> None:
    home = folder.holders / "dead"
    home.mkdir()
    set_aside(home)
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("look", [tree.files_written, tree.open_files])
def test_a_descriptor_that_is_closed_meanwhile_hides_no_other(
    tmp_path: Path, look: Callable[[int], list[tuple[int, int]]]
) -> None:
    other = tmp_path / "other"
    other.touch()
    held = Path("/dev/null").stat()
    with meanwhile(HOLD_SHORTLY, other) as pid:
        for _ in range(20 * TIMES):
            assert (held.st_dev, held.st_ino) in look(pid)


def print_into(path: str) -> int:
    log = Log(path, 10_000)
    log.write(b"x")
    log.finish()
    return os.open(path, os.O_RDONLY)


@pytest.mark.parametrize("make", [print_into, open_log])
def test_a_folder_that_is_pruned_meanwhile_is_made_again(folder: StateFolder, make: Callable[[str], int]) -> None:
    with meanwhile(PRUNE, folder.root):
        for _ in range(10 * TIMES):
            os.close(make(folder.log_path(8, 1)))
            with suppress(FileNotFoundError):
                folder.log(8, 1).unlink()


def test_a_log_that_is_cut_while_it_is_read_is_read_on(folder: StateFolder) -> None:
    log = folder.log(7, 1)
    log.parent.mkdir()
    log.touch()

    follow = Follow(log)
    with meanwhile(ROTATE, log):
        for _ in range(20 * TIMES):
            follow.read()
    follow.close()


def test_a_spare_file_is_not_made_in_a_folder_that_is_gone_nor_over_what_is_there(tmp_path: Path) -> None:
    keep_spare(StateFolder(tmp_path / "gone"))
    assert not (tmp_path / "gone").exists()
    (tmp_path / "spare").symlink_to(tmp_path / "elsewhere")
    keep_spare(StateFolder(tmp_path))
    assert not (tmp_path / "elsewhere").exists()


def test_a_lock_that_cannot_be_waited_for_is_gone_without(tmp_path: Path) -> None:
    opened: list[int] = []

    def open_once(path: Path) -> int:
        if opened:
            raise OSError(errno.EMFILE, "Too many open files")
        opened.append(os.open(path, os.O_RDWR | os.O_CREAT))
        return opened[0]

    other = CourtesyLock(tmp_path / "lock", lambda path: os.open(path, os.O_RDWR | os.O_CREAT))
    mine = CourtesyLock(tmp_path / "lock", open_once)
    assert (other.acquire(1), mine.acquire(1)) == (True, False)
    other.close()
    mine.close()
