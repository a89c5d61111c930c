"""Wait until a run has ended: look often at first, since most runs are short."""

from collections.abc import Callable

from jobctl.actions.find import find_run
from jobctl.model.run import Run
from jobctl.store.protocol import Store

_FIRST, _GROWTH, _LONGEST = 0.002, 1.5, 0.25


def wait(
    store: Store, run_id: int, until: float | None, monotonic: Callable[[], float], sleep: Callable[[float], None]
) -> Run:
    """A run once it has ended, or as it stands at `until` on the clock `monotonic`, in seconds. Raises NotFound."""
    pause = _FIRST
    while True:
        run = find_run(store, run_id)
        left = _LONGEST if until is None else until - monotonic()
        if run.has_ended or left <= 0:
            return run
        sleep(min(pause, left))
        pause = min(pause * _GROWTH, _LONGEST)
