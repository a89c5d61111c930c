"""Follow a run's output through its attempts until it has ended."""

import time
from collections.abc import Callable

from jobctl.actions.find import find_run
from jobctl.cli.change_stamp import stamp_of
from jobctl.cli.context import now
from jobctl.cli.output import note
from jobctl.cli.sink import Sink
from jobctl.cli.wait_for import say_how_it_ended
from jobctl.cli.waiting_notes import say_what_holds
from jobctl.decide.runs.exit_status import exit_status
from jobctl.execute.logs import Logs
from jobctl.model.run import Run
from jobctl.store.protocol import Store

_PERIOD = 0.1
_LOOK = 1.0


def follow_run(store: Store, logs: Logs, run: Run, attempt: int | None, tail: int | None, sink: Sink) -> int:
    """Write what the run writes, and what it wrote before, to its end; the exit status that it gives.

    Without `attempt` it goes on to the next one when there is a retry.
    """
    number = attempt or _first(logs, run)
    output = logs.follow(run.run_id, number, tail)
    if run.state == "waiting":
        say_what_holds(store, (), [run.queue], now())
    ask = _asker(store, run)
    try:
        while True:
            # The state is asked for first: what an attempt wrote is complete once it has ended.
            run = ask()
            over = _is_over(run, number)
            for piece in output.pieces(over=over):
                sink.write(piece)
            if attempt is None and run.attempt > number:
                output.close()
                number += 1
                output = logs.follow(run.run_id, number)
            elif run.has_ended or (attempt is not None and over):
                break
            else:
                time.sleep(_PERIOD)
    finally:
        output.close()
        sink.end()
    return _tell(run, sink)


def _first(logs: Logs, run: Run) -> int:
    """The attempt to begin with: the one that runs, else the newest that wrote something."""
    if run.state == "running":
        return max(1, run.attempt)
    return logs.newest(run.run_id, run.attempt) or max(1, run.attempt)


def _is_over(run: Run, attempt: int) -> bool:
    return run.attempt > attempt or (run.attempt == attempt and run.state != "running")


def _asker(store: Store, run: Run) -> Callable[[], Run]:
    """Reads the run again when the database has changed, and once a second in any case."""
    stamp = stamp_of(store)
    seen, last, until = object(), run, 0.0

    def ask() -> Run:
        nonlocal seen, last, until
        found = stamp()
        if found != seen or time.monotonic() >= until:
            seen, until = found, time.monotonic() + _LOOK
            last = find_run(store, run.run_id)
        return last

    return ask


def _tell(run: Run, sink: Sink) -> int:
    say_how_it_ended(run)
    if run.state == "succeeded" and not sink.wrote:
        note(f"run {run.run_id} has written nothing")
    return exit_status(run)
