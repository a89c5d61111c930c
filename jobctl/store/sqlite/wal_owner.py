"""Which file a write-ahead log belongs to. SQLite does not tell: it reads the log that lies beside a database.

After a database was replaced, by a restore above all, that would undo the replacement, or leave a mixture of both. So
the lock file beside it holds the inodes of the database that was opened last and of its log. Where both are others,
both were copied here together, and belong together.
"""

import os
from pathlib import Path

from jobctl.model.errors import Unusable

_LASTING = frozenset({"ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "bcachefs", "jfs", "tmpfs", "overlay"})
"""File systems on which a file keeps its inode over a mount."""
_LONGEST = 50


def refuse_anothers_log(path: Path, file_system: str | None) -> None:
    """Raise Unusable if the write-ahead log beside the database was written for a file that was there before."""
    former = _recorded(path) if file_system in _LASTING else []
    database, log = _inodes(path)
    if former and former[0] != database and log in former[1:] and _size(f"{path}-wal"):
        raise Unusable(
            f"the database `{path}` was replaced, and `{path.name}-wal` beside it belongs to the former file",
            hint=f"end what has it open, then move `{path.name}-wal` and `{path.name}-shm` away",
        )


def record(path: Path, lock: int) -> None:
    """Remember in the lock file that the log, from now on, is that of this file."""
    own = " ".join(map(str, _inodes(path))).encode()
    if os.pread(lock, _LONGEST, 0) != own:
        # Emptied first, which takes no room: what is not known is not refused.
        os.ftruncate(lock, 0)
        os.pwrite(lock, own, 0)


def _recorded(path: Path) -> list[int]:
    try:
        # Done at every start: what lies there is not waited for.
        fd = os.open(f"{path}.lock", os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return []
    try:
        words = os.read(fd, _LONGEST).split()
    except OSError:
        return []
    finally:
        os.close(fd)
    return [int(word) for word in words if word.isdigit()]


def _inodes(path: Path) -> tuple[int, int]:
    """Those of a database and of its log, 0 where there is none."""
    try:
        log = Path(f"{path}-wal").stat().st_ino
    except FileNotFoundError:
        log = 0
    return path.stat().st_ino, log


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except FileNotFoundError:
        return 0
