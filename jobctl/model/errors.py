"""Every error a user can meet.

    JobctlError
    ├── UsageError            2   the command line or a value on it is wrong
    ├── CatalogInvalid        2   a catalog has problems; carries all of them
    ├── NotFound              3   no such job, run, queue
    ├── Refused               4   not in this state
    ├── Unusable              5   the database cannot be used
    │   ├── Busy              5   not now: somebody else holds it for long
    │   └── DiskFull          5   nothing was written: there is no room for it
    ├── ExecutionError        1   an attempt cannot be started
    └── WaitedInVain        124   runs have not ended in the time that was given to them

The message is one sentence without a full stop; `hint` says what to do next; `status` is the exit status.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobctl.model.problem import Problem


def reason_of(error: OSError) -> str:
    """What the system said, as the end of a sentence.

    >>> reason_of(FileNotFoundError(2, "No such file or directory"))
    'no such file or directory'
    """
    return (error.strerror or str(error)).lower()


def told(error: BaseException) -> str:
    """An error of any kind, also one that nobody foresaw, as the end of a sentence.

    >>> told(FileNotFoundError(2, "No such file or directory", "/x")), told(KeyError("x")), told(MemoryError())
    ('`/x`: no such file or directory', "KeyError: 'x'", 'MemoryError')
    """
    if isinstance(error, JobctlError):
        return error.message
    if isinstance(error, OSError):
        return reason_of(error) if error.filename is None else f"`{_text(error.filename)}`: {reason_of(error)}"
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _text(name: object) -> str:
    return name.decode(errors="backslashreplace") if isinstance(name, bytes) else str(name)


class JobctlError(Exception):
    """Something failed, and the message says what."""

    status = 1
    code = "failed"

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(JobctlError):
    """The command line, or a value given to it, is wrong."""

    status = 2
    code = "usage"


class CatalogInvalid(JobctlError):
    """A catalog has problems; all of them are in `problems`."""

    status = 2
    code = "invalid_catalog"

    def __init__(self, problems: Sequence["Problem"]) -> None:
        count = sum(p.severity == "error" for p in problems)
        super().__init__(
            f"the catalog has {count} problem{'s' if count != 1 else ''}",
            hint="nothing was changed; mend the catalog and run the command again",
        )
        self.problems = tuple(problems)


class NotFound(JobctlError):
    """There is no such job, run or queue."""

    status = 3
    code = "not_found"


class Refused(JobctlError):
    """The job or run is in a state that does not allow this."""

    status = 4
    code = "refused"


class Unusable(JobctlError):
    """The database cannot be used."""

    status = 5
    code = "database"


class Busy(Unusable):
    """Another process holds the database for long."""


class DiskFull(Unusable):
    """There is no room beside the database for what is to be written."""


class ExecutionError(JobctlError):
    """An attempt cannot be started."""

    code = "execution"


class WaitedInVain(JobctlError):
    """Runs have not ended in the time that was given to them."""

    status = 124
    code = "timeout"
