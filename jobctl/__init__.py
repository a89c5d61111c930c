"""Durable background jobs: a YAML catalog, one SQLite file, a daemon.

Inside a job: `progress(done, total, message)`, `raise Skip(reason)`, `raise Retry(delay)`. Elsewhere: `Client`,
whose errors are a `JobctlError`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jobctl.client import Client as Client
    from jobctl.execute.inside import Retry as Retry
    from jobctl.execute.inside import Skip as Skip
    from jobctl.execute.inside import progress as progress
    from jobctl.model.errors import Busy as Busy
    from jobctl.model.errors import DiskFull as DiskFull
    from jobctl.model.errors import JobctlError as JobctlError
    from jobctl.model.errors import NotFound as NotFound
    from jobctl.model.errors import Refused as Refused
    from jobctl.model.errors import Unusable as Unusable
    from jobctl.model.errors import UsageError as UsageError
    from jobctl.model.run import Run as Run

__version__ = "0.1.0"

# Imported when first used: `import jobctl`, in a job or at the start of the command line, must cost next to nothing.
_ERRORS = ("JobctlError", "UsageError", "NotFound", "Refused", "Unusable", "Busy", "DiskFull")
_HOMES = {
    "progress": "jobctl.execute.inside",
    "Skip": "jobctl.execute.inside",
    "Retry": "jobctl.execute.inside",
    "Client": "jobctl.client",
    "Run": "jobctl.model.run",
    **dict.fromkeys(_ERRORS, "jobctl.model.errors"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module `jobctl` has no attribute `{name}`")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
