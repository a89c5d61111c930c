"""Journals are input: what no holder has written harms nobody but the runs it would have told of."""

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobctl.actions.doctor.machine import examine_files
from jobctl.execute.holder import record as records
from jobctl.execute.holder.leftovers import recover
from jobctl.execute.holder.messages import Ended
from jobctl.execute.holder_program import journal
from jobctl.execute.holder_program import proc as tree
from jobctl.execute.shell.takeover import Inherited
from jobctl.model.outcome import Exited, Lost
from tests.kit.shell_jobs import ShellJobs

HEADER = ["H", "othertoken", f"{tree.boot_id()} {tree.pid_namespace()}", 1, 1]
END = ["x", "run:2.1", 77, 7, None, 1_772_953_200_000, 1_772_953_200_250, False, None]
STARTED_AT = datetime(2026, 3, 8, 6, 30, tzinfo=UTC)


def written(home: Path, *lines: object) -> Path:
    home.mkdir(parents=True, exist_ok=True)
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    (home / journal.NAME).write_text(text)
    return home


NONE_OF_THESE = [
    "not json", "null", "[]", "{}", "7", '["I"]', '["I", 7]', '["I", ["run:1.1"]]', '["I", "../../etc/passwd"]',
    '["P", "run:1.1"]', '["P", "run:1.1", -1, null, 1, 2, 0]', '["P", "run:1.1", true, null, 1, 2, 0]',
    '["Z", "run:1.1"]', '["p", "run:1.1", 101, null]', '["p", "run:1.1", 1, 7]',
    '["P", "run:1.1", 5, null, 1]', '["P", "run:1.1", 5, [1, -2], 1, 2, 0]',
    '["P", "run:1.1", 99999999999, null, 1, 2, 0]', '["x", "run:1.1", 5]', "[" * 100_000,
    '["x", "run:1.1", 5, 0, null, 0, 1e300, false, null]', '["x", "run:1.1", 5, 0, null, 0, NaN, false, null]',
    '["x", "run:1.1", 5, 0, null, 0, 253402300800000, false, null]', '["x", "run:1.1", 5, 0, 9, 0, 1, false, null]',
    '["x", "run:1.1", 5, 0, null, 0, 1, false, "whim"]', '["x", "run:1.1", 5, null, 999, 0, 1, false, null]',
    '["r", "run:1.1", 7, 1]', '["H", "../..", "boot", 1, 1]', '["x", "run:1.1", 5, "0", null, 0, 1, false, null]',
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(NONE_OF_THESE)))
def test_a_line_that_no_holder_writes_is_left_out_and_the_others_count(tmp_path: Path, number: int) -> None:
    home = written(tmp_path / "holders" / "d", HEADER, END, NONE_OF_THESE[number], ["I", "run:3.1"])
    found = recover(home)
    assert not found.complete
    assert [end.key for end in found.ends] == ["run:2.1", "run:3.1"]
    assert isinstance(found.ends[0], Ended)
    assert [end.key for end in recover(home).ends] == ["run:2.1", "run:3.1"]
    assert (tmp_path / "holders" / "d.unreadable").read_bytes() == (home / journal.NAME).read_bytes()


def as_fifo(path: Path) -> None:
    os.mkfifo(path)


def as_folder(path: Path) -> None:
    path.mkdir()


def as_link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def as_noise(path: Path) -> None:
    path.write_bytes(os.urandom(5000))


def as_nothing_written(path: Path) -> None:
    path.write_bytes(b"\n" * 3)


def as_far_too_much(path: Path) -> None:
    path.touch()
    os.truncate(path, 1 << 40)


def as_anothers(path: Path) -> None:
    path.write_text(json.dumps(HEADER) + "\n")
    if os.geteuid() == 0:
        os.chown(path, 12345, 12345)
    else:
        path.chmod(0)


@pytest.mark.parametrize(
    "make", [as_fifo, as_folder, as_link, as_noise, as_nothing_written, as_far_too_much, as_anothers]
)
def test_a_journal_that_cannot_be_read_is_set_aside_and_its_runs_are_lost_not_started_again(
    jobs: ShellJobs, make: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    home = jobs.folder.holders / "dead"
    home.mkdir()
    make(home / journal.NAME)
    claim = jobs.claim("exit 7")
    jobs.shell.inherit([home], [Inherited(claim, STARTED_AT, blamed=True)], datetime.now(UTC))
    assert isinstance(jobs.ending(claim).outcome, Lost)
    assert os.path.lexists(jobs.folder.holders / "dead.unreadable")
    assert caplog.text.count("cannot be believed") == 1
    assert "dead.unreadable" in next(
        check.found for check in examine_files(None, jobs.folder) if check.name == "journals"
    )
    jobs.shell.settled([claim.key])
    assert not home.exists()
    assert jobs.run("exit 7").outcome == Exited(7)


def test_an_end_in_the_future_is_of_this_moment(tmp_path: Path) -> None:
    late = [*END[:5], 200_000_000_000_000, 253_402_300_799_999, *END[7:]]
    (end,) = recover(written(tmp_path / "d", HEADER, late)).ends
    assert isinstance(end, Ended)
    assert end.started_at <= end.ended_at <= datetime.fromtimestamp(time.time(), UTC)


def test_a_line_that_a_kill_has_cut_short_is_no_damage(tmp_path: Path) -> None:
    home = written(tmp_path / "d", HEADER, END)
    with (home / journal.NAME).open("a") as file:
        file.write('["x", "run:3')
    found = records.read(home)
    assert found is not None
    assert (found.doubt, list(found.ended)) == (None, ["run:2.1"])


def test_a_folder_that_is_a_link_is_nobodys_home(jobs: ShellJobs, tmp_path: Path) -> None:
    elsewhere = written(tmp_path / "elsewhere", HEADER, END)
    (jobs.folder.holders / "dead").symlink_to(elsewhere)
    claim = jobs.claim("true")
    jobs.shell.inherit([jobs.folder.holders / "dead"], [Inherited(claim, STARTED_AT, blamed=True)], datetime.now(UTC))
    assert isinstance(jobs.ending(claim).outcome, Lost)
    jobs.shell.settled([claim.key])
    assert [path.name for path in elsewhere.iterdir()] == [journal.NAME]
