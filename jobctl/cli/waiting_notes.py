"""What there is to say about runs that will not start by themselves."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from jobctl.actions.enqueue.answers import Promised
from jobctl.cli.output import note, warn
from jobctl.decide.lease import is_silent
from jobctl.decide.text.closest import closest

if TYPE_CHECKING:
    from jobctl.store.protocol import Store

_FEW = 20


def say(store: "Store", promised: Promised, now: datetime) -> None:
    """Notes about one answer: a key that is held, a deadline, a job or queue that is paused, no daemon."""
    for answer in promised.answers:
        if not answer.created:
            note(f"run {answer.run_id} holds the key already and is {answer.state}: nothing was enqueued")
    say_too_late(promised.too_late)
    say_what_holds(store, promised.paused_jobs, promised.queues, now)


def say_too_late(jobs: Iterable[str]) -> None:
    """That runs are due only after their deadlines."""
    for name in jobs:
        note(f"the deadline of job `{name}` counts from now and passes before the run is due: it will be skipped")


def say_what_holds(store: "Store", jobs: Iterable[str], queues: Iterable[str], now: datetime) -> None:
    """That runs wait: for somebody to resume a job or queue, or for a daemon."""
    for name in jobs:
        note(f"job `{name}` is paused: the run waits for `jobctl resume {name}`")
    for name in list(queues)[:_FEW]:
        seen_at, paused = store.attendance(name, now)
        if paused:
            note(f"queue `{name}` is paused: the run waits for `jobctl resume --queue {name}`")
        if seen_at is None or is_silent(seen_at, now):
            _warn_of_stranger(store, name)
            note(f"no daemon is alive for queue `{name}`: the run waits until `jobctl daemon` is started")


def _warn_of_stranger(store: "Store", queue: str) -> None:
    """That a queue which nobody serves is in no catalog either: it may be a mistyped name."""
    known = store.catalog_queues()
    if queue in known:
        return
    close = closest(queue, known)
    more = f"did you mean `{close}`?" if close else "`jobctl status` lists queues"
    warn(f"no catalog names queue `{queue}` and no daemon serves it; {more}")
