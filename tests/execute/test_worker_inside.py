"""What a callable may say to jobctl, with jobctl installed and without."""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobctl.execute import inside
from tests.kit.worker_process import WorkerProcess


@pytest.fixture(scope="module")
def python_without_jobctl(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False, symlinks=True)
    return str(folder / "bin" / "python")


@pytest.fixture(scope="module", params=["installed", "supplied"])
def worker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, python_without_jobctl: str
) -> Iterator[WorkerProcess]:
    python = sys.executable if request.param == "installed" else python_without_jobctl
    with WorkerProcess(tmp_path_factory.mktemp("logs"), python=python) as process:
        yield process


def test_a_python_without_jobctl_is_supplied_with_it(tmp_path: Path, python_without_jobctl: str) -> None:
    with WorkerProcess(tmp_path, python=python_without_jobctl) as worker:
        assert worker.call("asking:supplied_by")["result"] == inside.__file__


def test_a_python_with_jobctl_uses_its_own(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path) as worker:
        assert worker.call("asking:supplied_by")["result"].endswith("/jobctl/__init__.py")


def test_skip_says_that_there_is_nothing_to_do(worker: WorkerProcess) -> None:
    result = worker.call("asking:skip")
    assert (result["kind"], result["message"]) == ("skipped", "no new orders")


@pytest.mark.parametrize("seconds", [None, 2.5])
def test_retry_asks_for_another_try(worker: WorkerProcess, seconds: float | None) -> None:
    result = worker.call("asking:retry", seconds=seconds)
    assert (result["kind"], result["delay"], result["message"]) == ("retry", seconds, "")


def test_retry_takes_a_timedelta_and_a_message(worker: WorkerProcess) -> None:
    result = worker.call("asking:retry_in_minutes")
    assert (result["delay"], result["message"]) == (120.0, "the shop is closed")


def test_the_first_and_the_last_report_arrive_before_the_result(worker: WorkerProcess) -> None:
    worker.progress.clear()
    request = worker.request("asking:report")
    worker.run([request])
    claim = {"run_id": request["run_id"], "fence": 1}
    assert worker.progress[-1] == claim | {"percent": 70.0, "message": "album 7"}


def test_reports_are_at_most_ten_a_second(worker: WorkerProcess) -> None:
    worker.progress.clear()
    worker.call("asking:report_often", times=10_000)
    assert len(worker.progress) < 10
    assert worker.progress[-1]["percent"] == 100.0


def test_secrets_are_masked_in_reports(worker: WorkerProcess) -> None:
    worker.progress.clear()
    worker.run([worker.request("asking:report", secrets=["album 7"])])
    assert worker.progress[-1]["message"] == "***"


def run_python(code: str, **environment: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, **environment}, close_fds=False)


def test_a_shell_job_in_python_reports_over_its_descriptor() -> None:
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    code = "from jobctl import progress; progress(1, 3, 'first'); progress(2, 3); progress(3, 3)"
    run_python(code, JOBCTL_PROGRESS_FD=str(writer))
    os.close(writer)
    with os.fdopen(reader) as lines:
        reports = [json.loads(line) for line in lines]
    assert reports[0] == {"percent": pytest.approx(33.33, abs=0.01), "message": "first"}
    assert reports[-1] == {"percent": 100.0, "message": None}


def test_outside_a_run_a_report_goes_nowhere() -> None:
    run_python("import jobctl; jobctl.progress(5)", JOBCTL_PROGRESS_FD="")


def test_what_a_job_imports_costs_neither_typer_nor_pydantic() -> None:
    imports = "import sys; from jobctl import progress, Skip, Retry"
    run_python(f"{imports}; assert not {{'typer', 'pydantic', 'rich'}} & set(sys.modules)")


def test_a_name_that_jobctl_does_not_have_is_an_attribute_error() -> None:
    run_python("import jobctl; assert not hasattr(jobctl, 'progres'); assert jobctl.__version__")
