"""What there is to say about runs that were enqueued but will not start by themselves."""

from typing import TYPE_CHECKING

from jobctl.actions.enqueue import Promised, somebody_lives, was_skipped
from jobctl.cli.context import now as present
from jobctl.cli.output import note

if TYPE_CHECKING:
    from jobctl.store.protocol import Store

_FEW = 5


def say(store: "Store", promised: Promised) -> None:
    """Notes about answers: keys that are held, jobs and queues that are paused, no daemon."""
    for answer in promised.answers[:_FEW]:
        if not answer.created:
            note(f"run {answer.run_id} holds the key already and is {answer.state}: nothing was enqueued")
    say_held(promised.paused_jobs, promised.paused_queues)
    if any(answer.created and not was_skipped(answer) for answer in promised.answers):
        say_if_nobody_lives(store)


def say_held(jobs: tuple[str, ...], queues: tuple[str, ...]) -> None:
    """That runs wait for somebody to resume a job or a queue."""
    for name in jobs:
        note(f"job `{name}` is paused: the run waits for `jobctl resume {name}`")
    for name in queues:
        note(f"queue `{name}` is paused: the run waits for `jobctl resume --queue {name}`")


def say_if_nobody_lives(store: "Store") -> None:
    """That runs wait for a daemon."""
    if not somebody_lives(store, present()):
        note("no daemon is alive: the run waits until `jobctl daemon` is started")
