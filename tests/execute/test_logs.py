"""Reading logs while they are written, cut, replaced and deleted."""

import os
from pathlib import Path

import pytest

from jobctl.execute.holder_program.log import Log
from jobctl.execute.log_file import Follow, last_bytes, read
from jobctl.execute.logs import Logs, remove_logs
from jobctl.execute.state_folder import StateFolder
from tests.kit.rows import Rows

TAILS = [
    (b"a\nb\nc\n", 2, b"b\nc\n"),
    (b"a\nb\nc", 2, b"b\nc"),
    (b"a\nb\n", 5, b"a\nb\n"),
    (b"a\n", 0, b""),
    (b"", 3, b""),
    (b"\n\n\n", 2, b"\n\n"),
    (b"a\n" + b"x" * 200_000 + b"\n", 1, b"x" * 200_000 + b"\n"),
]


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    folder = StateFolder(tmp_path)
    folder.make()
    return folder


def write(folder: StateFolder, run_id: int, attempt: int, text: bytes) -> Path:
    log = folder.log(run_id, attempt)
    log.parent.mkdir(exist_ok=True)
    log.write_bytes(text)
    return log


def rest(follow: Follow) -> bytes:
    return b"".join(iter(follow.read, b""))


def test_the_newest_attempt_is_found_by_number(folder: StateFolder) -> None:
    for attempt in (2, 10, 9):
        write(folder, 7, attempt, b"x")
    write(folder, 70, 11, b"x")
    assert Logs(folder, Rows()).newest(7) == 10


def test_a_silent_run_has_no_newest_attempt(folder: StateFolder) -> None:
    assert Logs(folder, Rows()).newest(7) is None


def test_a_log_is_read_in_bounded_pieces(folder: StateFolder) -> None:
    log = write(folder, 7, 1, b"x" * 10_000_000)
    pieces = list(read(log))
    assert (sum(map(len, pieces)), max(map(len, pieces))) == (10_000_000, 65536)


def test_no_log_reads_as_nothing(folder: StateFolder) -> None:
    assert list(read(folder.log(7, 1))) == []


@pytest.mark.parametrize(("text", "lines", "tail"), TAILS)
def test_a_tail_is_the_last_lines(folder: StateFolder, text: bytes, lines: int, tail: bytes) -> None:
    assert b"".join(read(write(folder, 7, 1, text), lines)) == tail


def test_the_last_output_is_that_of_the_newest_attempt(folder: StateFolder) -> None:
    write(folder, 7, 1, b"old")
    write(folder, 7, 2, b"0123456789")
    assert Logs(folder, Rows()).last(7, 4) == b"6789"


def test_following_begins_before_the_file_does(folder: StateFolder) -> None:
    follow = Follow(folder.log(7, 1))
    assert follow.read() == b""
    write(folder, 7, 1, b"hello")
    assert rest(follow) == b"hello"
    follow.close()


def test_following_goes_on_where_it_was(folder: StateFolder) -> None:
    log = write(folder, 7, 1, b"one")
    follow = Follow(log)
    assert rest(follow) == b"one"
    with log.open("ab") as file:
        file.write(b"two")
    assert rest(follow) == b"two"
    follow.close()


def test_case_32_following_survives_a_deleted_file(folder: StateFolder) -> None:
    log = write(folder, 7, 1, b"one")
    follow = Follow(log)
    log.unlink()
    assert rest(follow) == b""
    follow.close()


def test_case_32_what_was_open_before_its_deletion_is_read_to_its_end(folder: StateFolder) -> None:
    log = write(folder, 7, 1, b"x" * 100_000)
    follow = Follow(log)
    first = follow.read()
    log.unlink()
    assert len(first + rest(follow)) == 100_000
    follow.close()


def test_case_32_following_starts_again_in_a_truncated_file(folder: StateFolder) -> None:
    log = write(folder, 7, 1, b"one two")
    follow = Follow(log)
    rest(follow)
    os.truncate(log, 0)
    with log.open("ab") as file:
        file.write(b"three")
    assert rest(follow) == b"three"
    follow.close()


def test_a_hole_is_told_with_a_mark_while_the_job_writes(folder: StateFolder) -> None:
    path = folder.log(7, 1)
    log = Log(str(path), 65536)
    log.write(b"x" * 1_000_000)
    follow = Follow(path)
    output = rest(follow)
    follow.close()
    assert b"\0" not in last_bytes(path, 900_000)
    log.finish()
    head, mark, tail = output.partition(b"\n[... ")
    count = int(tail.split(b" ", 1)[0])
    assert mark
    assert b"\0" not in output
    assert len(head) + count + len(tail.partition(b"...]\n")[2]) == 1_000_000


def test_a_reader_who_has_read_all_gets_nothing_twice_when_the_log_is_cut(folder: StateFolder) -> None:
    path = folder.log(7, 1)
    log = Log(str(path), 65536)
    log.write(b"x" * 60_000)
    follow = Follow(path)
    log.write(b"x" * 40_000)
    assert len(rest(follow)) > 60_000
    log.finish()
    assert path.stat().st_size < 70_000
    assert rest(follow) == b""
    follow.close()


def test_logs_are_removed_with_their_folder(folder: StateFolder) -> None:
    for attempt in (1, 2, 3):
        log = write(folder, 7, attempt, b"x")
    remove_logs(folder, 7, 3)
    assert not log.parent.exists()


def test_logs_of_other_runs_stay(folder: StateFolder) -> None:
    other = write(folder, 8, 1, b"x")
    write(folder, 7, 1, b"x")
    remove_logs(folder, 7, 1)
    assert other.exists()


@pytest.mark.parametrize(("text", "lines", "tail"), [row for row in TAILS if len(row[0]) <= 4096])
def test_what_a_row_keeps_has_the_same_tails_as_a_file(
    folder: StateFolder, text: bytes, lines: int, tail: bytes
) -> None:
    logs = Logs(folder, Rows({(7, 1): text}))
    assert (b"".join(logs.read(7, 1)), b"".join(logs.read(7, 1, lines))) == (text, tail)


def test_the_newest_attempt_may_have_a_file_or_a_row(folder: StateFolder) -> None:
    write(folder, 7, 2, b"x")
    assert [Logs(folder, Rows({(7, n): b"y", (8, 9): b"z"})).newest(7) for n in (1, 3)] == [2, 3]


def test_the_last_output_may_be_in_a_row(folder: StateFolder) -> None:
    write(folder, 7, 1, b"old")
    assert Logs(folder, Rows({(7, 2): b"0123456789"})).last(7, 4) == b"6789"


def test_a_row_counts_where_another_run_of_that_number_has_left_a_file(folder: StateFolder) -> None:
    write(folder, 7, 1, b"of another run, before a backup was restored")
    logs = Logs(folder, Rows({(7, 1): b"this"}))
    assert (list(logs.read(7, 1)), list(logs.follow(7, 1).pieces(over=True))) == ([b"this"], [b"this"])


def test_what_a_row_keeps_is_followed_once_when_the_attempt_is_over(folder: StateFolder) -> None:
    rows = Rows()
    following = Logs(folder, rows).follow(7, 1)
    assert list(following.pieces(over=False)) == []
    rows[7, 1] = b"a\nb\n"
    assert [list(following.pieces(over=True)) for _ in range(2)] == [[b"a\nb\n"], []]


def test_a_file_is_followed_to_its_end_when_the_attempt_is_over(folder: StateFolder) -> None:
    following = Logs(folder, Rows()).follow(7, 1)
    write(folder, 7, 1, b"one\n")
    assert list(following.pieces(over=False)) == [b"one\n"]
    write(folder, 7, 1, b"one\ntwo\n")
    assert [list(following.pieces(over=True)) for _ in range(2)] == [[b"two\n"], []]
    following.close()


@pytest.mark.parametrize(("seen_before", "shown"), [(False, b"b\n"), (True, b"a\nb\n")])
def test_a_tail_cuts_only_what_was_there_when_following_began(
    folder: StateFolder, seen_before: bool, shown: bytes
) -> None:
    rows = Rows()
    following = Logs(folder, rows).follow(7, 1, tail_lines=1)
    if seen_before:
        assert list(following.pieces(over=False)) == []
    rows[7, 1] = b"a\nb\n"
    assert b"".join(following.pieces(over=True)) == shown
