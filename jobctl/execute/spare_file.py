"""A file that is there to be given up: on a disk without a free byte nothing could be deleted from the database."""

import os
import shutil
from pathlib import Path

from jobctl.execute.state_folder import StateFolder

SIZE = 1024 * 1024


def keep_spare(folder: StateFolder) -> None:
    """Have the file, unless there is hardly more room than it takes."""
    path = _path(folder)
    if os.path.lexists(path):
        return
    try:
        if shutil.disk_usage(folder.root).free < 2 * SIZE:
            return
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError:
        # The folder is gone, or somebody else was quicker: he keeps it.
        return
    try:
        os.posix_fallocate(fd, 0, SIZE)
    except OSError:
        # This file system cannot promise room, or has none any more: then there is none to give up.
        path.unlink(missing_ok=True)
    finally:
        os.close(fd)


def give_up_spare(folder: StateFolder) -> bool:
    """Make room by it; False if it is not there any more."""
    try:
        _path(folder).unlink()
    except FileNotFoundError:
        return False
    return True


def _path(folder: StateFolder) -> Path:
    return folder.root / "spare"
