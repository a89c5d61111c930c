"""Catalog files on disk: which there are, what they hold, and who may write them."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from jobctl.catalog.node import Guard, Source
from jobctl.model.errors import reason_of

MAX_BYTES = 10 * 1024 * 1024


class Unreadable(Exception):
    """A file that cannot be read; the text says why."""


def catalog_files(path: Path, shown: str) -> list[tuple[Path, str]]:
    """The catalog files at `path`: itself, or in the order of their names those of a folder, with how to show them."""
    try:
        names = sorted(entry.name for entry in path.iterdir() if entry.suffix in (".yaml", ".yml"))
    except OSError:
        return [(path, shown)]
    return [(path / name, os.path.join(shown, name)) for name in names if not name.startswith(".")]  # noqa: PTH118


def exists(path: Path) -> bool:
    """Whether something is there; what cannot be looked at is taken to be, so that reading it says why it cannot."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def read_file(path: Path, shown: str) -> tuple[str, Source]:
    """The text of a file of at most 10 MB and what is to be known about it. Raises Unreadable."""
    try:
        # A FIFO in a catalog's place must not hang whoever reads it.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Unreadable(f"cannot be read: {reason_of(error)}") from error
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("is not a regular file")
        data = file.read(MAX_BYTES + 1) if status.st_size <= MAX_BYTES else b""
    if status.st_size > MAX_BYTES or len(data) > MAX_BYTES:
        raise Unreadable("is larger than 10 MB; split it and `include` the parts")
    source = Source(shown, path, (Guard(shown, status.st_uid, status.st_mode), *_folders(path)))
    try:
        return data.decode("utf-8-sig"), source
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"is not UTF-8 text (line {line})") from error


def why_untrusted(guards: Iterable[Guard], euid: int) -> str | None:
    """Who besides root and user `euid` may change a file, as the end of a sentence with what to do; None if nobody."""
    for shown, owner, mode in guards:
        if owner not in (0, euid):
            return f"`{shown}` belongs to user {owner}, who may change it; run `chown root {shown}`"
        shielded = stat.S_ISDIR(mode) and mode & stat.S_ISVTX
        if mode & 0o022 and not shielded:
            return f"others may write `{shown}` (mode {stat.S_IMODE(mode):04o}); run `chmod go-w {shown}`"
    return None


def _folders(path: Path) -> list[Guard]:
    """The folders in which the file, or a link to it, can be replaced."""
    folders = dict.fromkeys((path.parent, path.resolve().parent))
    return [Guard(str(f), status.st_uid, status.st_mode) for f in folders for status in [f.stat()]]
