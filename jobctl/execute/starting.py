"""Which attempt a daemon is just starting, for whoever finds it dead: intent before its files are read."""

import os
from pathlib import Path

from jobctl.execute.state_folder import StateFolder
from jobctl.model.claim import ClaimKey
from jobctl.trust.opening import Unreadable, read_bounded

_LONGEST = 100


class Starting:
    """One small file of a daemon's own, which names the attempt that it is starting, and nothing at other times."""

    def __init__(self, folder: StateFolder, wake_path: str) -> None:
        self._path = _path(folder, wake_path)
        self._fd: int | None = None

    def begin(self, claim: ClaimKey) -> None:
        """From now on, if this process dies, it was in starting this. Without a file nobody can be blamed."""
        try:
            if self._fd is None:
                self._path.parent.mkdir(mode=0o700, exist_ok=True)
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
                self._fd = os.open(self._path, flags, 0o600)
            os.pwrite(self._fd, f"{claim.run_id}.{claim.fence}\n".encode(), 0)
        except OSError:
            return

    def end(self) -> None:
        """It has been started, or could not be."""
        if self._fd is not None:
            os.ftruncate(self._fd, 0)

    def close(self) -> None:
        """Remove the file."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
            self._path.unlink(missing_ok=True)


def was_starting(folder: StateFolder, wake_path: str | None) -> ClaimKey | None:
    """The attempt that a dead daemon was starting."""
    if wake_path is None:
        return None
    try:
        run_id, _, fence = (
            read_bounded(_path(folder, wake_path), _LONGEST, follow=False).decode().strip().partition(".")
        )
        return ClaimKey(int(run_id), int(fence))
    except (Unreadable, ValueError):
        return None


def forget_starting(folder: StateFolder, wake_path: str | None) -> None:
    """What a dead daemon was starting has been told."""
    if wake_path is not None:
        _path(folder, wake_path).unlink(missing_ok=True)


def _path(folder: StateFolder, wake_path: str) -> Path:
    """Named as its FIFO; only the name is taken from what the database says."""
    return folder.root / "starting" / Path(wake_path).stem
