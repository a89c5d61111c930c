"""A process that a callable forks never becomes a second worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.worker_process import WorkerProcess

CODES = {"returns": 0, "raises": 1, "exits": 7, "exits at once": 5}


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[WorkerProcess]:
    with WorkerProcess(tmp_path) as worker:
        yield worker


@pytest.mark.parametrize("target", ["fork", "fork_in_coroutine"])
def test_a_forked_child_ends_where_it_leaves_the_callable(worker: WorkerProcess, target: str) -> None:
    for how, code in CODES.items():
        result = worker.call(f"forking:{target}", how=how)
        assert (result["kind"], result["result"]) == ("returned", code), how
        assert result["inline"].count("printed once") == 1
        assert ("came back from its callable" in result["inline"]) == (how in ("returns", "raises"))
        assert ("pop from empty list" in result["inline"]) == (how == "raises")
        assert worker.call("plain:add", a=1, b=2)["result"] == 3


def test_a_child_on_a_terminal_of_its_own_and_one_of_a_thread_end_too(worker: WorkerProcess) -> None:
    for how, code in CODES.items():
        assert worker.call("forking:fork", how=how, by="forkpty")["result"] == code
        # How a thread ends says nothing, in a child as elsewhere.
        assert worker.call("forking:fork_in_pool", how=how)["result"] == (code if how == "exits at once" else 0)
        assert worker.call("forking:fork_in_thread", how=how)["result"] == (code if how == "exits at once" else 0)
    assert worker.call("plain:add", a=1, b=2)["result"] == 3


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_callable_may_use_processes(worker: WorkerProcess, method: str) -> None:
    assert worker.call("forking:use_processes", method=method)["result"] == [0, [1, 2]]


def test_a_child_that_lives_on_cannot_take_calls(tmp_path: Path) -> None:
    (tmp_path / "living.py").write_text(
        "import os, time\n"
        f"os.chdir({str(tmp_path)!r})\n"
        "def run():\n"
        "    pid = os.fork()\n"
        "    if pid == 0:\n"
        "        open('begun', 'w')\n"
        "        while not os.path.exists('go'):\n"
        "            time.sleep(0.01)\n"
        "        return 'second'\n"
        "    while not os.path.exists('begun'):\n"
        "        time.sleep(0.01)\n"
        "    return pid\n"
        "def fds(pid):\n"
        "    return [os.readlink(f'/proc/{pid}/fd/{fd}') for fd in os.listdir(f'/proc/{pid}/fd')]\n"
        "def nothing():\n"
        "    return os.getpid()\n"
        "def reap(pid):\n"
        "    return os.waitpid(pid, 0)[1]\n"
    )
    with WorkerProcess(tmp_path, folders=[tmp_path]) as worker:
        pid = worker.call("living:run")["result"]
        links = worker.call("living:fds", pid=pid)["result"]
        # The pipe that output goes into, and nothing that the daemon is spoken to over.
        assert len({link for link in links if link.startswith(("pipe", "socket"))}) == 1
        (tmp_path / "go").touch()
        assert worker.call("living:reap", pid=pid)["result"] == 0
        assert {worker.call("living:nothing")["result"] for _ in range(20)} == {worker.process.pid}
