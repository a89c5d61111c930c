"""The files of a database: created private, refused where they cannot be trusted."""

import os
import stat
from pathlib import Path

from jobctl.model.errors import Unusable
from jobctl.store.sqlite.wal_owner import record, refuse_anothers_log

NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs"})
"""File systems on which SQLite's locks and shared memory do not work."""
_MOUNTS = Path("/proc/self/mountinfo")


def create(path: Path) -> bool:
    """Make sure that the file exists, 0600 when it is new; True if this call created it."""
    kind = file_system(path.parent)
    _refuse_network(path, kind)
    try:
        created = _create_file(path)
    except FileNotFoundError:
        _create_default_folder(path)
        created = _create_file(path)
    _refuse_others(path)
    _refuse_planted(path)
    refuse_anothers_log(path, kind)
    return created


def open_lock(path: Path) -> int:
    """A descriptor of the lock file beside the database, which belongs to whom the database belongs."""
    flags = os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        fd = os.open(f"{path}.lock", flags | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _known_lock(path, os.open(f"{path}.lock", flags))
    if os.geteuid() == 0:
        owner = path.stat()
        os.fchown(fd, owner.st_uid, owner.st_gid)
    return fd


def _known_lock(path: Path, fd: int) -> int:
    """The descriptor, if it is of a file that whoever has the database may have made, and of nothing else by a link."""
    found = os.fstat(fd)
    if stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and found.st_uid in (0, os.geteuid(), path.stat().st_uid):
        return fd
    os.close(fd)
    hint = "move it away; the next command makes a new one"
    raise Unusable(f"`{path}.lock` is not the lock of a database", hint=hint)


def claim_log(path: Path) -> None:
    """Remember that the write-ahead log is that of the file that is there now; where that cannot be, go without."""
    try:
        fd = open_lock(path)
    except OSError:
        return
    try:
        record(path, fd)
    except OSError:
        return
    finally:
        os.close(fd)


def _create_file(path: Path) -> bool:
    if not os.path.lexists(path):
        from jobctl.trust.state import why_not_new

        why = why_not_new(path, os.geteuid())
        if why is not None:
            raise Unusable(why.message, hint=why.hint)
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return False
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _unusable(path, error) from error
    os.close(fd)
    return True


def _create_default_folder(path: Path) -> None:
    from jobctl.store.place import default_path

    folder = path.parent
    if path != default_path():
        if folder.is_dir():
            raise Unusable(f"no file can be made in `{folder}`", hint="name another database with `--db`")
        raise Unusable(
            f"the folder `{folder}` does not exist",
            hint=f"create it with `mkdir -p {folder}`, or name another database with `--db`",
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise _unusable(path, error) from error


def _refuse_others(path: Path) -> None:
    """A database is a regular file of its user; root may use anybody's."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise Unusable(f"`{path}` is not a file", hint="name another file with `--db`")
        if os.geteuid() not in (0, found.st_uid):
            raise Unusable(
                f"the database `{path}` belongs to another user", hint="run as that user, or name another with `--db`"
            )
        if not os.access(path, os.R_OK | os.W_OK) or not os.access(path.parent, os.W_OK | os.X_OK):
            raise Unusable(
                f"the database `{path}` is read-only", hint="make the file and its folder writable for this user"
            )
    except OSError as error:
        raise _unusable(path, error) from error


def _refuse_planted(path: Path) -> None:
    """What SQLite would take in with a database, or recover from, is of whoever has the database.

    Where others may make files too, the names are taken before SQLite looks for them.
    """
    owner = path.stat()
    shared = path.parent.stat().st_mode & 0o022 != 0
    for end in ("-journal", "-wal", "-shm"):
        companion = f"{path}{end}"
        if shared:
            _take_name(companion, owner)
        if os.path.lexists(companion):
            _refuse_companion(companion, owner.st_uid)


def _take_name(companion: str, owner: os.stat_result) -> None:
    """Make an empty file, which means nothing to SQLite, where there is none."""
    try:
        fd = os.open(companion, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return
    try:
        if os.geteuid() == 0:
            os.fchown(fd, owner.st_uid, owner.st_gid)
    finally:
        os.close(fd)


def _refuse_companion(companion: str, owner: int) -> None:
    found = os.lstat(companion)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1 or found.st_uid not in (0, owner):
        raise Unusable(
            f"`{companion}` was not made by whoever has the database",
            hint="somebody may want to slip another content into it: move it away",
        )


def _unusable(path: Path, error: OSError) -> Unusable:
    reason = (error.strerror or "unknown error").lower()
    return Unusable(
        f"the database `{path}` cannot be opened: {reason}", hint="check the folder and who may write to it"
    )


def _refuse_network(path: Path, kind: str | None) -> None:
    """SQLite's locks and shared memory do not work over a network."""
    if kind in NETWORK:
        raise Unusable(
            f"the database `{path}` is on a network file system ({kind})",
            hint="put it on a local disk; SQLite cannot lock files safely over a network",
        )


def file_system(folder: Path, mounts: Path = _MOUNTS) -> str | None:
    """The type of the file system that holds `folder`, None if it cannot be told."""
    real, best, kind = os.path.realpath(folder), "", None
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    for line in lines:
        before, _, after = line.partition(" - ")
        point = before.split(" ")[4].replace("\\040", " ")
        if len(point) >= len(best) and (real == point or real.startswith(point.rstrip("/") + "/")):
            best, kind = point, after.split(" ")[0]
    return kind
