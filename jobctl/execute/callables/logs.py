"""The logs of calls, as far as the daemon writes them; what cannot be written is told, and no reason to stop."""

import logging
from datetime import datetime
from typing import Any

from jobctl.execute.callables.worker import Worker

_log = logging.getLogger("jobctl.execute")


def follow(worker: Worker, now: datetime) -> None:
    """Copy the output of a call that lasts into its log."""
    try:
        worker.follow(now)
    except OSError as error:
        _tell(error)


def save(worker: Worker) -> None:
    """Save what the call under way has printed, and begin empty again."""
    try:
        worker.capture.save()
    except OSError as error:
        _tell(error)
        worker.capture.empty()


def take(worker: Worker, output: bytes | None, facts: dict[str, Any]) -> None:
    """See to what came with a result: output that its worker could not save, or that a log was begun for."""
    if "trouble" in facts:
        _tell(facts["trouble"])
    elif "unsaved" in facts:
        save(worker)
    worker.output = output
    if output is not None and worker.copied_at is not None:
        try:
            worker.finish_log()
        except OSError as error:
            _tell(error)


def _tell(trouble: object) -> None:
    _log.warning("a log cannot be written: %s", trouble)
