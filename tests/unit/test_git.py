"""The commit beside a catalog: found where there is one, and no trouble where somebody put something else there."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from jobctl.actions.git import commit_of

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def repository(folder: Path, head: str = "ref: refs/heads/main\n") -> Path:
    git = folder / ".git"
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "HEAD").write_text(head)
    (git / "refs" / "heads" / "main").write_text(COMMIT + "\n")
    return git


def test_a_branch_names_its_commit(tmp_path: Path) -> None:
    git = repository(tmp_path)
    assert commit_of(tmp_path / "jobs.yaml") == COMMIT
    (git / "refs" / "heads" / "main").unlink()
    (git / "packed-refs").write_text(f"# pack-refs\n{COMMIT} refs/heads/main\n")
    assert commit_of(tmp_path / "below" / "jobs.yaml") == COMMIT


def test_a_work_tree_names_the_commit_of_its_repository(tmp_path: Path) -> None:
    git = repository(tmp_path)
    tree = git / "worktrees" / "one"
    tree.mkdir(parents=True)
    (tree / "HEAD").write_text("ref: refs/heads/main")
    (tree / "commondir").write_text("../..")
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / ".git").write_text(f"gitdir: {tree}\n")
    assert commit_of(tmp_path / "one" / "jobs.yaml") == COMMIT


@pytest.mark.parametrize("name", ["HEAD", "refs/heads/main", "packed-refs", "commondir", ".git"])
@pytest.mark.parametrize(
    "put",
    [
        os.mkfifo,
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to(path.name),
        lambda path: path.mkdir(),
        lambda path: path.write_bytes(b"ref: \0" + b"x" * 70_000),
        lambda path: path.write_bytes(b"gitdir: \0\n"),
    ],
    ids=["fifo", "device", "loop", "folder", "long", "nul"],
)
def test_whatever_lies_there_neither_stops_nor_fails_the_reader(
    name: str, put: Callable[[Path], object], tmp_path: Path
) -> None:
    git = repository(tmp_path)
    place = tmp_path / ".git" if name == ".git" else git / name
    if name == ".git":
        git.rename(tmp_path / "elsewhere")
    place.unlink(missing_ok=True)
    put(place)
    assert commit_of(tmp_path / "jobs.yaml") in (None, COMMIT)
