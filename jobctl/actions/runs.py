"""List runs: a page, and whether there are older ones."""

from typing import NamedTuple

from jobctl.model.run import Run
from jobctl.store.protocols.history import History
from jobctl.store.values import RunFilter

REACH = 1_000_000


class Page(NamedTuple):
    """Runs, newest first; `more` says that older ones match too, `reached` down to which run was looked, if not to the
    end."""

    runs: list[Run]
    more: bool
    reached: int | None = None


def runs(store: History, where: RunFilter, reach: int) -> Page:
    """The page that `where` asks for; where no index helps, from so many runs."""
    found = store.look(where._replace(limit=where.limit + 1), reach)
    return Page(found.runs[: where.limit], len(found.runs) > where.limit, found.reached)
