"""The limits of a job, as the end that they bring is told."""

from datetime import timedelta

from jobctl.model.job import Job

_SIGNALS = {
    "cpu_time": ("SIGKILL", "SIGXCPU"),
    "file_size": ("SIGXFSZ",),
    "memory": ("SIGSEGV", "SIGABRT", "SIGBUS"),
}


def perhaps(job: Job, signal: str) -> str:
    """What a job killed by `signal` may have run out of, as the end of a sentence; empty where nothing is to be said.

    The kernel kills at the limit on CPU time, and where the machine's memory is used up; a program that gets no more
    memory by its limit mostly kills itself.
    """
    for limit, signals in _SIGNALS.items():
        if signal in signals and getattr(job.resources, limit) is not None:
            return f", perhaps at its limit `resources.{limit}`"
    return ", perhaps out of memory" if signal == "SIGKILL" else ""


def timed_out(limit: timedelta) -> str:
    """That a job ran as long as it may.

    >>> timed_out(timedelta(minutes=30)), timed_out(timedelta(seconds=90))
    ('timeout after 30 min', 'timeout after 90 s')
    """
    seconds = limit.total_seconds()
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            return f"timeout after {seconds / size:g} {unit}"
    return f"timeout after {seconds:g} s"
