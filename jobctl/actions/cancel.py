"""Cancel runs: waiting ones at once, running ones by asking their daemon."""

from collections.abc import Sequence
from datetime import datetime

from jobctl.actions.enqueue.batches import batches
from jobctl.store.protocols.operator import Operating
from jobctl.store.values import Cancelled


def cancel(store: Operating, run_ids: Sequence[int], actor: str, now: datetime) -> list[Cancelled]:
    """What became of each run, in the order given; a thousand in a transaction."""
    answers: list[Cancelled] = []
    for batch in batches(run_ids):
        answers += store.cancel(batch, actor, now)
    return answers
