"""Catalog files on disk: which there are, what they hold, and who may write them."""

import os
from pathlib import Path

from jobctl.catalog.node import Source
from jobctl.trust.guards import Guard, guard, guards_of
from jobctl.trust.opening import TooLarge, Unreadable, opened, read_all, unreadable

MAX_BYTES = 10 * 1024 * 1024


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
    descriptor = opened(path)
    with open(descriptor, "rb") as file:
        own = guard(shown, os.fstat(descriptor))
        try:
            data = read_all(file.fileno(), MAX_BYTES)
        except TooLarge as error:
            raise Unreadable(f"{error}; split it and `include` the parts") from error
    source = Source(shown, path, (own, *_folders(path)))
    try:
        return data.decode("utf-8-sig"), source
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"is not UTF-8 text (line {line})") from error


def _folders(path: Path) -> list[Guard]:
    """The folders in which the file, or a link to it, can be replaced, and the links."""
    try:
        return guards_of(path)[:-1]
    except OSError as error:
        raise unreadable(error) from error
