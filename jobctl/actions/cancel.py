"""Cancel runs: waiting ones at once, running ones by asking their daemon."""

from collections.abc import Sequence
from datetime import datetime

from jobctl.store.protocol import Store
from jobctl.store.values import Cancelled

_STEP = 1000


def cancel(store: Store, run_ids: Sequence[int], actor: str, now: datetime) -> list[Cancelled]:
    """What became of each run, in the order given; a thousand in a transaction."""
    answers: list[Cancelled] = []
    for start in range(0, len(run_ids), _STEP):
        answers += store.cancel(run_ids[start : start + _STEP], actor, now)
    return answers
