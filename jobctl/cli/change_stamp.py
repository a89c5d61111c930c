"""A cheap sign that a database may have changed, without reading it."""

from collections.abc import Callable
from pathlib import Path

from jobctl.store.place import read_place
from jobctl.store.protocol import Store


def stamp_of(store: Store) -> Callable[[], object]:
    """A function whose answer changes when another process commits; constant for a database that is no file."""
    database = database_file(store.url)
    files = [] if database is None else [database, Path(f"{database}-wal")]
    return lambda: tuple(map(_stamp, files))


def database_file(url: str) -> Path | None:
    """The file of a database; None when it is on a server."""
    return None if url.startswith(("postgresql:", "postgres:")) else read_place(url).path


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        seen = path.stat()
    except FileNotFoundError:
        return None
    return seen.st_mtime_ns, seen.st_size
