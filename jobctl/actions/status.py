"""The whole picture, and what failed runs said last."""

from datetime import datetime
from typing import NamedTuple

from jobctl.decide.runs.cause import is_terse, last_line
from jobctl.execute.logs import Logs
from jobctl.execute.state_folder import StateFolder
from jobctl.model.run import Run
from jobctl.model.view import Status
from jobctl.store.protocols.history import History

NEWEST = 10
_LINES = 5


class Picture(NamedTuple):
    """The status; the last words of its newest failed runs by id; whether any job is deployed."""

    status: Status
    said: dict[int, str]
    deployed: bool


def picture(store: History, folder: StateFolder, now: datetime) -> Picture:
    """The picture at `now`; the words are read from the logs in `folder`."""
    status = store.status(now)
    logs = Logs(folder, store)
    said = {run.run_id: _last_words(logs, run) for run in status.failed[:NEWEST] if is_terse(run)}
    return Picture(status, said, bool(status.upcoming) or bool(store.jobs()))


def _last_words(logs: Logs, run: Run) -> str:
    """The last line that is not blank among the last few; of endless lines only the beginning is read."""
    piece = next(logs.read(run.run_id, run.attempt, _LINES), b"")
    return last_line(piece.decode(errors="replace"))
