"""What a call prints, and where it is found."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobctl.execute.worker_program._jobctl_worker.files import RAW
from tests.kit.until import until
from tests.kit.worker_process import WorkerProcess


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerProcess]:
    with WorkerProcess(tmp_path_factory.mktemp("logs")) as process:
        yield process


def test_output_of_python_c_and_children_is_in_the_log_in_its_order(worker: WorkerProcess) -> None:
    result = worker.call("talking:every_way")
    expected = "print\nno newline, os.write\nprintf\nchild\nstderr\n"
    assert (worker.logged(), result["unsaved"]) == (expected, False)


def test_a_silent_call_leaves_no_log_file(worker: WorkerProcess) -> None:
    request = worker.request("plain:nothing")
    assert worker.run([request])[0]["inline"] is None
    assert not worker.log(request["run_id"]).exists()


def test_each_call_has_its_own_log(worker: WorkerProcess) -> None:
    worker.call("talking:hello", name="first")
    worker.call("talking:hello", name="second")
    assert worker.logged() == "hello second\n"


def test_a_few_lines_come_with_the_result_and_leave_no_log_file(worker: WorkerProcess) -> None:
    request = worker.request("talking:hello")
    result = worker.run([request])[0]
    assert (result["inline"], result["unsaved"]) == ("hello world\n", False)
    assert not worker.log(request["run_id"]).exists()


@pytest.mark.parametrize(("count", "inline"), [(4, True), (5, False)])
def test_output_of_more_than_a_page_has_a_log_file(worker: WorkerProcess, count: int, inline: bool) -> None:
    request = worker.request("waiting:flood", {"count": count})
    result = worker.run([request])[0]
    assert (result["inline"] is not None, worker.log(request["run_id"]).exists()) == (inline, not inline)


def test_the_log_is_for_its_owner_alone_also_under_a_loose_umask(worker: WorkerProcess) -> None:
    request = worker.request("waiting:flood", {"count": 5})
    worker.run([request])
    log = worker.log(request["run_id"])
    assert (stat.S_IMODE(log.stat().st_mode), stat.S_IMODE(log.parent.stat().st_mode)) == (0o600, 0o700)


def test_the_output_is_empty_again_after_a_call(worker: WorkerProcess) -> None:
    worker.call("talking:hello")
    assert os.fstat(worker.output).st_size == 0


def test_output_that_cannot_be_logged_stays_for_the_daemon(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path) as worker:
        result = worker.run([worker.request("waiting:flood", {"count": 5}, logs=None)])[0]
        assert result["unsaved"]
        assert os.pread(worker.output, 10_000, 0) == (b"x" * 1023 + b"\n") * 5


def test_output_of_any_bytes_is_kept(worker: WorkerProcess) -> None:
    for written in ("00ff1b5b33", "eda080c3a9f09f9880ff"):
        result = worker.call("talking:bytes_of", hexadecimal=written)
        assert result["inline"].encode(*RAW) == bytes.fromhex(written)


def test_long_output_is_cut_in_the_middle_with_a_mark(worker: WorkerProcess) -> None:
    request = worker.request("waiting:flood", {"count": 100}, log_max_bytes=10_000)
    result = worker.run([request])[0]
    log = worker.log(request["run_id"]).read_bytes()
    line = b"x" * 1023 + b"\n"
    whole = line * 100
    assert result["inline"] is None
    assert log == whole[:5000] + b"\n[... 92400 bytes cut ...]\n" + whole[-5000:]


def test_what_a_job_could_not_print_is_not_printed_by_the_next_one(worker: WorkerProcess) -> None:
    own = worker.run([worker.request("talking:prints_into_a_closed_descriptor")])[0]
    other = worker.run([worker.request("talking:hello")])[0]
    assert ((own["inline"] or "").startswith("mine\n"), other["inline"]) == (True, "hello world\n")


def test_a_job_that_closes_its_streams_takes_nothing_from_the_next_one(worker: WorkerProcess) -> None:
    worker.call("talking:closes_its_streams")
    assert worker.logged() == "before\n"
    worker.call("talking:hello")
    assert worker.logged() == "hello world\n"


def test_stdin_is_empty(worker: WorkerProcess) -> None:
    assert worker.call("talking:reads")["result"] == ""


def test_a_text_on_stdin_is_read_by_python(worker: WorkerProcess) -> None:
    assert worker.run([worker.request("talking:reads", stdin="grüß\n")])[0]["result"] == "grüß\n"


def test_a_text_on_stdin_is_read_by_child_processes_and_gone_afterwards(worker: WorkerProcess) -> None:
    assert worker.run([worker.request("talking:reads_descriptor", stdin="to cat")])[0]["result"] == "to cat"
    assert worker.call("talking:reads_descriptor")["result"] == ""


def test_secrets_are_masked_in_log_and_result(worker: WorkerProcess) -> None:
    request = worker.request("talking:tells", {"secret": "hunter22"}, secrets=["hunter22"])
    assert worker.run([request])[0]["result"] == {"kept": ["***"]}
    assert worker.logged() == "the secret is ***!\n"


def test_secrets_are_masked_in_message_and_traceback(worker: WorkerProcess) -> None:
    result = worker.run([worker.request("talking:raises", {"secret": "hunter22"}, secrets=["hunter22"])])[0]
    assert result["message"] == "wrong password ***"
    assert "hunter22" not in str(result)


def test_the_longer_of_two_secrets_that_begin_alike_is_masked_whole(worker: WorkerProcess) -> None:
    secrets = ["hunter22", "hunter2233"]
    worker.run([worker.request("talking:tells", {"secret": "hunter2233"}, secrets=secrets)])
    assert worker.logged() == "the secret is ***!\n"


def test_what_is_opened_again_by_its_name_erases_nothing_and_comes_in_its_order(worker: WorkerProcess) -> None:
    worker.call("talking:reopens")
    assert worker.logged() == "one\ntwo\nthree\nfour\nfive\nsix\n"


def test_case_31_a_flood_takes_no_more_memory_than_its_log(worker: WorkerProcess) -> None:
    request = worker.request("talking:floods", {"count": 64}, log_max_bytes=1_000_000, logs=None)
    assert worker.run([request])[0]["unsaved"]
    output = os.fstat(worker.output)
    assert output.st_size == 64 * 1024 * 1024 + len("\nthe end\n")
    assert output.st_blocks * 512 < 8 * 1024 * 1024
    assert os.pread(worker.output, 100, output.st_size - 9) == b"\nthe end\n"
    worker.call("talking:hello")


def test_what_a_child_prints_after_its_call_does_not_block_it(worker: WorkerProcess, tmp_path: Path) -> None:
    worker.call("talking:leaves_a_talker", path=str(tmp_path / "go"))
    (tmp_path / "go").touch()
    until((tmp_path / "go.done").exists, "the child has printed all")
    worker.call("talking:hello")
    assert worker.logged().endswith("hello world\n")


# A thread that was made has to wait for the one that made it, as on a machine with much to do.
COUNTED = """
import _thread, os, sys
from jobctl.execute.worker_program._jobctl_worker.drain import Drain
sys.setswitchinterval(1000)
Drain(os.pipe()[0], os.memfd_create("output"))
print(_thread._count())
"""


def test_the_thread_that_takes_output_is_there_before_any_call_and_is_taken_for_none_of_its() -> None:
    done = subprocess.run([sys.executable, "-c", COUNTED], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"
