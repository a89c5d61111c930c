"""Callables that print little: their output has no file, and is found wherever output is."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.kit.installation import Installation

CODE = """
import os, pathlib, time

def greet():
    print("hello")
    print("w\\u00f6rld")
    os.write(1, b"\\xff\\x00\\n")
    return {"greeted": 2}

def twice():
    number = os.environ["JOBCTL_ATTEMPT"]
    print("attempt", number)
    if number == "1":
        raise ValueError("not yet")

def full():
    print("the disk is full")
    raise SystemExit(3)

def silent():
    return 1

def slow():
    print("begun")
    while not os.path.exists("go"):
        time.sleep(0.01)
    print("over")

def much():
    print("x" * 5000)
"""
CATALOG = """
jobs:
  greet: {call: work:greet}
  twice: {call: work:twice, retry: {limit: 1, delay: 10ms, jitter: 0}}
  full: {call: work:full, on_failure: "sed 's/^/it said: /'"}
  silent: {call: work:silent}
  much: {call: work:much}
  slow: {call: work:slow}
"""
GREETING = "hello\nwörld\n".encode() + b"\xff\x00\n"


@pytest.fixture(scope="module")
def talked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Runs 1 to 5: `silent`, `greet`, `twice`, `full` and `much`; 6 is the `on_failure` of `full`.

    All in one worker, for which only the first has to wait: what takes longer than half a second is followed.
    """
    installation = _installed(Installation(tmp_path_factory.mktemp("talked")))
    for job in ("silent", "greet", "twice", "full", "much"):
        installation.enqueue(job)
    installation.drain("--slots", "1")
    yield installation
    installation.close()


def _installed(installation: Installation) -> Installation:
    (installation.folder / "work.py").write_text(CODE)
    installation.apply(CATALOG)
    return installation


def _command(*args: str) -> list[str]:
    return [sys.executable, "-m", "jobctl", *args]


def _bytes(here: Installation, *args: str) -> bytes:
    return subprocess.run(_command(*args), cwd=here.folder, env=here.environment, stdout=subprocess.PIPE).stdout


def test_only_what_is_long_or_of_a_shell_job_has_a_log_file(talked: Installation) -> None:
    logs = sorted(path.name for path in (talked.folder / "jobctl.db.d" / "logs").rglob("*.log"))
    assert logs == ["5.1.log", "6.1.log"]


@pytest.mark.parametrize("options", [[], ["--raw"], ["--attempt", "1"], ["-f"], ["-f", "--attempt", "1"]])
def test_every_byte_is_shown(talked: Installation, options: list[str]) -> None:
    assert _bytes(talked, "logs", "2", *options) == GREETING


@pytest.mark.parametrize("options", [[], ["-f"]])
def test_a_tail_is_shown(talked: Installation, options: list[str]) -> None:
    assert _bytes(talked, "logs", "2", "--tail", "2", *options) == "wörld\n".encode() + b"\xff\x00\n"


def test_the_result_is_there_as_well(talked: Installation) -> None:
    assert talked.run(2)["result"] == {"greeted": 2}


def test_each_attempt_has_its_own(talked: Installation) -> None:
    assert [talked.jobctl("logs", "3", "--attempt", n).stdout for n in ("1", "2")] == ["attempt 1\n", "attempt 2\n"]
    assert talked.jobctl("logs", "3").stdout == "attempt 2\n"


def test_the_end_of_it_is_in_show(talked: Installation) -> None:
    assert "hello" in talked.jobctl("show", "2").stdout


def test_the_last_words_of_a_failure_are_in_the_status(talked: Installation) -> None:
    assert "exit 3: the disk is full" in talked.jobctl("status").stdout


def test_a_failure_command_reads_it(talked: Installation) -> None:
    assert talked.jobctl("logs", "6").stdout == "it said: the disk is full\n"


def test_a_silent_run_has_written_nothing(talked: Installation) -> None:
    assert talked.jobctl("logs", "1").stderr == "note: run 1 has written nothing\n"


def test_a_run_in_the_foreground_shows_it_once(here: Installation) -> None:
    assert _bytes(_installed(here), "run", "greet") == GREETING


def test_a_daemon_passes_it_on(here: Installation) -> None:
    _installed(here).enqueue("greet")
    assert _bytes(here, "daemon", "--until-idle", "--tee") == GREETING


def test_following_goes_through_all_attempts(here: Installation) -> None:
    run = _installed(here).enqueue("twice")
    with subprocess.Popen(
        _command("logs", str(run), "-f"), cwd=here.folder, env=here.environment, stdout=subprocess.PIPE, text=True
    ) as process:
        here.daemon()
        assert process.communicate(timeout=60)[0] == "attempt 1\nattempt 2\n"
        assert process.returncode == 0


def test_what_was_followed_while_it_ran_stays_in_its_file(here: Installation) -> None:
    run = _installed(here).enqueue("slow")
    with subprocess.Popen(
        _command("logs", str(run), "-f"), cwd=here.folder, env=here.environment, stdout=subprocess.PIPE, text=True
    ) as process:
        here.daemon()
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        (here.folder / "go").touch()
        assert process.stdout.read() == "over\n"
        assert process.wait(timeout=60) == 0
    log = here.folder / "jobctl.db.d" / "logs" / "0" / f"{run}.1.log"
    assert (log.read_text(), here.jobctl("logs", str(run)).stdout) == ("begun\nover\n", "begun\nover\n")
