"""Who may change what a path leads to: whoever writes the file, or any folder in which a part of it can be replaced."""

import errno
import os
import stat
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NamedTuple

_MOST_LINKS = 40
_OVERFLOW = Path("/proc/sys/kernel/overflowuid")
_UID_MAP = Path("/proc/self/uid_map")
_EVERYBODY = 4294967295


class Guard(NamedTuple):
    """A file or folder whose writers decide what a path leads to: its user and its permission bits."""

    shown: str
    owner: int
    mode: int


def guard(shown: str, facts: os.stat_result) -> Guard:
    """The guard that a file is."""
    return Guard(shown, facts.st_uid, facts.st_mode)


def guards_of(path: Path) -> list[Guard]:
    """The folders that are looked into on the way to a file, the links that are followed, the file. Raises OSError."""
    at, found, links = "/", [guard("/", os.stat("/"))], 0  # noqa: PTH116
    todo = os.path.abspath(path).split("/")[::-1]  # noqa: PTH100 - links must stay
    while todo:
        part = todo.pop()
        if part in ("", "."):
            continue
        if part == "..":
            # Where a link has led: its folder is the real one, not that on paper.
            at = os.path.dirname(at)  # noqa: PTH120
            continue
        here = f"{at.rstrip('/')}/{part}"
        facts = os.lstat(here)
        if not stat.S_ISLNK(facts.st_mode):
            found.append(guard(here, facts))
            at = here
            continue
        links += 1
        if links > _MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
        # Its permission bits mean nothing; its owner may replace it where a folder is sticky.
        found.append(Guard(here, facts.st_uid, stat.S_IFLNK))
        target = os.readlink(here)  # noqa: PTH115
        todo += target.split("/")[::-1]
        at = "/" if target.startswith("/") else at
    return list(dict.fromkeys(found))


def has_link(path: Path) -> bool:
    """Whether a link is on the way to what `path` names."""
    plain = os.path.abspath(path)  # noqa: PTH100
    return os.path.realpath(plain) != plain


def why_untrusted(guards: Iterable[Guard], euid: int, also: Collection[int] = ()) -> str | None:
    """Who besides root, user `euid` and users `also` may change a file, as the end of a sentence with what to do; None
    if nobody."""
    for shown, uid, mode in guards:
        if uid not in (0, euid, *also) and not _is_outside(uid):
            return f"`{shown}` belongs to user {uid}, who may change it; run `chown root {shown}`"
        shielded = stat.S_ISDIR(mode) and mode & stat.S_ISVTX
        if mode & 0o022 and not shielded:
            return f"others may write `{shown}` (mode {stat.S_IMODE(mode):04o}); run `chmod go-w {shown}`"
    return None


def _is_outside(uid: int) -> bool:
    """A user namespace shows all whom it does not know as one user, the host's root among them: nothing can be told of
    what is theirs, and nobody in here can act as them."""
    if str(uid) != _OVERFLOW.read_text(encoding="ascii").strip():
        return False
    known = [line.split() for line in _UID_MAP.read_text(encoding="ascii").splitlines()]
    if sum(int(line[2]) for line in known) >= _EVERYBODY:
        return False
    return not any(int(line[0]) <= uid < int(line[0]) + int(line[2]) for line in known)
