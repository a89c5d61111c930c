"""Calls follow each other in one process as if each had one of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.worker_process import WorkerProcess


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[WorkerProcess]:
    with WorkerProcess(tmp_path) as worker:
        yield worker


LEAKS = [
    "ignore_children",
    "set_alarms",
    "block",
    "set_variable",
    "leave",
    "close_stdin",
    "change_interpreter",
    "change_library",
    "close_loop",
    "move_away",
    "replace_environ",
    "close_running_loop",
]


def test_a_call_finds_everything_as_it_was_before_the_others(worker: WorkerProcess) -> None:
    as_new = worker.call("leaking:found")["result"]
    pid = worker.call("leaking:pid")["result"]
    for leak in LEAKS:
        assert worker.call(f"leaking:{leak}")["kind"] == "returned", leak
        assert worker.call("leaking:found")["result"] == as_new, leak
    done = worker.call("leaking:use_executor")
    assert (done["result"], done["inline"]) == ("done", None)
    assert worker.call("leaking:pid")["result"] == pid


def test_what_the_first_call_changes_while_it_imports_is_undone_too(tmp_path: Path) -> None:
    (tmp_path / "first.py").write_text(
        "import sys\n"
        "sys.setrecursionlimit(2345)\n"
        "def change():\n"
        "    import decimal, logging, resource, signal, socket\n"
        "    signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
        "    resource.setrlimit(resource.RLIMIT_NOFILE, (20, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))\n"
        "    socket.setdefaulttimeout(1)\n"
        "    logging.disable()\n"
        "    decimal.getcontext().prec = 3\n"
        "    sys.setrecursionlimit(3456)\n"
        "def tell():\n"
        "    import decimal, logging, resource, signal, socket\n"
        "    return [str(signal.getsignal(signal.SIGCHLD)), resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 20,\n"
        "        socket.getdefaulttimeout(), logging.root.manager.disable, decimal.getcontext().prec,\n"
        "        sys.getrecursionlimit()]\n"
    )
    with WorkerProcess(tmp_path, folders=[tmp_path]) as worker:
        worker.call("first:change")
        # What a module sets when it is imported stays.
        assert worker.call("first:tell")["result"] == ["0", True, None, 0, 28, 2345]


@pytest.mark.parametrize("leak", ["be_nice", "lower_limit"])
def test_a_worker_that_cannot_be_put_right_says_so_and_ends(worker: WorkerProcess, leak: str) -> None:
    as_new = worker.call("leaking:found")["result"]
    calls = [worker.request(f"leaking:{leak}"), worker.request("leaking:found")]
    worker.send(calls)
    assert worker.results(1)[0]["kind"] == "returned"
    said = worker.reply()
    if isinstance(said, list):  # root may undo it
        assert said[5] == as_new
    else:
        assert "cannot be put right" in said["leaving"]
        assert worker.process.wait(60) == 0
        assert worker.recall() == [2]


def test_a_call_lasts_as_long_as_its_threads(worker: WorkerProcess) -> None:
    result = worker.call("leaking:leave_thread", daemon=False, seconds=0.1)
    assert result["inline"] == "a thread talks\n"
    result = worker.call("leaking:leave_pool", seconds=0.1)
    assert result["inline"] == "a pool talks\n"
    assert worker.call("leaking:pid")["inline"] is None


def test_a_worker_ends_with_a_call_that_leaves_a_daemon_thread(worker: WorkerProcess) -> None:
    worker.send(
        [worker.request("leaking:leave_thread", {"daemon": True, "seconds": 0.1}), worker.request("plain:nothing")]
    )
    assert worker.results(1)[0]["inline"] is None
    assert "thread" in worker.reply()["leaving"]
    assert worker.process.wait(60) == 0
    assert len(worker.recall()) == 1
