"""The duty of a container's first process: whoever loses its parent becomes its child, and waits to be reaped."""

import os
from datetime import datetime


class Reaper:
    """Reaps what has ended, if this process is the first of its pid namespace; elsewhere that is init's business.

    Orphans of jobs come to the holder, which reaps them; those that a dead holder or a health check leaves come here.
    The daemon's own children are waited for where they are started, or may be reaped here as well: nobody reads their
    status later.
    """

    def __init__(self) -> None:
        self._is_first = os.getpid() == 1

    def reap(self, now: datetime) -> None:
        """Let go of every child that has ended."""
        while self._is_first:
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    return
            except ChildProcessError:
                return
