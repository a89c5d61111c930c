"""Which file a write-ahead log belongs to. SQLite does not tell: it reads the log that lies beside a database.

After a database was replaced, by a restore above all, that would undo the replacement, or leave a mixture of both. So
the lock file beside it holds the inode of the database that was opened last.
"""

import os
from pathlib import Path

from jobctl.model.errors import Unusable

_LASTING = frozenset({"ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "bcachefs", "jfs", "tmpfs", "overlay"})
"""File systems on which a file keeps its inode over a mount."""
_LONGEST = 20


def refuse_anothers_log(path: Path, file_system: str | None) -> None:
    """Raise Unusable if the write-ahead log beside the database was written for a file that was there before."""
    recorded = _recorded(path) if file_system in _LASTING else None
    if recorded is not None and recorded != path.stat().st_ino and _size(f"{path}-wal"):
        raise Unusable(
            f"the database `{path}` was replaced, and `{path.name}-wal` beside it belongs to the former file",
            hint=f"end what has it open, then move `{path.name}-wal` and `{path.name}-shm` away; or, if all of it was "
            f"copied here together, remove `{path.name}.lock`",
        )


def record(path: Path, lock: int) -> None:
    """Remember in the lock file that the log, from now on, is that of this file."""
    own = str(path.stat().st_ino).encode()
    if os.pread(lock, _LONGEST, 0) != own:
        # Emptied first, which takes no room: what is not known is not refused.
        os.ftruncate(lock, 0)
        os.pwrite(lock, own, 0)


def _recorded(path: Path) -> int | None:
    try:
        text = Path(f"{path}.lock").read_bytes()[:_LONGEST]
    except OSError:
        return None
    return int(text) if text.isdigit() else None


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except FileNotFoundError:
        return 0
