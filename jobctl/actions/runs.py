"""List runs: a page, and whether there are older ones."""

from typing import NamedTuple

from jobctl.model.run import Run
from jobctl.store.protocol import Store
from jobctl.store.values import RunFilter


class Page(NamedTuple):
    """Runs, newest first; `more` says that older ones match too."""

    runs: list[Run]
    more: bool


def runs(store: Store, where: RunFilter) -> Page:
    """The page that `where` asks for."""
    found = store.runs(where._replace(limit=where.limit + 1))
    return Page(found[: where.limit], len(found) > where.limit)
