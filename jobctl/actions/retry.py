"""Run finished runs again, with a fresh budget and perhaps other params."""

from collections.abc import Sequence
from datetime import datetime

from jobctl.actions.enqueue.batches import batches
from jobctl.actions.find import find_run
from jobctl.decide.params.check import check_params, read_pairs
from jobctl.model.canonical import canonical
from jobctl.model.errors import Refused
from jobctl.model.job import UnreadableJob
from jobctl.model.plain import to_plain
from jobctl.model.queues import EXEC_QUEUE
from jobctl.store.protocol import Store
from jobctl.store.values import Retried, RunFilter


def retry(store: Store, run_ids: Sequence[int], changed: Sequence[str], actor: str, now: datetime) -> list[Retried]:
    """What became of each run, in the order given. `changed` are texts `NAME=VALUE`.

    A wrapped command is left as it ended: only the process that wraps it could execute it again.
    Raises UsageError for params, before any run is retried.
    """
    wrapped = _wrapped(store, run_ids)
    able = [run_id for run_id in run_ids if run_id not in wrapped]
    retried: list[Retried] = []
    if changed:
        params = {run_id: changed_params(store, run_id, changed) for run_id in able}
        for run_id in able:
            retried += store.retry([run_id], params[run_id], actor, now)
    else:
        for batch in batches(able):
            retried += store.retry(batch, None, actor, now)
    rest = iter(retried)
    return [Retried(run_id, "wrapped") if run_id in wrapped else next(rest) for run_id in run_ids]


def _wrapped(store: Store, run_ids: Sequence[int]) -> set[int]:
    """Those of the runs that are of wrapped commands."""
    if not store.runs(RunFilter(queue=EXEC_QUEUE, limit=1)):
        return set()
    runs = (store.run(run_id) for run_id in run_ids)
    return {run.run_id for run in runs if run is not None and run.queue == EXEC_QUEUE}


def changed_params(store: Store, run_id: int, changed: Sequence[str]) -> str | None:
    """The params of a run with some of them changed, as JSON text; None for a run that does not exist."""
    definition = store.run_definition(run_id)
    if definition is None:
        return None
    if isinstance(definition.job, UnreadableJob):
        raise Refused(
            f"the params of run {run_id} cannot be changed: {definition.job.unreadable}",
            hint="enqueue its job anew",
        )
    specs = to_plain(definition.job.params)
    params = check_params(specs, {**find_run(store, run_id).params, **read_pairs(specs, changed)})
    return canonical(params)
