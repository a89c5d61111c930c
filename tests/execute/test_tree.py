"""Processes as /proc shows them, also when no descriptor is free to look."""

import gc
import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from jobctl.execute.holder_program import proc as tree
from jobctl.model.outcome import Stopped
from tests.kit.shell_jobs import ShellJobs, holder_pid, lives


@pytest.fixture
def child() -> Iterator[int]:
    with subprocess.Popen(["sleep", "300"], env={tree.MARK: "token:run:1.1"}) as process:
        yield process.pid
        process.kill()


@pytest.fixture
def full(child: int) -> Iterator[int]:
    """A child, and this process has as many open files as it may have, a spare one among them."""
    tree.reserve_descriptor()
    gc.collect()
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    fillers: list[int] = []
    try:
        with suppress(OSError):
            while True:
                fillers.append(os.open("/dev/null", os.O_RDONLY))
        yield child
    finally:
        for fd in fillers:
            os.close(fd)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@contextmanager
def no_free_descriptor(pid: int) -> Iterator[None]:
    """A holder may open nothing more."""
    used = {int(fd.name) for fd in Path(f"/proc/{pid}/fd").iterdir()}
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (next(fd for fd in count() if fd not in used), before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)


def test_no_process_is_overlooked_because_no_descriptor_is_free(full: int) -> None:
    with pytest.raises(OSError, match="Too many open files"):
        os.open("/dev/null", os.O_RDONLY)
    facts = tree.stat(full)
    assert facts is not None
    assert facts.parent == os.getpid()
    assert tree.mark_of(full) == "token:run:1.1"
    assert full in tree.pids()
    assert full in tree.children(os.getpid())
    assert full in tree.descendants([os.getpid()])
    assert tree.open_files(full)


def test_the_spare_descriptor_is_there_again_afterwards(full: int) -> None:
    assert [tree.stat(full) is not None for _ in range(3)] == [True] * 3


def test_a_process_that_does_not_exist_is_none_without_free_descriptors_too(full: int) -> None:
    assert tree.stat(2**22 + full) is None


def test_case_16_a_holder_without_free_descriptors_stops_a_whole_tree(jobs: ShellJobs) -> None:
    claim = jobs.start("(setsid sh -c 'echo $$; exec sleep 300' &); sleep 300")
    runaway = int(jobs.wrote(claim, b"\n").split()[0])
    with no_free_descriptor(holder_pid(jobs.holder.folder)):
        jobs.shell.stop(claim.key, "operator", datetime.now(UTC))
        assert isinstance(jobs.ending(claim).outcome, Stopped)
        assert not lives(runaway)
