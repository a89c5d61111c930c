"""The life of a worker process: imports, edits, the death of its daemon."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobctl.execute import inside
from jobctl.execute.worker_program import __main__ as worker_program
from tests.kit.until import until
from tests.kit.worker_process import JOBS, WorkerProcess

PROGRAM = Path(worker_program.__file__).parent


def test_python_3_8_can_read_what_runs_in_a_jobs_interpreter() -> None:
    for file in (Path(inside.__file__), *PROGRAM.rglob("*.py")):
        ast.parse(file.read_text(), feature_version=(3, 8))


def test_a_worker_imports_only_the_standard_library(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path) as worker:
        path = worker.call("plain:where")["result"]["path"]
        assert path[0] == str(JOBS)
        assert not any(place.startswith(str(PROGRAM)) for place in path)


def test_modules_of_a_job_may_be_called_like_those_of_the_worker(tmp_path: Path) -> None:
    names = [file.stem for file in (PROGRAM / "_jobctl_worker").glob("[a-z]*.py")]
    for name in names:
        (tmp_path / f"{name}.py").write_text("def run():\n    return __file__\n")
    with WorkerProcess(tmp_path, folders=[tmp_path]) as worker:
        for name in names:
            assert worker.call(f"{name}:run")["result"] == str(tmp_path / f"{name}.py")
        assert worker.call("nowhere:run")["kind"] == "unstartable"


def test_a_worker_starts_where_python_adds_no_folder_to_its_path(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path, environ={"PYTHONSAFEPATH": "1"}) as worker:
        path = worker.call("plain:where")["result"]["path"]
        assert path[0] == str(JOBS)
        assert not any(place.startswith(str(PROGRAM)) for place in path)


def test_a_worker_compiles_its_program_once(tmp_path: Path) -> None:
    (tmp_path / "compiled.py").write_text(
        "import sys\n"
        "def run():\n"
        "    ours = [m for name, m in sys.modules.items() if name.startswith('_jobctl_worker')]\n"
        "    return [m.__cached__ for m in ours]\n"
    )
    with WorkerProcess(tmp_path, folders=[tmp_path]) as worker:
        cached = worker.call("compiled:run")["result"]
    assert len(cached) > 10
    assert all(Path(file).exists() for file in cached)


def test_a_worker_ends_when_its_daemon_has_no_more_work(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path) as worker:
        worker.call("plain:nothing")
        worker.end()
        assert worker.process.wait(60) == 0


@pytest.mark.parametrize("target", ["waiting:spin", "waiting:sleep"])
def test_a_worker_dies_with_its_daemon_whatever_it_does(tmp_path: Path, target: str) -> None:
    started = tmp_path / "started"
    params = {"started": str(started)} | ({"seconds": 600} if target == "waiting:sleep" else {})
    with WorkerProcess(tmp_path) as worker:
        worker.send([worker.request(target, params)])
        until(started.exists, "the call began")
        worker.let_go()
        assert worker.process.wait(2) == -9


def test_a_worker_dies_with_its_daemon_while_c_code_holds_the_interpreter(tmp_path: Path) -> None:
    (tmp_path / "stuck.py").write_text(
        "import ctypes, pathlib\n"
        "def run(started):\n"
        "    pathlib.Path(started).touch()\n"
        "    ctypes.PyDLL(None).sleep(600)\n"
    )
    started = tmp_path / "started"
    with WorkerProcess(tmp_path, folders=[tmp_path]) as worker:
        worker.send([worker.request("stuck:run", {"started": str(started)})])
        until(started.exists, "the call began")
        worker.let_go()
        assert worker.process.wait(2) == -9


def test_a_worker_that_is_started_by_a_dead_daemon_ends_at_once() -> None:
    untaken, tokens = os.pipe()
    calls, write_calls = os.pipe()
    read_replies, replies = os.pipe()
    lifeline, write_lifeline = os.pipe()
    os.close(write_lifeline)
    command = [sys.executable, worker_program.__file__, inside.__file__, "."]
    pipe, output = os.pipe()
    fds = (untaken, calls, replies, lifeline, pipe, output)
    process = subprocess.Popen(command, pass_fds=fds, env={"JOBCTL_FDS": ",".join(map(str, fds))})
    assert process.wait(60) == 0
    for fd in (*fds, tokens, write_calls, read_replies):
        os.close(fd)


def test_an_edited_module_is_used_by_the_same_process(tmp_path: Path) -> None:
    module = tmp_path / "edited.py"
    module.write_text("import helping\ndef run():\n    return helping.VALUE\n")
    helping = tmp_path / "helping.py"
    helping.write_text("VALUE = 'old'\n")
    with WorkerProcess(tmp_path, folders=[tmp_path]) as worker:
        assert worker.call("edited:run")["result"] == "old"
        pid = worker.process.pid
        helping.write_text("VALUE = 'newer'\n")
        until(lambda: worker.call("edited:run")["result"] == "newer", "the edit is seen")
        assert worker.call("edited:run")["result"] == "newer"
        assert worker.process.pid == pid


def test_an_edit_during_a_call_is_seen_by_later_ones(tmp_path: Path) -> None:
    module = tmp_path / "own.py"
    module.write_text(
        "def run():\n"
        "    import helping, pathlib\n"
        "    pathlib.Path(helping.__file__).write_text('VALUE = 2000\\n')\n"
        "    return helping.VALUE\n"
    )
    (tmp_path / "helping.py").write_text("VALUE = 1\n")
    with WorkerProcess(tmp_path, folders=[tmp_path]) as worker:
        assert worker.call("own:run")["result"] == 1
        until(lambda: worker.call("own:run")["result"] == 2000, "the edit is seen")


def test_an_import_that_failed_is_tried_again(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path, folders=[tmp_path]) as worker:
        assert worker.call("late:run")["kind"] == "unstartable"
        (tmp_path / "late.py").write_text("def run():\n    return 1\n")
        assert worker.call("late:run")["result"] == 1


def test_a_function_that_was_missing_is_found_once_it_is_written(tmp_path: Path) -> None:
    module = tmp_path / "growing.py"
    module.write_text("")
    with WorkerProcess(tmp_path, folders=[tmp_path]) as worker:
        assert worker.call("growing:run")["kind"] == "unstartable"
        module.write_text("def run():\n    return 1\n")
        until(lambda: worker.call("growing:run").get("result") == 1, "it is found")


def test_a_worker_that_starts_anew_keeps_only_its_first_environment(tmp_path: Path) -> None:
    module = tmp_path / "shown.py"
    module.write_text("import os\nAT_START = dict(os.environ)\ndef run():\n    return AT_START.get('JOBCTL_RUN_ID')\n")
    with WorkerProcess(tmp_path, folders=[tmp_path]) as worker:
        worker.call("plain:nothing")
        assert worker.call("shown:run")["result"] == "2"
        module.write_text(module.read_text() + "# edited\n")
        until(lambda: worker.call("shown:run")["result"] != "2", "it has started anew")


def test_a_worker_that_ends_by_itself_is_seen_as_a_process(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path) as worker:
        worker.send([worker.request("plain:drop_dead", {"code": 3})])
        assert worker.process.wait(60) == 3


def edit_in_place(file: Path, text: str) -> None:
    """Write a file of the same size and leave its time as it was."""
    times = file.stat()
    assert len(text) == times.st_size
    with open(file, "r+") as writing:
        writing.write(text)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_an_edit_that_changes_neither_size_nor_time_is_seen(tmp_path: Path) -> None:
    module = tmp_path / "edited.py"
    module.write_text("def run(): return 1\n")
    with WorkerProcess(tmp_path, folders=[tmp_path]) as worker:
        assert worker.call("edited:run")["result"] == 1
        edit_in_place(module, "def run(): return 2\n")
        until(lambda: worker.call("edited:run")["result"] == 2, "the edit is seen")
        edit_in_place(module, "def run(): return 3\n")
    # What was compiled before is not believed by a new worker either.
    with WorkerProcess(tmp_path, folders=[tmp_path]) as worker:
        assert worker.call("edited:run")["result"] == 3


def test_a_module_that_becomes_a_package_or_is_hidden_by_another_is_seen(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    (second / "growing.py").write_text("def run(): return 'module'\n")
    (second / "idle.py").write_text("")
    with WorkerProcess(tmp_path, folders=[first, second]) as worker:
        assert worker.call("growing:run")["result"] == "module"
        (second / "growing").mkdir()
        assert {worker.call("growing:run")["result"] for _ in range(200)} == {"module"}
        (second / "growing" / "__init__.py").write_text("from growing.inner import run\n")
        (second / "growing" / "inner.py").write_text("def run(): return 'package'\n")
        until(lambda: worker.call("growing:run")["result"] == "package", "the package is used")
        (second / "growing.py").unlink()
        until(lambda: worker.call("growing:run")["result"] == "package", "the package is still used")
        (first / "growing.py").write_text("def run(): return 'found before'\n")
        until(lambda: worker.call("growing:run")["result"] == "found before", "what is found before is used")


def test_a_module_that_was_deleted_is_executed_no_longer(tmp_path: Path) -> None:
    (tmp_path / "going.py").write_text("def run(): return 1\n")
    with WorkerProcess(tmp_path, folders=[tmp_path]) as worker:
        assert worker.call("going:run")["result"] == 1
        (tmp_path / "going.py").unlink()
        until(lambda: worker.call("going:run").get("kind") == "unstartable", "it is gone")
        (tmp_path / "going.py").write_text("def run(): return 2\n")
        until(lambda: worker.call("going:run").get("result") == 2, "it is there again")


def test_a_module_of_the_name_of_a_standard_one_does_not_hide_how_its_calls_end(tmp_path: Path) -> None:
    (tmp_path / "threading.py").write_text("def run(): return 'mine'\n")
    with WorkerProcess(tmp_path, folders=[tmp_path]) as worker:
        assert worker.call("threading:run")["result"] == "mine"
        assert worker.call("threading:run")["result"] == "mine"


def test_a_worker_follows_a_link_that_leads_elsewhere(tmp_path: Path) -> None:
    for version in ("one", "two"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "app.py").write_text("import os\ndef run(): return [os.getcwd(), open('data').read()]\n")
        (tmp_path / version / "data").write_text(version)
    current = tmp_path / "current"
    current.symlink_to("one")
    with WorkerProcess(tmp_path, folders=[], cwd=current, environ={"PYTHONPATH": str(tmp_path / "one")}) as worker:
        assert worker.call("app:run")["result"] == [str(tmp_path / "one"), "one"]
        (tmp_path / "next").symlink_to("two")
        (tmp_path / "next").rename(current)
        until(lambda: worker.call("app:run")["result"] == [str(tmp_path / "two"), "two"], "the other one is used")
        current.unlink()
        assert worker.call("app:run")["result"] == [str(tmp_path / "two"), "two"]


def test_a_job_that_writes_among_its_modules_keeps_its_worker(tmp_path: Path) -> None:
    (tmp_path / "writing.py").write_text(
        "import itertools, pathlib\n"
        "NUMBERS = itertools.count()\n"
        "def run():\n"
        "    number = next(NUMBERS)\n"
        "    pathlib.Path(__file__).with_name(f'{number}.txt').touch()\n"
        "    return number\n"
    )
    with WorkerProcess(tmp_path, folders=[tmp_path]) as worker:
        assert [worker.call("writing:run")["result"] for _ in range(5)] == [0, 1, 2, 3, 4]
