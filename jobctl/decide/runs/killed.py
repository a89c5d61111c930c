"""The words for an attempt that was ended from outside: by a signal, or by its time limit."""

from datetime import timedelta

from jobctl.decide.time.duration_words import exactly
from jobctl.model.job import Job

_SIGNALS = {
    "cpu_time": ("SIGKILL", "SIGXCPU"),
    "file_size": ("SIGXFSZ",),
    "memory": ("SIGSEGV", "SIGABRT", "SIGBUS"),
}


def killed(job: Job, signal: str, for_memory: bool | None) -> str:
    """That a job was killed by `signal`, and what it has run out of, or may have.

    The kernel kills at the limit on CPU time, and where the memory of the machine or a cgroup is used up (`for_memory`;
    None: nobody knows). A program that gets no more memory by its limit mostly kills itself.
    """
    return f"killed by {signal}{_because(job, signal, for_memory)}"


def _because(job: Job, signal: str, for_memory: bool | None) -> str:
    if for_memory:
        return ", out of memory (its cgroup counts a kill)"
    for limit, signals in _SIGNALS.items():
        if signal in signals and getattr(job.resources, limit) is not None:
            return f", perhaps at its limit `resources.{limit}`"
    if signal != "SIGKILL":
        return ""
    return ", perhaps out of memory" if for_memory is None else ", not for memory as far as its cgroup tells"


def timed_out(limit: timedelta) -> str:
    """That a job ran as long as it may.

    >>> timed_out(timedelta(minutes=30)), timed_out(timedelta(seconds=90))
    ('timeout after 30 min', 'timeout after 90 s')
    """
    return f"timeout after {exactly(limit)}"
