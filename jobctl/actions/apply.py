"""Deploy catalogs, all or nothing, and record who did it."""

from datetime import datetime
from pathlib import Path

from jobctl.actions.git import commit_of
from jobctl.actions.plan import Preview
from jobctl.model.plan import Deployment
from jobctl.store.protocols.catalog import Catalogs


def apply(store: Catalogs, seen: Preview, who: str, message: str | None, now: datetime) -> bool:
    """Deploy what was previewed; False if there is nothing to change. Raises Refused if the catalog moved meanwhile."""
    if seen.plan.empty:
        return False
    files = tuple(dict.fromkeys(seen.plan.sources.values()))
    commit = commit_of(Path(files[0])) if files else None
    store.apply(seen.plan, Deployment(who, files, commit, message, seen.zone), now)
    return True
