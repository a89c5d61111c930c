"""What SQLite would take in with a database is not somebody else's, where others may make files beside it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobctl.model.errors import Unusable
from jobctl.store.opening import open_store
from jobctl.trust.state import why_not_here
from tests.kit.open_folder import open_folder
from tests.store.making import enqueue, request

THEM = 12345
COMPANIONS = ("-journal", "-wal", "-shm")


@pytest.fixture
def database() -> Iterator[Path]:
    """One that was used, in a folder where everybody may make files, and nobody remove those of others."""
    with open_folder() as folder:
        folder.chmod(0o1777)
        path = folder / "jobctl.db"
        _use(path)
        yield path


def _use(path: Path) -> None:
    store = open_store(str(path))
    try:
        enqueue(store, request())
    finally:
        store.close()


def _planted(path: Path, owner: int) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(b"x" * 4096)
    os.chown(path, owner, owner)


@pytest.mark.parametrize("end", COMPANIONS)
def test_what_another_user_has_put_beside_a_database_keeps_everybody_from_it(database: Path, end: str) -> None:
    planted = Path(f"{database}{end}")
    _planted(planted, THEM)
    with pytest.raises(Unusable, match="was not made by whoever has the database"):
        open_store(str(database))
    assert why_not_here(database, 0) is not None
    planted.unlink()
    _use(database)


@pytest.mark.parametrize("end", COMPANIONS)
def test_what_is_a_link_or_has_another_name_is_not_taken_either(database: Path, end: str) -> None:
    companion = Path(f"{database}{end}")
    companion.unlink(missing_ok=True)
    (database.parent / "elsewhere").write_bytes(b"")
    companion.symlink_to("elsewhere")
    with pytest.raises(Unusable, match="was not made"):
        open_store(str(database))
    companion.unlink()
    companion.hardlink_to(database.parent / "elsewhere")
    with pytest.raises(Unusable, match="was not made"):
        open_store(str(database))


def test_names_that_others_could_take_are_taken_before(database: Path) -> None:
    store = open_store(str(database))
    for end in COMPANIONS:
        facts = os.lstat(f"{database}{end}")
        assert (stat.S_ISREG(facts.st_mode), facts.st_uid, facts.st_mode & 0o077) == (True, os.geteuid(), 0)
    store.close()
    assert os.path.lexists(f"{database}-journal")


def test_in_a_folder_of_ones_own_nothing_lies_about(tmp_path: Path) -> None:
    _use(tmp_path / "jobctl.db")
    assert not any(os.path.lexists(f"{tmp_path}/jobctl.db{end}") for end in COMPANIONS)
