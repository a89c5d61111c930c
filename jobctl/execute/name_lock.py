"""A lock by name that needs no database: one file in a private folder, held with flock."""

import fcntl
import os
import stat
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from jobctl.model.errors import ExecutionError


class Keeper(NamedTuple):
    """Who holds a lock: the process, and whether the database knows of its run."""

    pid: int
    pid_started: int
    recorded: bool


class NameLock:
    """The lock of one name under one database. Whoever holds it says so in the file."""

    def __init__(self, folder: Path, name: str) -> None:
        """Open the lock; raises ExecutionError where `folder` is not this user's alone."""
        _make_private(folder)
        self._path = folder / f"{sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}.lock"
        self.fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        self.held = False

    def take(self, me: Keeper) -> bool:
        """Take it if it is free, and write down who has it; True if this lock is held now."""
        if not self.held:
            try:
                fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            self.held = True
        line = f"{me.pid} {me.pid_started} {int(me.recorded)}\n".encode()
        os.ftruncate(self.fd, 0)
        os.pwrite(self.fd, line, 0)
        return True

    def keeper(self) -> Keeper | None:
        """Who wrote down that he holds it; None if that cannot be read."""
        fields = os.pread(self.fd, 100, 0).split()
        if len(fields) != 3 or not all(field.isdigit() for field in fields):
            return None
        return Keeper(int(fields[0]), int(fields[1]), fields[2] == b"1")

    def close(self) -> None:
        """Give it back, also where a child still has the descriptor."""
        if self.held:
            os.ftruncate(self.fd, 0)
            fcntl.flock(self.fd, fcntl.LOCK_UN)
            self.held = False
        os.close(self.fd)


def runtime_folder(override: str | None) -> Path:
    """Where locks are: the same for cron and a terminal, so not in a session's own folder."""
    if override:
        return Path(override)
    user = os.geteuid()
    return Path("/run/jobctl") if user == 0 and os.access("/run", os.W_OK) else Path(f"/tmp/jobctl-{user}")


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise ExecutionError(f"the folder `{folder}` cannot be used: {error.strerror}") from error
    private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022
    if not private:
        raise ExecutionError(f"the folder `{folder}` is not this user's alone", hint="remove it, or `chmod 700` it")
