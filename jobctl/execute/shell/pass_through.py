"""The caller's own streams for a wrapped command, with a copy of what it writes in its log."""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from jobctl.execute.shell import tee_program
from jobctl.execute.state_folder import StateFolder
from jobctl.model.claim import Claim
from jobctl.model.errors import ExecutionError

_STDIN, _STDOUT, _STDERR = 0, 1, 2
# A message over a socket takes no more than 253.
_MOST = 240
_FORMER_S = 1.0


class PassThrough:
    """Streams for `Shell`: stdin as it is; stdout and stderr through a small process that also writes the log.

    Where stdout and stderr are one (cron, a terminal), they stay one, and so their order is kept.
    """

    def __init__(self, folder: StateFolder, python: str) -> None:
        self._folder = folder
        self._python = python
        self._tees: list[subprocess.Popen[bytes]] = []

    @contextmanager
    def streams(self, claim: Claim) -> Iterator[Sequence[int]]:
        """The descriptors 0, 1 and 2 of one attempt, closed here at the end, and what else the caller has lent.

        Raises ExecutionError.
        """
        self._wait_for_former()
        targets = (_STDOUT,) if _same(_STDOUT, _STDERR) else (_STDOUT, _STDERR)
        pipes = [os.pipe2(os.O_CLOEXEC) for _ in targets]
        try:
            self._tees.append(self._tee(claim, [(pipe[0], to) for pipe, to in zip(pipes, targets, strict=True)]))
            yield (_STDIN, pipes[0][1], pipes[-1][1], *_callers_own())
        finally:
            for fd in (fd for pipe in pipes for fd in pipe):
                os.close(fd)

    def _wait_for_former(self) -> None:
        """What an earlier attempt has printed comes first; what it has left behind may write on, and is not awaited."""
        until = time.monotonic() + _FORMER_S
        for tee in self._tees:
            with suppress(subprocess.TimeoutExpired):
                tee.wait(max(0, until - time.monotonic()))

    def drain(self, seconds: float) -> bool:
        """Wait until everything is passed on; False if a stream of the caller's did not take it, a full disk for one.

        What an ended command has left behind may write on; it is not awaited.
        """
        until = time.monotonic() + seconds
        for tee in self._tees:
            try:
                tee.wait(max(0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                tee.returncode = 0
        return not any(tee.returncode == 1 for tee in self._tees)

    def _tee(self, claim: Claim, pairs: Sequence[tuple[int, int]]) -> subprocess.Popen[bytes]:
        log = self._folder.log(claim.run_id, claim.fence).absolute()
        spelled = [f"{source}:{target}" for source, target in pairs]
        program = [str(tee_program.__file__), str(log), str(claim.job.log_max_bytes), *spelled]
        try:
            return subprocess.Popen(
                [self._python, "-ISE", "-X", "utf8", *program],
                stdin=subprocess.DEVNULL,
                pass_fds=[source for source, _ in pairs],
                env={},
                start_new_session=True,
            )
        except OSError as error:
            raise ExecutionError(
                f"the process that passes output on cannot be started: {error}", hint="check the installation of jobctl"
            ) from error


def open_standard_streams() -> None:
    """Give a process that was started without some of its streams /dev/null for them."""
    for fd in (_STDIN, _STDOUT, _STDERR):
        try:
            os.fstat(fd)
        except OSError:
            null = os.open(os.devnull, os.O_RDWR)
            if null == fd:
                os.set_inheritable(fd, True)
            else:
                os.dup2(null, fd)
                os.close(null)


def _callers_own() -> list[int]:
    """What the caller has opened for the command: a lock, a pipe of `<(..)`. Nothing of ours can be inherited."""
    found = (int(entry.name) for entry in Path("/proc/self/fd").iterdir())
    return [fd for fd in sorted(found) if fd > _STDERR and _is_lent(fd)][:_MOST]


def _is_lent(fd: int) -> bool:
    try:
        return os.get_inheritable(fd)
    except OSError:
        # It was the folder's own, and is closed.
        return False


def _same(one: int, other: int) -> bool:
    """Whether two descriptors write to the same place."""
    first, second = os.fstat(one), os.fstat(other)
    return (first.st_dev, first.st_ino, first.st_rdev) == (second.st_dev, second.st_ino, second.st_rdev)
