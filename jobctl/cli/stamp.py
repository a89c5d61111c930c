"""A cheap sign that a database may have changed, without reading it."""

from collections.abc import Callable
from pathlib import Path

from jobctl.store.protocol import Store


def stamp_of(store: Store) -> Callable[[], object]:
    """A function whose answer changes when another process commits; constant for a database that is no file."""
    files = [] if "://" in store.url.removeprefix("sqlite://") else _files(store.url)
    return lambda: tuple(map(_stamp, files))


def _files(url: str) -> list[str]:
    path = url.removeprefix("sqlite://")
    return [path, f"{path}-wal"]


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        seen = Path(path).stat()
    except FileNotFoundError:
        return None
    return seen.st_mtime_ns, seen.st_size
