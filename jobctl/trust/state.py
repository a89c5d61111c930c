"""A database and the folder beside it: what a daemon believes of them, and who could make it believe something else."""

import os
import pwd
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from jobctl.trust.guards import guards_of, why_untrusted

_FILES = ("", "-journal", "-wal", "-shm", ".lock")
_FOLDERS = ("", "logs", "wake", "holders")


class Distrust(NamedTuple):
    """Why something is not to be believed, as a sentence, and what to do about it."""

    message: str
    hint: str


def why_not_here(database: Path, euid: int) -> Distrust | None:
    """Why user `euid` must not execute what a database says; None if all is well. Raises OSError.

    What is in it decides what is executed: only its user and root may be able to change it. For root that holds for the
    folders above as well, in which it could be replaced.
    """
    for path in _existing(f"{database}{end}" for end in _FILES):
        facts = path.lstat()
        if not stat.S_ISREG(facts.st_mode):
            return Distrust(f"`{path}` is not a regular file", "move it away")
        if facts.st_uid not in (0, euid):
            return _belongs(path, facts.st_uid, euid)
        if facts.st_mode & (0o022 if euid == 0 else 0o002):
            return _open_to_others(path, facts.st_mode)
    return _replaceable(database if database.exists() else database.parent, euid) if euid == 0 else None


def why_not_beside(root: Path, euid: int) -> Distrust | None:
    """Why user `euid` must not use the state folder that is there: it holds what a daemon believes of dead ones, and
    where it writes. None if all is well, or if there is none. Raises OSError."""
    for path in _existing(root / name for name in _FOLDERS):
        facts = path.stat()
        if not stat.S_ISDIR(facts.st_mode):
            return Distrust(f"`{path}` is not a folder", "move it away: the next daemon makes a new one")
        link = path.lstat()
        if link.st_uid not in (0, euid):
            return _belongs(path, link.st_uid, euid)
        if facts.st_uid != euid:
            return _belongs(path, facts.st_uid, euid)
        if facts.st_mode & 0o022:
            return _open_to_others(path, facts.st_mode)
    return _replaceable(root, euid) if euid == 0 and root.exists() else None


def why_not_new(database: Path, euid: int) -> Distrust | None:
    """Why root must not make a database here; None if all is well. Raises OSError."""
    if euid != 0:
        return None
    folder = database.parent
    owner = folder.stat().st_uid
    return _belongs(folder, owner, euid) if owner != 0 else _replaceable(folder, euid)


def _replaceable(path: Path, euid: int) -> Distrust | None:
    why = why_untrusted(guards_of(path), euid)
    return None if why is None else _distrust(path, why)


def _distrust(path: Path, why: str) -> Distrust:
    trouble, _, remedy = why.partition("; ")
    return Distrust(f"`{path}` is not safe for root: {trouble}", remedy)


def _belongs(path: Path, uid: int, euid: int) -> Distrust:
    owner = _name(uid)
    if euid == 0:
        hint = f"run `sudo -u {owner} jobctl ...`: root would execute what that user wrote, and leave files of its own"
        return Distrust(f"`{path}` belongs to user {owner}", hint)
    hint = f"run `sudo chown -R {_name(euid)}: {path}` if it is yours, else move it away"
    return Distrust(f"`{path}` belongs to user {owner}", hint)


def _open_to_others(path: Path, mode: int) -> Distrust:
    said = f"others may write `{path}` (mode {stat.S_IMODE(mode):04o})"
    return Distrust(said, f"see that it holds what it should, and run `chmod go-w {path}`")


def _existing(paths: Iterable[str | Path]) -> Iterator[Path]:
    return (Path(path) for path in paths if os.path.lexists(path))


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"#{uid}"
