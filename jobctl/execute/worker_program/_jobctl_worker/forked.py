"""A process that a callable has forked has the worker's memory, and must never become a second worker."""

from __future__ import annotations

import os
import sys

from .threads import end_pool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TOLD = "jobctl: a process that this job has forked came back from its callable {}: it ends here, as by os._exit({})\n"


class Forked:
    """Whether this process is a child that a callable has forked. Asking for the pid each time would cost more."""

    here = False


def close_in_children(fds: list[int], flush: Any) -> None:
    """Keep from forked children what the daemon is spoken to over, and have nothing printed by both."""

    def close() -> None:
        Forked.here = True
        end_pool()
        for fd in fds:
            os.close(fd)

    os.register_at_fork(before=flush, after_in_child=close)


def end_child(more: dict[str, Any] | None, flush: Any) -> None:
    """End a forked child that has left the callable in this way, as Python would have ended it."""
    kind = "" if more is None else more.get("kind", "")
    code = 0 if not kind else more["code"] if kind == "exited" else 1  # type: ignore[index]
    try:
        if kind != "exited":
            how = "by an exception" if kind else "as if it were the worker"
            sys.stderr.write((more or {}).get("traceback", "") + TOLD.format(how, code))
        flush()
    finally:
        os._exit(code)  # also where nobody reads what it prints any more
