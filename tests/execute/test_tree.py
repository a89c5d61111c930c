"""Processes as /proc shows them, also when no descriptor is free to look."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from jobctl.execute.holding import tree
from jobctl.model.outcome import Stopped
from tests.kit.shell_jobs import ShellJobs, holder_pid, lives


@pytest.fixture
def child() -> Iterator[int]:
    with subprocess.Popen(["sleep", "300"], env={tree.MARK: "token:run:1.1"}) as process:
        yield process.pid
        process.kill()


@contextmanager
def no_free_descriptor(pid: int) -> Iterator[None]:
    """A process has as many open files as it may have."""
    used = {int(fd.name) for fd in Path(f"/proc/{pid}/fd").iterdir()}
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    # What listed the folder is closed by now: it was the lowest one that was free.
    lowest = next(fd for fd in count() if fd not in used or (pid == os.getpid() and not _is_open(fd)))
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (lowest, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)


def _is_open(fd: int) -> bool:
    return Path(f"/proc/self/fd/{fd}").exists()


def test_no_process_is_overlooked_because_no_descriptor_is_free(child: int) -> None:
    tree.keep_spare()
    me = os.getpid()
    expected = (tree.mark_of(child), sorted(tree.open_files(child)), child in tree.pids())
    with no_free_descriptor(me):
        with pytest.raises(OSError, match="Too many open files"):
            os.open("/dev/null", os.O_RDONLY)
        facts = tree.stat(child)
        found = (tree.mark_of(child), sorted(tree.open_files(child)), child in tree.pids())
        below, family = tree.children(me), tree.descendants([me])
    assert facts is not None
    assert facts.parent == me
    assert found == expected
    assert child in below
    assert child in family


def test_the_spare_descriptor_is_there_again_afterwards(child: int) -> None:
    tree.keep_spare()
    with no_free_descriptor(os.getpid()):
        assert [tree.stat(child) is not None for _ in range(3)] == [True] * 3


def test_a_process_that_does_not_exist_is_none_without_free_descriptors_too(child: int) -> None:
    tree.keep_spare()
    with no_free_descriptor(os.getpid()):
        assert tree.stat(2**22 + 1) is None


def test_case_16_a_holder_without_free_descriptors_stops_a_whole_tree(jobs: ShellJobs) -> None:
    claim = jobs.start("(setsid sh -c 'echo $$; exec sleep 300' &); sleep 300")
    runaway = int(jobs.wrote(claim, b"\n").split()[0])
    with no_free_descriptor(holder_pid(jobs.holder.folder)):
        jobs.shell.stop(claim.key, "operator", datetime.now(UTC))
        assert isinstance(jobs.ending(claim).outcome, Stopped)
        assert not lives(runaway)
