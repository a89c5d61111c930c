"""Open the store that a URL or a path names."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobctl.store.protocol import Store


def open_store(url: str | None = None) -> "Store":
    """The store at `url` (None: the default place), created if it is missing.

    A missing folder is created for the default place only. Raises Unusable, and leaves nothing half-created.
    """
    from jobctl.store.place import default_path, read_place
    from jobctl.store.sqlite.store import SqliteStore

    return SqliteStore.open(read_place(str(default_path()) if url is None else url))
