"""Whom a kill reaches: all that a job has started, however it hides, and nobody else, whatever number it bears."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobctl.execute.holder.leftovers import recover
from jobctl.execute.holder.messages import Lost
from jobctl.execute.holder_program import journal
from jobctl.execute.holder_program import proc as tree
from jobctl.model.outcome import Exited, Stopped
from tests.kit.shell_jobs import ShellJobs, holder_pid, lives, stop
from tests.kit.until import until

HERE = f"{tree.boot_id()} {tree.pid_namespace()}"
HIDE = "(setsid env -i sh -c 'exec </dev/null >/dev/null 2>&1 3>&-; echo $$ > {}; exec sleep 300' &)"
"""An orphan in a session of its own, with an empty environment and none of its job's descriptors."""


@pytest.fixture
def innocent() -> Iterator[subprocess.Popen[bytes]]:
    """A session of somebody else's: a process, and a child of it."""
    process = subprocess.Popen(
        ["sh", "-c", "sleep 300 & wait"], env={"PATH": os.environ["PATH"]}, start_new_session=True
    )
    until(lambda: tree.children(process.pid), "it has a child")
    yield process
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def left_by_a_dead_holder(home: Path, where: str, pid: int, *proof: int, holder: tuple[int, int] = (1, 1)) -> Path:
    """The journal of one that had started `run:1.1` as `pid`."""
    home.mkdir()
    written = journal.Journal(str(home), "othertoken", where, *holder)
    written.add(["I", "run:1.1"])
    written.add(["P", "run:1.1", pid, *([None] if proof else []), *proof])
    written.flush()
    return home


def started(pid: int) -> int:
    facts = tree.stat(pid)
    assert facts is not None
    return facts.started


def test_case_06_who_has_the_number_of_a_child_now_lives_with_all_that_it_started(
    tmp_path: Path, innocent: subprocess.Popen[bytes]
) -> None:
    begun = started(innocent.pid)
    child = tree.children(innocent.pid)[0]
    proofs = {"older": (1, begun - 1, 0), "younger": (begun + 1, begun + 2, 0), "by a former version": ()}
    for name, proof in proofs.items():
        home = left_by_a_dead_holder(tmp_path / name, HERE, innocent.pid, *proof)
        assert [type(end) for end in recover(home).ends] == [Lost]
    assert lives(innocent.pid)
    assert lives(child)


def test_nothing_is_killed_for_a_journal_of_another_boot_or_container(
    tmp_path: Path, innocent: subprocess.Popen[bytes]
) -> None:
    """A container that is started again on its volume has the boot of before, small numbers again, and other pids."""
    me = (innocent.pid, started(innocent.pid))
    for number, where in enumerate((f"{tree.boot_id()} pid:[1]", f"earlier {tree.pid_namespace()}", "earlier")):
        home = left_by_a_dead_holder(tmp_path / f"{number}", where, me[0], me[1], me[1], 0, holder=me)
        assert [type(end) for end in recover(home).ends] == [Lost]
    assert lives(innocent.pid)


def test_a_child_that_is_proven_by_its_start_is_killed(tmp_path: Path, innocent: subprocess.Popen[bytes]) -> None:
    begun = started(innocent.pid)
    child = tree.children(innocent.pid)[0]
    recover(left_by_a_dead_holder(tmp_path / "own", HERE, innocent.pid, begun, begun, 0))
    innocent.wait(10)
    assert not lives(child)


def test_a_signal_reaches_only_the_process_that_was_meant(innocent: subprocess.Popen[bytes]) -> None:
    tree.send(innocent.pid, started(innocent.pid) + 1, signal.SIGKILL)
    assert innocent.poll() is None
    tree.send(innocent.pid, started(innocent.pid), signal.SIGTERM)
    assert innocent.wait(10) == -signal.SIGTERM


def hidden_pid(file: Path) -> int:
    return int(until(lambda: file.read_text().strip() if file.exists() else "", "the hidden one has started"))


def test_what_hides_from_its_job_does_not_outlive_a_timeout_while_others_run(jobs: ShellJobs) -> None:
    other = jobs.start(HIDE.format("other") + "; read line < go; exit 7", working_dir=str(gate(jobs)))
    claim = jobs.start(HIDE.format("mine") + "; sleep 300", timeout=timedelta(seconds=300))
    mine, others = hidden_pid(jobs.root / "mine"), hidden_pid(jobs.root / "other")
    jobs.shell.stop(claim.key, "timeout", datetime.now(UTC))
    assert isinstance(jobs.ending(claim).outcome, Stopped)
    assert not lives(mine)
    assert lives(others)
    (jobs.root / "go").write_text("\n")
    assert jobs.ending(other).outcome == Exited(7)
    stop(others)


def test_what_an_ended_job_has_left_is_not_taken_for_the_only_other_ones(jobs: ShellJobs) -> None:
    """It was left before, and goes on starting processes while the other runs."""
    (jobs.root / "again").write_text("echo $$ > first; read line < go; " + HIDE.format("second"))
    left = "(setsid env -i sh -c 'exec </dev/null >/dev/null 2>&1 3>&-; exec sh again' &)"
    gate(jobs)
    jobs.run(left)
    hidden_pid(jobs.root / "first")
    claim = jobs.start("echo $$; sleep 300")
    jobs.wrote(claim, b"\n")
    (jobs.root / "go").write_text("\n")
    second = hidden_pid(jobs.root / "second")
    jobs.shell.stop(claim.key, "operator", datetime.now(UTC))
    jobs.ending(claim)
    assert lives(second)
    stop(second)


def test_what_hides_from_its_job_does_not_outlive_its_holder(jobs: ShellJobs) -> None:
    claim = jobs.start(HIDE.format("mine") + "; sleep 300")
    mine = hidden_pid(jobs.root / "mine")
    until(lambda: b'"P"' in (jobs.holder.folder / journal.NAME).read_bytes(), "its start is on record")
    os.kill(holder_pid(jobs.holder.folder), signal.SIGKILL)
    jobs.ending(claim)
    assert not lives(mine)


def gate(jobs: ShellJobs) -> Path:
    os.mkfifo(jobs.root / "go")
    return jobs.root


FORGED = "JOBCTL_MARK=${JOBCTL_MARK%%:*}:nobody setsid sh -c 'echo $$ > pid; exec sleep 300' &"
# The first thread ends, which looks like the end of all; another one goes on.
HEADLESS = """
import ctypes, os, signal, threading, time
if os.fork() == 0:
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    open('pid', 'w').write(str(os.getpid()))
    threading.Thread(target=time.sleep, args=(300,)).start()
    ctypes.CDLL(None).pthread_exit(None)
time.sleep(300)
"""


@pytest.mark.parametrize("command", [FORGED + " wait", ("python3", "-c", HEADLESS)], ids=["forged", "headless"])
def test_neither_another_mark_nor_the_looks_of_a_dead_one_save_a_process(
    jobs: ShellJobs, command: str | tuple[str, ...]
) -> None:
    claim = jobs.start(command, stop_grace_period=timedelta(0))
    path = jobs.root / "pid"
    pid = int(until(lambda: path.exists() and path.read_text().strip(), "it hides"))
    beside = jobs.start("sleep 300")
    jobs.shell.stop(claim.key, "operator", datetime.now(UTC))
    assert isinstance(jobs.ending(claim).outcome, Stopped)
    until(lambda: not tree.stat(pid), "it is gone")
    jobs.turn()
    assert beside.key in jobs.shell.in_flight()
