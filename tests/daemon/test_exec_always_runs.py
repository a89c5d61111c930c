"""Whatever is wrong with jobctl's side of `jobctl exec`, the command runs and ends with its own status."""

import resource
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

import jobctl
from tests.kit.installation import Installation
from tests.kit.wrapped import Wrapped

SCRIPT = "cat; echo on; exit 7"


@pytest.fixture
def wrapped(here: Installation) -> Iterator[Wrapped]:
    """Commands that are wrapped here."""
    found = Wrapped(here)
    yield found
    found.close()


@pytest.mark.parametrize("value", [b"two\nlines", b"x" * 1001, b"\xff"])
def test_an_inherited_correlation_id_that_cannot_be_kept_is_left_out(
    here: Installation, wrapped: Wrapped, value: bytes
) -> None:
    environment = {name.encode(): text.encode() for name, text in wrapped.environment.items()}
    done = wrapped.sh(SCRIPT, stdin=b"in\n", env=environment | {b"JOBCTL_CORRELATION_ID": value})
    assert (done.status, done.out) == (7, b"in\non\n")
    assert done.err.startswith(b"warning: the correlation id ")
    assert here.run(1)["exit_code"] == 7


def test_a_key_that_cannot_be_kept_is_left_out(here: Installation, wrapped: Wrapped) -> None:
    done = wrapped.sh("exit 7", "--key", "two\nlines", "--correlation-id", "x" * 1001)
    assert (done.status, done.err.count(b"warning: "), here.run(1)["exit_code"]) == (7, 2, 7)


@pytest.mark.parametrize(
    ("name", "value"), [("JOBCTL_DB", b"\xff"), ("JOBCTL_DB", b"x" * 5000), ("SUDO_USER", b"\xff"), ("HOME", b"")]
)
def test_nonsense_in_the_environment_keeps_nothing_from_running(wrapped: Wrapped, name: str, value: bytes) -> None:
    environment = {key.encode(): text.encode() for key, text in wrapped.environment.items()}
    done = wrapped.sh(SCRIPT, stdin=b"in\n", env=environment | {name.encode(): value})
    assert (done.status, done.out, b"Traceback" in done.err) == (7, b"in\non\n", False)


# From too few to open the lock to what is just enough for everything: each stumbles elsewhere.
@pytest.mark.parametrize("most", [6, 7, 8, 10, 12, 14, 16, 18, 19, 20])
def test_however_few_files_may_be_open_the_command_runs(wrapped: Wrapped, most: int) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    done = wrapped.sh(SCRIPT, stdin=b"in\n", preexec_fn=limit)
    assert (done.status, done.out, b"Traceback" in done.err) == (7, b"in\non\n", False)
    assert not done.err or b" is not recorded" in done.err


@pytest.mark.parametrize("megabytes", [22, 26, 30, 34, 40])
def test_however_little_memory_there_is_the_command_runs(wrapped: Wrapped, megabytes: int) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))

    done = wrapped.sh(SCRIPT, stdin=b"in\n", preexec_fn=limit)
    # With so little Python itself may not start: that is before anything of ours.
    if b"jobctl" in done.err or not done.err:
        assert (done.status, done.out) == (7, b"in\non\n"), done.err


@pytest.mark.parametrize("name", ["", "holders", "logs", "wake", "logs/0"])
def test_a_file_where_a_folder_should_be_keeps_nothing_from_running(
    here: Installation, wrapped: Wrapped, name: str
) -> None:
    here.jobctl("apply", check=False)
    state = Path(f"{here.db}.d")
    shutil.rmtree(state, ignore_errors=True)
    if name:
        (state / name).parent.mkdir(parents=True, mode=0o700)
    (state / name).touch()
    done = wrapped.sh(SCRIPT, stdin=b"in\n")
    assert (done.status, done.out) == (7, b"in\non\n")
    assert b"recorded" in done.err


PARTS = [
    "execute/in_place",
    "model/errors",
    "cli/main",
    "daemon/wrapped/wrap",
    "store/sqlite/driver",
    "execute/holder_program/supervisor",
    "execute/holder_program/log",
    "execute/shell/tee_program",
]


@pytest.mark.parametrize("part", PARTS)
def test_a_broken_part_of_the_installation_keeps_nothing_from_running(
    wrapped: Wrapped, tmp_path: Path, part: str
) -> None:
    root = tmp_path / "installation"
    shutil.copytree(Path(jobctl.__file__).parent, root / "jobctl", ignore=shutil.ignore_patterns("__pycache__"))
    (root / f"jobctl/{part}.py").write_text("raise RuntimeError('broken')\n")
    done = wrapped.sh(SCRIPT, stdin=b"in\n", env=wrapped.environment | {"PYTHONPATH": str(root)}, cwd=tmp_path)
    assert (done.status, done.out, b"recorded" in done.err) == (7, b"in\non\n", True), done.err


def test_a_script_without_a_first_line_is_the_shells_as_it_is_without_jobctl(
    here: Installation, wrapped: Wrapped
) -> None:
    script = here.folder / "script"
    script.write_text("cat; echo on; exit 7\n")
    script.chmod(0o755)
    done = wrapped.run("./script", stdin=b"in\n")
    assert (done.status, done.out) == (7, b"in\non\n")


def test_a_command_whose_reader_has_gone_ends_as_without_jobctl_and_without_a_word(wrapped: Wrapped) -> None:
    process = wrapped.start("yes")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(timeout=60) == 128 + signal.SIGPIPE
    assert process.stderr.read() == b""
