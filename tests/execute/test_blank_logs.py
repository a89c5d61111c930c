"""The file of a log that stayed empty becomes the log of another attempt, unless somebody still has it open."""

import os
from pathlib import Path

import pytest

from jobctl.execute.holding.blanks import Blanks
from jobctl.execute.holding.log import Log
from jobctl.model.outcome import Exited
from tests.kit.shell_jobs import ShellJobs
from tests.kit.until import until

BOUND = 65536


@pytest.fixture
def blanks(tmp_path: Path) -> Blanks:
    (tmp_path / "holder").mkdir()
    return Blanks(str(tmp_path / "holder"))


def log(tmp_path: Path, name: str, blanks: Blanks) -> Log:
    return Log(str(tmp_path / name), BOUND, blanks)


def inode(path: Path) -> int:
    return path.stat().st_ino


def test_the_empty_log_of_one_attempt_becomes_that_of_the_next(tmp_path: Path, blanks: Blanks) -> None:
    first = log(tmp_path, "1.1.log", blanks)
    number = inode(tmp_path / "1.1.log")
    first.finish(blanks)
    assert not (tmp_path / "1.1.log").exists()
    second = log(tmp_path, "2.1.log", blanks)
    assert inode(tmp_path / "2.1.log") == number
    os.write(second.another(), b"hello")
    second.finish(blanks)
    assert (tmp_path / "2.1.log").read_bytes() == b"hello"


def test_a_log_with_something_in_it_is_not_kept(tmp_path: Path, blanks: Blanks) -> None:
    first = log(tmp_path, "1.1.log", blanks)
    first.write(b"hello")
    first.finish(blanks)
    log(tmp_path, "2.1.log", blanks)
    assert inode(tmp_path / "1.1.log") != inode(tmp_path / "2.1.log")


@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_WRONLY])
def test_a_file_that_somebody_still_has_open_is_not_used_again(tmp_path: Path, blanks: Blanks, flags: int) -> None:
    first = log(tmp_path, "1.1.log", blanks)
    other = os.open(tmp_path / "1.1.log", flags)
    first.finish(blanks)
    log(tmp_path, "2.1.log", blanks)
    assert os.fstat(other).st_ino != inode(tmp_path / "2.1.log")
    assert list((tmp_path / "holder").iterdir()) == []
    os.close(other)


def test_a_file_that_has_another_name_too_is_not_used_again(tmp_path: Path, blanks: Blanks) -> None:
    first = log(tmp_path, "1.1.log", blanks)
    (tmp_path / "backup").hardlink_to(tmp_path / "1.1.log")
    first.finish(blanks)
    log(tmp_path, "2.1.log", blanks)
    assert inode(tmp_path / "backup") != inode(tmp_path / "2.1.log")


def test_a_file_that_a_job_has_opened_to_others_is_not_used_again(tmp_path: Path, blanks: Blanks) -> None:
    first = log(tmp_path, "1.1.log", blanks)
    (tmp_path / "1.1.log").chmod(0o666)
    first.finish(blanks)
    log(tmp_path, "2.1.log", blanks)
    assert (tmp_path / "2.1.log").stat().st_mode & 0o777 == 0o600


def test_a_process_that_a_quiet_job_left_behind_does_not_write_into_the_log_of_another_one(tmp_path: Path) -> None:
    jobs = ShellJobs(tmp_path)
    jobs.run("(while [ ! -e go ]; do sleep 0.01; done; echo late; touch done) &")
    noisy = jobs.start("touch go; while [ ! -e done ]; do sleep 0.01; done; echo mine")
    assert jobs.ending(noisy).outcome == Exited(0)
    assert jobs.output(noisy) == b"mine\n"
    jobs.close()


def test_a_quiet_attempt_leaves_no_log_and_a_holder_that_goes_leaves_no_blank_one(tmp_path: Path) -> None:
    jobs = ShellJobs(tmp_path)
    ended = [jobs.run(("true",)) for _ in range(12)]
    assert not [path for path in jobs.folder.logs.rglob("*") if path.is_file()]
    jobs.shell.settled([ending.claim.key for ending in ended])
    home = jobs.vanish()
    until(lambda: not home.exists(), "the holder has removed its folder")
    jobs.close()


def test_no_more_than_a_few_are_kept(tmp_path: Path, blanks: Blanks) -> None:
    logs = [log(tmp_path, f"{number}.1.log", blanks) for number in range(30)]
    for one in logs:
        one.finish(blanks)
    assert len(list((tmp_path / "holder").iterdir())) == 8
    blanks.clear()
    assert list((tmp_path / "holder").iterdir()) == []


def test_a_log_whose_folder_is_new_is_a_new_file(tmp_path: Path, blanks: Blanks) -> None:
    log(tmp_path, "1.1.log", blanks).finish(blanks)
    log(tmp_path, "7/7000.1.log", blanks)
    assert (tmp_path / "7" / "7000.1.log").exists()
