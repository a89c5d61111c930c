"""What signals do to a job does not depend on how its daemon was started."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.installation import Installation

CALLS = """
import subprocess

def python():
    return open("/proc/self/status").read().split("SigIgn:")[1].split()[0]

def child():
    return subprocess.run(["grep", "SigIgn", "/proc/self/status"], stdout=subprocess.PIPE).stdout.split()[1].decode()
"""
CATALOG = """
defaults: {{path: ["{folder}"]}}
jobs:
  plain: {{run: grep SigIgn /proc/self/status}}
  nice: {{run: grep SigIgn /proc/self/status, nice: 1}}
  python: {{call: 'calls:python'}}
  child: {{call: 'calls:child'}}
  fragile: {{run: 'kill -HUP $$; exit 0'}}
"""
GLIBC_OWN = {32, 33}
PYTHON_OWN = {13, 25}
NOHUP = ["sh", "-c", 'trap "" HUP INT QUIT USR1 TSTP; exec "$@"', "sh", sys.executable, "-m", "jobctl"]


def numbers(mask: str) -> set[int]:
    """The signals in a mask as /proc shows it, without those with which posix_spawn starts every program."""
    return {number + 1 for number in range(64) if int(mask.split()[-1], 16) >> number & 1} - GLIBC_OWN


def under_nohup(here: Installation, *args: str) -> str:
    done = subprocess.run(
        [*NOHUP, *args], cwd=here.folder, env=here.environment, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path)
    (tmp_path / "calls.py").write_text(CALLS)
    installation.apply(CATALOG.format(folder=tmp_path))
    yield installation
    installation.close()


@pytest.mark.parametrize("job", ["plain", "nice"])
def test_a_shell_job_ignores_no_signal_though_its_daemon_was_started_to(here: Installation, job: str) -> None:
    run_id = here.enqueue(job)
    under_nohup(here, "daemon", "--until-idle")
    assert numbers(here.jobctl("logs", str(run_id)).stdout) == set()


def test_a_signal_ends_a_job_of_a_daemon_that_was_started_to_ignore_it(here: Installation) -> None:
    run_id = here.enqueue("fragile")
    under_nohup(here, "daemon", "--until-idle")
    assert here.run(run_id)["signal"] == "SIGHUP"


def test_a_callable_ignores_what_every_python_ignores_though_its_daemon_was_started_to_ignore_more(
    here: Installation,
) -> None:
    run_id = here.enqueue("python")
    under_nohup(here, "daemon", "--until-idle")
    assert numbers(here.run(run_id)["result"]) == PYTHON_OWN


def test_what_a_callable_starts_ignores_no_signal(here: Installation) -> None:
    run_id = here.enqueue("child")
    under_nohup(here, "daemon", "--until-idle")
    assert numbers(here.run(run_id)["result"]) == set()


def test_a_job_that_is_run_here_ignores_no_signal_though_the_command_was_started_to(here: Installation) -> None:
    assert numbers(under_nohup(here, "run", "plain")) == set()


def test_a_wrapped_command_ignores_what_its_caller_ignores(here: Installation) -> None:
    said = under_nohup(here, "exec", "w", "--", "grep", "SigIgn", "/proc/self/status")
    assert numbers(said) == {1, 2, 3, 10, 20}


def test_a_wrapped_command_without_a_database_ignores_what_its_caller_ignores(here: Installation) -> None:
    here.environment["JOBCTL_DB"] = "/nonexistent/jobctl.db"
    said = under_nohup(here, "exec", "w", "--", "grep", "SigIgn", "/proc/self/status")
    assert numbers(said) == {1, 2, 3, 10, 20}


def test_a_wrapped_command_ignores_no_more_than_its_caller(here: Installation) -> None:
    command = ["grep", "SigIgn", "/proc/self/status"]
    bare = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert numbers(here.jobctl("exec", "w", "--", *command).stdout) == numbers(bare)
