"""The commit of the git repository in which a file lies, read from its files."""

import re
from pathlib import Path

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LONGEST = 4096


def commit_of(path: Path) -> str | None:
    """The commit that is checked out around `path`; None where there is no repository, or none that can be read."""
    folder = _git_folder(path.resolve())
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
        if found.is_dir():
            return found
        if found.is_file():
            target = _read(found).removeprefix("gitdir: ")
            return (folder / target).resolve() if target else None
    return None


def _shared(folder: Path) -> Path:
    """Where the branches are: a work tree keeps them with the repository it belongs to."""
    common = _read(folder / "commondir")
    return (folder / common).resolve() if common else folder


def _packed(folder: Path, ref: str) -> str | None:
    try:
        lines = (folder / "packed-refs").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    return next((_commit(line.split(" ")[0]) for line in lines if line.endswith(f" {ref}")), None)


def _commit(text: str) -> str | None:
    return text if _COMMIT.fullmatch(text) else None


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_LONGEST).strip()
    except OSError:
        return ""
