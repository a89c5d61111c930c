"""Files that root reads on behalf of a job of another user: not what that user could not see, nor what others wrote."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobctl.execute.environment import read_env_file
from jobctl.model.errors import ExecutionError
from jobctl.model.outcome import Unstartable
from jobctl.trust.as_user import Who
from tests.kit.open_folder import open_folder
from tests.kit.shell_jobs import ShellJobs

SOMEBODY = Who(12345, 12345, (12345,))


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


def write(path: Path, mode: int, owner: int = 0) -> Path:
    path.write_text("A=1\n")
    path.chmod(mode)
    os.chown(path, owner, owner)
    return path


def refused(path: Path, who: Who | None = SOMEBODY) -> str:
    with pytest.raises(ExecutionError) as caught:
        read_env_file(str(path), who)
    return caught.value.message


def test_a_link_is_followed_as_the_jobs_user_would(folder: Path) -> None:
    secret = write(folder / "secret", 0o600)
    link = folder / "env"
    link.symlink_to(secret)
    assert "cannot be read by user 12345, and a link leads to it" in refused(link)
    theirs = folder / "theirs"
    theirs.mkdir()
    os.chown(theirs, 12345, 12345)
    (theirs / "env").symlink_to(secret)
    os.lchown(theirs / "env", 12345, 12345)
    assert "a link leads to it" in refused(theirs / "env")
    secret.chmod(0o644)
    assert read_env_file(str(link), SOMEBODY) == {"A": "1"}


def test_a_folder_that_is_a_link_is_a_link_too(folder: Path) -> None:
    (folder / "closed").mkdir(mode=0o700)
    write(folder / "closed" / "env", 0o644)
    (folder / "open").symlink_to("closed")
    assert "a link leads to it" in refused(folder / "open" / "env")


def test_what_only_root_may_read_is_given_to_a_job_whose_user_may_not(folder: Path) -> None:
    secret = write(folder / "secret", 0o600)
    assert read_env_file(str(secret), SOMEBODY) == {"A": "1"}


def test_what_others_may_change_is_not_believed(folder: Path) -> None:
    assert "others may write" in refused(write(folder / "a", 0o666))
    assert "belongs to user 999" in refused(write(folder / "b", 0o644, owner=999))
    assert "belongs to user 12345" in refused(write(folder / "c", 0o644, owner=12345), None)
    assert read_env_file(str(folder / "c"), SOMEBODY) == {"A": "1"}
    (folder / "shared").mkdir()
    (folder / "shared").chmod(0o777)
    assert "others may write" in refused(write(folder / "shared" / "env", 0o644))


def test_the_groups_of_the_jobs_user_count_and_roots_do_not(folder: Path) -> None:
    file = write(folder / "env", 0o640)
    os.chown(file, 0, 4321)
    link = folder / "link"
    link.symlink_to(file)
    assert "a link leads to it" in refused(link)
    assert read_env_file(str(link), Who(12345, 12345, (12345, 4321))) == {"A": "1"}


def test_afterwards_root_is_root_again(folder: Path) -> None:
    write(folder / "secret", 0o600)
    (folder / "link").symlink_to("secret")
    before = (os.geteuid(), os.getegid(), os.getgroups())
    refused(folder / "link")
    assert (os.geteuid(), os.getegid(), os.getgroups()) == before
    fresh = write(folder / "fresh", 0o600, owner=999)
    assert fresh.read_text() == "A=1\n"


def test_a_job_begins_where_its_user_may_go_and_not_where_a_link_would_lead_root(folder: Path) -> None:
    (folder / "closed").mkdir(mode=0o700)
    (folder / "closed" / "within").mkdir()
    write(folder / "closed" / "within" / "env", 0o644)
    (folder / "work").symlink_to("closed/within")
    jobs = ShellJobs(folder / "jobs")
    try:
        refused = jobs.run("cat env", working_dir=str(folder / "work"), user="nobody", group="nogroup")
        assert isinstance(refused.outcome, Unstartable)
        assert "cannot be entered: Permission denied; let the job's `user` in" in refused.outcome.message
        (folder / "closed").chmod(0o755)
        begun = jobs.run("pwd -P", working_dir=str(folder / "work"), user="nobody", group="nogroup")
        assert jobs.output(begun) == f"{folder}/closed/within\n".encode()
        missing = jobs.run("true", working_dir=str(folder / "missing"), user="nobody", group="nogroup")
        assert isinstance(missing.outcome, Unstartable)
        assert "cannot be entered: No such file or directory; create it" in missing.outcome.message
    finally:
        jobs.close()
