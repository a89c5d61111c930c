"""Which limit of `resources` a signal speaks of."""

from jobctl.model.job import Job

_SIGNALS = {
    "cpu_time": ("SIGKILL", "SIGXCPU"),
    "file_size": ("SIGXFSZ",),
    "memory": ("SIGSEGV", "SIGABRT", "SIGBUS"),
}


def perhaps(job: Job, signal: str) -> str:
    """The limit that a job killed by `signal` may have reached, as the end of a sentence; empty where it has none.

    The kernel kills at the limit on CPU time; a program that gets no more memory mostly kills itself.
    """
    for limit, signals in _SIGNALS.items():
        if signal in signals and getattr(job.resources, limit) is not None:
            return f", perhaps at its limit `resources.{limit}`"
    return ""
