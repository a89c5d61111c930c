"""A command started without holder or record: what remains when the database is out of reach."""

import os
import subprocess
from collections.abc import Sequence
from contextlib import suppress

from jobctl.decide.signal_names import signal_name
from jobctl.execute.holding.launch import refusal
from jobctl.model.errors import ExecutionError
from jobctl.model.outcome import Exited, Outcome, Signalled


class BareChild:
    """One child with this process's streams, environment and folder, in a session of its own."""

    def __init__(self, argv: Sequence[str], keep: Sequence[int] = ()) -> None:
        """Start it; `keep` are descriptors that it inherits. Raises ExecutionError."""
        try:
            self._process = subprocess.Popen(list(argv), pass_fds=tuple(keep), start_new_session=True)
        except (OSError, ValueError) as error:
            raise ExecutionError(refusal(error, {"argv": list(argv), "cwd": "."})) from error
        self._pidfd = os.pidfd_open(self._process.pid)

    def fileno(self) -> int:
        """A descriptor that becomes readable when it has ended."""
        return self._pidfd

    def signal(self, number: int) -> None:
        """Signal its whole group, as long as its number cannot be another's."""
        if self._process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def ended(self) -> Outcome | None:
        """How it ended; None while it lives."""
        status = self._process.poll()
        if status is None:
            return None
        return Exited(status) if status >= 0 else Signalled(signal_name(-status))

    def close(self) -> None:
        """Let go of it."""
        os.close(self._pidfd)
