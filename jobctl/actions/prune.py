"""Delete history beyond each job's keep, and the logs that belong to it."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from jobctl.execute.logs import remove_logs
from jobctl.execute.state_folder import StateFolder
from jobctl.model.errors import DiskFull
from jobctl.store.protocols.upkeep import Upkeep

STEP = 150
_FEW = 10
_ALL = 10_000_000


class PruneStep(NamedTuple):
    """What one step has done: the number of runs deleted, whether there may be more, whether the disk was full."""

    runs: int
    more: bool
    disk_full: bool = False


def prune(store: Upkeep, folder: StateFolder, now: datetime, progress: Callable[[int], None]) -> int:
    """Delete in short transactions until nothing is left to delete; the number of runs. `progress` is told the sum."""
    total = 0
    while True:
        step = prune_step(store, folder, now, STEP)
        total += step.runs
        if not step.more:
            return total
        progress(total)


def prune_step(store: Upkeep, folder: StateFolder, now: datetime, limit: int) -> PruneStep:
    """Delete at most `limit` runs in one transaction, then their logs.

    On a full disk the logs go first, which takes no room, and then a few runs. Raises DiskFull if there is no room
    even for that.
    """
    try:
        return _delete(store, folder, now, limit)
    except DiskFull:
        for run in store.prune(now, limit, dry_run=True):
            remove_logs(folder, run.run_id, run.attempts)
        return _delete(store, folder, now, min(limit, _FEW))._replace(disk_full=True)


def _delete(store: Upkeep, folder: StateFolder, now: datetime, limit: int) -> PruneStep:
    pruned = store.prune(now, limit)
    for run in pruned:
        remove_logs(folder, run.run_id, run.attempts)
    return PruneStep(len(pruned), more=len(pruned) == limit)


def prunable(store: Upkeep, now: datetime) -> int:
    """How many runs `prune` would delete now."""
    return len(store.prune(now, _ALL, dry_run=True))
