"""What the death of a worker means for the attempt that it executed."""

from jobctl.execute.attempt import Timer
from jobctl.execute.callables.worker import Worker
from jobctl.execute.holder.messages import Ended
from jobctl.model.outcome import Exited, Lost, Outcome, Stopped, Unstartable


def outcome_of_death(worker: Worker, timer: Timer, ended: Ended) -> Outcome:
    """A stop that was asked for, a loss, a start that failed, or an exit of its own."""
    if timer.why is not None:
        if worker.answered:
            return Stopped(timer.why, worker.exit_code)
        return Stopped(timer.why, ended.exit_code, ended.signal)
    if worker.line.distrusted:
        return Lost("its worker was killed: a job wrote into the pipes between daemon and worker")
    if ended.signal is not None:
        return Lost("its worker died", ended.signal, for_memory=ended.for_memory)
    if not worker.ready:
        return Unstartable(_never_ready(worker, ended.exit_code))
    return Exited(ended.exit_code or 0)


def _never_ready(worker: Worker, code: int | None) -> str:
    said = worker.capture.last_line() or f"exit {code}"
    return (
        f"`{worker.key.python}` did not become a worker: {said}; "
        "it must be Python 3.8 or newer, and the job's user must be able to read the installation of jobctl"
    )
