"""Run finished runs again, with a fresh budget and perhaps other params."""

from collections.abc import Sequence
from datetime import datetime

from jobctl.actions.batches import batches
from jobctl.actions.find import find_run
from jobctl.decide.params import check_params, read_pairs
from jobctl.model.canonical import canonical
from jobctl.model.plain import to_plain
from jobctl.store.protocol import Store
from jobctl.store.values import Retried


def retry(store: Store, run_ids: Sequence[int], changed: Sequence[str], actor: str, now: datetime) -> list[Retried]:
    """What became of each run, in the order given. `changed` are texts `NAME=VALUE`.

    Raises UsageError for params, before any run is retried.
    """
    answers: list[Retried] = []
    if changed:
        params = {run_id: changed_params(store, run_id, changed) for run_id in run_ids}
        for run_id in run_ids:
            answers += store.retry([run_id], params[run_id], actor, now)
        return answers
    for batch in batches(run_ids):
        answers += store.retry(batch, None, actor, now)
    return answers


def changed_params(store: Store, run_id: int, changed: Sequence[str]) -> str | None:
    """The params of a run with some of them changed, as JSON text; None for a run that does not exist."""
    definition = store.run_definition(run_id)
    if definition is None:
        return None
    specs = to_plain(definition.job.params)
    params = check_params(specs, {**find_run(store, run_id).params, **read_pairs(specs, changed)})
    return canonical(params)
