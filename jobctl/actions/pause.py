"""Hold jobs and queues, and let go of them."""

from collections.abc import Sequence
from datetime import datetime

from jobctl.actions.find import known_queues, unknown_job
from jobctl.decide.text.closest import closest
from jobctl.model.errors import NotFound
from jobctl.model.view import Pause
from jobctl.store.protocol import Store


def pause(store: Store, jobs: Sequence[str], queues: Sequence[str], how: Pause) -> None:
    """Hold jobs and queues. Raises NotFound, before any is held."""
    check_known(store, jobs, queues, how.paused_at)
    for name in jobs:
        store.pause("job", name, how)
    for name in queues:
        store.pause("queue", name, how)


def resume(store: Store, jobs: Sequence[str], queues: Sequence[str], now: datetime) -> dict[tuple[str, str], bool]:
    """Let go of jobs and queues; for each whether it was held. Raises NotFound, before any is let go of."""
    check_known(store, jobs, queues, now)
    held = {("job", name): store.resume("job", name, now) for name in jobs}
    return held | {("queue", name): store.resume("queue", name, now) for name in queues}


def check_known(store: Store, jobs: Sequence[str], queues: Sequence[str], now: datetime) -> None:
    """Raise NotFound for a job that is not deployed, and for a queue that no job and no run names."""
    for name in jobs:
        if store.definition(name) is None:
            raise unknown_job(store, name)
    known = known_queues(store, now) if queues else set()
    for name in queues:
        if name not in known:
            close = closest(name, known)
            hint = f"did you mean `{close}`?" if close else f"there are {', '.join(sorted(known))}"
            raise NotFound(f"there is no queue `{name}`", hint=hint)
