"""The commit of the git repository in which a file lies, read from its files."""

import os
import re
from pathlib import Path

from jobctl.trust.opening import Unreadable, read_bounded

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LONGEST = 4096
_LONGEST_LIST = 16 * 1024 * 1024


def commit_of(path: Path) -> str | None:
    """The commit that is checked out around `path`; None where there is no repository, or none that can be read."""
    folder = _git_folder(_real(path))
    if folder is None:
        return None
    head = _read(folder / "HEAD")
    if not head.startswith("ref: "):
        return _commit(head)
    ref = head.removeprefix("ref: ")
    shared = _shared(folder)
    return _commit(_read(folder / ref)) or _commit(_read(shared / ref)) or _packed(shared, ref)


def _git_folder(path: Path) -> Path | None:
    for folder in path.parents:
        found = folder / ".git"
        if os.path.isdir(found):  # noqa: PTH112 - a Path raises where it may not look
            return found
        if os.path.lexists(found):
            target = _read(found).removeprefix("gitdir: ")
            return _real(folder / target) if target else None
    return None


def _shared(folder: Path) -> Path:
    """Where the branches are: a work tree keeps them with the repository it belongs to."""
    common = _read(folder / "commondir")
    return _real(folder / common) if common else folder


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _packed(folder: Path, ref: str) -> str | None:
    lines = _read(folder / "packed-refs", _LONGEST_LIST).splitlines()
    return next((_commit(line.split(" ")[0]) for line in lines if line.endswith(f" {ref}")), None)


def _commit(text: str) -> str | None:
    return text if _COMMIT.fullmatch(text) else None


def _read(path: Path, longest: int = _LONGEST) -> str:
    """What a file holds that anybody may have put beside a catalog; empty if it is none, or too long for what it is."""
    try:
        text = read_bounded(path, longest).decode(errors="replace").strip()
    except Unreadable:
        return ""
    # No path can be made of it.
    return "" if "\0" in text else text
