"""Why a run ended as it did, in one short phrase."""

from jobctl.decide.text.visible import SGR
from jobctl.model.run import Run

_SIGPIPE = 128 + 13


def why(run: Run, said: str | None = None) -> str:
    """What happened to a run, how many attempts it took, and what it `said` last (the end of its output).

    The text may hold control characters: it comes from the job.
    """
    cause = _cause(run)
    if run.attempt > 1:
        cause += f", {run.attempt} attempts"
    last = said or ""
    return f"{cause}: {last}" if last and last not in cause else cause


def last_line(text: str | None) -> str:
    """The last line of a text that is not blank: of a traceback the one that tells. Colours are taken out.

    >>> last_line("Traceback ...\\n  File x\\nValueError: no such album\\n")
    'ValueError: no such album'
    """
    for line in reversed((text or "").splitlines()):
        bare = SGR.sub("", line).strip()
        if bare:
            return bare
    return ""


def exited(code: int) -> str:
    """The error of an attempt of which nothing is known but its exit status.

    >>> exited(7), exited(141)
    ('exit 7', 'exit 141: SIGPIPE, what read its output had ended')
    """
    return f"exit {code}: SIGPIPE, what read its output had ended" if code == _SIGPIPE else f"exit {code}"


def is_terse(run: Run) -> bool:
    """Whether a failed run's error is only its exit status: then its own last words tell more."""
    return run.reason is None and run.exit_code is not None and run.error in (None, exited(run.exit_code))


def _cause(run: Run) -> str:
    error = last_line(run.error)
    if run.reason in ("lost", "poison"):
        return f"{'lost' if run.reason == 'lost' else 'lost too often'}: {error}" if error else run.reason
    if run.reason == "deadline":
        return error or "past its deadline"
    return error or _bare_cause(run)


def _bare_cause(run: Run) -> str:
    if run.signal:
        return f"killed by {run.signal}"
    if run.exit_code is not None:
        return exited(run.exit_code)
    return run.reason or run.state
