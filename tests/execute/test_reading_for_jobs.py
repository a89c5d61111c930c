"""Files that are read on a job's behalf: whatever lies there, nobody waits, and nobody sees what he may not."""

import os
from pathlib import Path

import pytest

from jobctl.execute.environment import read_env_file
from jobctl.execute.secrets import resolve
from jobctl.model.errors import ExecutionError
from jobctl.model.job import Job, Secret
from jobctl.trust.reading import read_for


def odd_files(folder: Path) -> dict[str, str]:
    """Paths that are no file one may read, and what is said of each."""
    os.mkfifo(folder / "fifo")
    (folder / "folder").mkdir()
    (folder / "large").touch()
    os.truncate(folder / "large", 70_000_000)
    (folder / "loop").symlink_to("loop")
    (folder / "pipe").symlink_to("fifo")
    return {
        f"{folder}/fifo": "is not a regular file",
        f"{folder}/pipe": "is not a regular file",
        f"{folder}/folder": "is not a regular file",
        "/dev/zero": "is not a regular file",
        f"{folder}/large": "is larger than ",
        f"{folder}/loop": "[Tt]oo many levels of symbolic links",
    }


def test_an_env_file_that_is_none_is_refused_without_waiting(tmp_path: Path) -> None:
    for path, why in odd_files(tmp_path).items():
        with pytest.raises(ExecutionError, match=why):
            read_env_file(path)


def test_a_secret_that_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    for path, why in odd_files(tmp_path).items():
        with pytest.raises(ExecutionError, match=why):
            resolve(Job(name="backup", run="true", secrets={"TOKEN": Secret(file=path)}), {})


def test_a_credential_that_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "token")
    job = Job(name="backup", run="true", secrets={"TOKEN": Secret(credential="token")})
    with pytest.raises(ExecutionError, match="is not a regular file"):
        resolve(job, {"CREDENTIALS_DIRECTORY": str(tmp_path)})


def test_a_command_that_prints_without_end_is_no_secret() -> None:
    job = Job(name="backup", run="true", working_dir="/", secrets={"TOKEN": Secret(command="yes")})
    with pytest.raises(ExecutionError, match="its command printed more than 64 KB"):
        resolve(job, {"PATH": "/usr/bin:/bin"})


def test_an_optional_env_file_may_be_missing_and_no_more(tmp_path: Path) -> None:
    assert read_env_file(f"-{tmp_path}/none") == {}
    assert read_env_file(f"-{tmp_path}/none/below") == {}
    (tmp_path / "env").write_text("A=1")
    assert read_env_file(f"-{tmp_path}/env") == {"A": "1"}
    (tmp_path / "env").write_text("nonsense")
    with pytest.raises(ExecutionError, match="is not `NAME=VALUE`"):
        read_env_file(f"-{tmp_path}/env")


def test_a_file_that_grows_while_it_is_read_is_bounded() -> None:
    assert len(read_for("/proc/self/status", 64 * 1024, None)) > 100


def test_a_reader_is_not_seen_by_whoever_waits_at_a_fifo(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(ExecutionError):
        read_env_file(f"{tmp_path}/fifo")
    with pytest.raises(OSError, match="No such device or address"):
        os.open(tmp_path / "fifo", os.O_WRONLY | os.O_NONBLOCK)
