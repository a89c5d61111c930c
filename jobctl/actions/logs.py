"""Find the run whose output is wanted."""

from jobctl.actions.find import find_run, unknown_job
from jobctl.decide.text.run_id import read_run_id
from jobctl.model.errors import NotFound
from jobctl.model.run import Run
from jobctl.store.protocol import Store
from jobctl.store.values import RunFilter


def pick_run(store: Store, what: str) -> Run:
    """The run with that id, or the newest run of the job with that name. Raises NotFound."""
    run_id = read_run_id(what)
    if run_id is not None:
        return find_run(store, run_id)
    newest = store.runs(RunFilter(job=what, limit=1))
    if newest:
        return newest[0]
    if store.definition(what) is None:
        raise unknown_job(store, what)
    raise NotFound(f"job `{what}` has no run yet", hint=f"`jobctl enqueue {what}` promises one")


def check_attempt(run: Run, attempt: int | None) -> None:
    """Raises NotFound if the run never had that attempt."""
    if attempt is not None and attempt > run.attempt:
        had = {0: "has not been attempted", 1: "had one attempt"}.get(run.attempt, f"had {run.attempt} attempts")
        raise NotFound(f"run {run.run_id} {had}", hint=f"`jobctl show {run.run_id}` lists them")
