"""A command started without holder or record: what remains when the database is out of reach."""

import errno
import os
import signal as signals
from collections.abc import Mapping, Sequence
from contextlib import suppress

from jobctl.decide.text.signal_names import signal_name
from jobctl.execute.holder_program.launch import refusal
from jobctl.execute.in_place import PYTHON_IGNORES, found, with_shell
from jobctl.model.errors import ExecutionError
from jobctl.model.outcome import Exited, Outcome, Signalled

# It is the system's trouble, not the command's, and may not be in the way of a command that takes this process over.
_SCARCE = (errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM)


class BareChild:
    """One child with this process's streams, environment, folder and open files, in a session of its own.

    `fd` is a descriptor that becomes readable when it has ended; None where none is to be had.
    """

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str], keep: Sequence[int] = ()) -> None:
        """Start it; `keep` are descriptors that it inherits.

        Raises ExecutionError for a command that cannot be executed, OSError where this process may not start any.
        """
        # Where the caller ignores it, nobody would learn how the command has ended.
        signals.signal(signals.SIGCHLD, signals.SIG_DFL)
        for fd in keep:
            os.set_inheritable(fd, True)
        try:
            self._pid = _spawn(argv, environment)
        except OSError as error:
            if error.errno in _SCARCE:
                raise
            raise ExecutionError(refusal(error, {"argv": list(argv), "cwd": "."})) from error
        except ValueError as error:
            raise ExecutionError(refusal(error, {"argv": list(argv), "cwd": "."})) from error
        finally:
            for fd in keep:
                os.set_inheritable(fd, False)
        self._ended: Outcome | None = None
        self.fd: int | None = None
        # Without one it is looked at now and then.
        with suppress(OSError):
            self.fd = os.pidfd_open(self._pid)

    def signal(self, number: int) -> None:
        """Signal its whole group, as long as its number cannot be another's."""
        if self._ended is not None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._pid, number)

    def ended(self) -> Outcome | None:
        """How it ended; None while it lives."""
        if self._ended is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                code = os.waitstatus_to_exitcode(status)
                self._ended = Exited(code) if code >= 0 else Signalled(signal_name(-code))
        return self._ended

    def close(self) -> None:
        """Let go of it."""
        if self.fd is not None:
            os.close(self.fd)
            self.fd = None


def _spawn(argv: Sequence[str], environment: Mapping[str, str]) -> int:
    """By posix_spawn, which needs no descriptor of its own; a script without a first line is the shell's."""
    path = found(argv[0], environment)
    try:
        return _posix_spawn(path, argv, environment)
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
        command = with_shell(argv, environment)
        return _posix_spawn(command[0], command, environment)


def _posix_spawn(path: str, argv: Sequence[str], environment: Mapping[str, str]) -> int:
    finder = os.posix_spawn if "/" in path else os.posix_spawnp
    return finder(path, list(argv), dict(environment), setsid=True, setsigdef=PYTHON_IGNORES)


def ask_process(pid: int, number: int) -> None:
    """Signal one process; nothing happens if it is gone."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)
