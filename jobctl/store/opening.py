"""Open the store that a URL or a path names."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from jobctl.store.migration import Around
    from jobctl.store.protocol import Store
    from jobctl.store.sqlite.database import Database


def open_store(
    url: str | None = None,
    patience: float | None = None,
    queueing: "Callable[[], float] | None" = None,
    *,
    migrates: bool = False,
    migrating: "Around | None" = None,
) -> "Store":
    """The store at `url` (None: the default place), created if it is missing.

    `patience` bounds each wait for a lock, in seconds; None is the usual one. `queueing`, `migrates` and `migrating`:
    see `Place`.
    A missing folder is created for the default place only. Raises Unusable, and leaves nothing half-created.
    """
    from jobctl.store.place import default_path, read_place
    from jobctl.store.relational.store import RelationalStore
    from jobctl.store.sqlite.database import Database

    place = read_place(str(default_path()) if url is None else url)
    place = place._replace(queueing=queueing, migrates=migrates, migrating=migrating)
    session = Database(place if patience is None else place._replace(patience=patience))
    return RelationalStore(session, lambda whole: _facts(session, whole))


def _facts(session: "Database", whole: bool) -> dict[str, "Any"]:
    from jobctl.store.sqlite.integrity import integrity

    return integrity(session, whole=whole)
