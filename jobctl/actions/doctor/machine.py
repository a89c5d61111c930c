"""Find what is wrong around a database: its file system, permissions, space, limits."""

import os
import resource
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from jobctl.actions.doctor.checks import Check, in_bytes
from jobctl.execute.holder.leftovers import UNREADABLE
from jobctl.execute.state_folder import StateFolder
from jobctl.model.errors import reason_of
from jobctl.store.sqlite.files import NETWORK, file_system
from jobctl.trust.state import Distrust, why_not_beside, why_not_here

_FLEETING = {"tmpfs": "the next boot", "ramfs": "the next boot", "overlay": "its container"}
_FEW_FILES = 1024
_SCARCE, _NONE_LEFT = 1 << 30, 100 << 20
_MOST = 20


def examine_files(database: Path | None, folder: StateFolder) -> list[Check]:
    """The machine's side; `database` is None when it is not a file."""
    place = _existing(database or folder.root)
    checks = [
        _file_system(place),
        _space(place),
        _permissions(database, folder),
        _trust(database, folder),
        _open_files(),
        _journals(folder),
    ]
    return [check for check in checks if check is not None]


def _file_system(place: Path) -> Check | None:
    kind = file_system(place)
    if kind is None:
        return None
    if kind in NETWORK:
        found = f"{place} is on {kind}, where SQLite's locks cannot be trusted"
        return Check("file system", "problem", found, "put the database on a local disk: `--db PATH`")
    if kind in _FLEETING:
        found = f"{place} is on {kind} and does not outlive {_FLEETING[kind]}"
        return Check("file system", "warn", found, "put the database on a disk or a volume: `--db PATH`")
    return Check("file system", "ok", kind)


def _space(place: Path) -> Check:
    usage = shutil.disk_usage(place)
    found = f"{in_bytes(usage.free)} free"
    if usage.free < _NONE_LEFT:
        return Check("disk space", "problem", f"only {found}", "make room: `jobctl prune` deletes history and logs")
    if usage.free < _SCARCE:
        return Check("disk space", "warn", f"only {found}", "`jobctl prune` deletes history and logs beyond their keep")
    return Check("disk space", "ok", found)


def _permissions(database: Path | None, folder: StateFolder) -> Check:
    bad = list(_too_open(database, folder))
    if not bad:
        return Check("permissions", "ok", "nobody else can read or write")
    path, mode, wanted = bad[0]
    more = f", and {len(bad) - 1} more" if len(bad) > 1 else ""
    fix = f"chmod -R go= {folder.root}" if len(bad) > 1 else f"chmod {wanted:o} {path}"
    return Check("permissions", "problem", f"{path} has mode {mode:04o}: others may use it{more}", f"run `{fix}`")


def _trust(database: Path | None, folder: StateFolder) -> Check | None:
    """Who could decide what a daemon of this user executes, or believes."""
    euid = os.geteuid()
    try:
        why = (why_not_here(database, euid) if database else None) or why_not_beside(folder.root, euid)
    except OSError as error:
        why = Distrust(f"{folder.root} cannot be looked at: {reason_of(error)}", "see who may write to it")
    if why is None:
        return Check("trust", "ok", "nobody else can change what is executed")
    return Check("trust", "problem", why.message.replace("`", ""), why.hint)


def _too_open(database: Path | None, folder: StateFolder) -> Iterator[tuple[Path, int, int]]:
    """Paths that group or others may use, with the mode they have and should have."""
    files = [] if database is None else [Path(f"{database}{end}") for end in ("", "-wal", "-shm", ".lock")]
    folders = [folder.root, folder.logs, folder.wake, folder.holders]
    newest = sorted(folder.logs.glob("*/*.log"), key=lambda log: log.name, reverse=True)[:_MOST]
    for path in [*files, *folders, *folder.wake.glob("*"), *newest]:
        try:
            status = path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        mode = stat.S_IMODE(status.st_mode)
        if mode & 0o077:
            yield path, mode, 0o700 if stat.S_ISDIR(status.st_mode) else 0o600


def _journals(folder: StateFolder) -> Check | None:
    """What daemons have set aside because it could not be read: none, if all is well."""
    kept = sorted(folder.holders.glob(f"*{UNREADABLE}"))
    if not kept:
        return None
    more = f", and {len(kept) - 1} more" if len(kept) > 1 else ""
    found = f"{kept[0]}: the journal of a former daemon could not be read{more}; runs of it may have been lost"
    return Check(
        "journals", "warn", found, "see what has damaged it and that none of its jobs still runs; remove it then"
    )


def _open_files() -> Check:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= _FEW_FILES:
        return Check("open files", "ok", "no limit" if soft == resource.RLIM_INFINITY else f"at most {soft}")
    advice = f"raise it before the daemon starts: `ulimit -n {hard}`, or LimitNOFILE= in its unit"
    return Check("open files", "warn", f"at most {soft}: few for many runs at a time", advice)


def _existing(path: Path) -> Path:
    """The nearest parent that exists."""
    while not os.path.lexists(path) and path != path.parent:
        path = path.parent
    return path if path.is_dir() else path.parent
