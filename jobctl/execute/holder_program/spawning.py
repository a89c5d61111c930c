"""From a specification to a running child: its files, its pipes, its environment."""

from __future__ import annotations

import fcntl
import os
import subprocess

from jobctl.execute.holder_program import proc as tree
from jobctl.execute.holder_program.child import Child
from jobctl.execute.holder_program.launch import launch, refusal, text_file
from jobctl.execute.holder_program.log import Log
from jobctl.execute.holder_program.mask import Mask
from jobctl.execute.holder_program.output import Output
from jobctl.execute.holder_program.progress import Progress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PROGRESS_FD = 3
"""Reserved in the holder, so that it can be passed on: in sh, `>&$JOBCTL_PROGRESS_FD` takes a single digit only."""
_NOTHING = Mask(())
_WRITTEN_BY_ALL = 0o622
"""Nobody finds a pipe but who has it, or may look into a process that has it."""


class Refused(Exception):
    """A child cannot be started; the message says why and what to do."""


class _Files:
    """The descriptors of one spawn: `ours` stay, the others are closed here once the child has them."""

    def __init__(self) -> None:
        self.log: Log | None = None
        self.output: int | None = None
        self.progress: int | None = None
        self._passed: list[int] = []

    def pipe(self, user: int | None) -> tuple[int, int]:
        """A pipe that a child can open again by its name in /proc, also as `user`, or after it has changed its user."""
        reader, writer = os.pipe2(os.O_CLOEXEC)
        self._passed.append(writer)
        os.set_blocking(reader, False)
        os.fchmod(writer, _WRITTEN_BY_ALL)
        if user is not None:
            os.fchown(writer, user, -1)
        return reader, writer

    def text(self, text: str) -> int:
        self._passed.append(text_file(text))
        return self._passed[-1]

    def above(self, number: int, fds: list[int]) -> list[int]:
        """The same out of the way of numbers up to `number`, which a child may be given one after the other."""
        moved = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, number + 1) for fd in fds]
        self._passed += moved
        return moved

    def let_go(self, null: int) -> None:
        for fd in self._passed:
            os.close(fd)
        if self.progress is not None:
            os.dup2(null, PROGRESS_FD, inheritable=False)

    def give_up(self) -> None:
        for fd in (self.output, self.progress):
            if fd is not None:
                os.close(fd)


def spawn(spec: dict[str, Any], fds: list[int], mark: str, null: int, now: int) -> Child:
    """Start a child; raises Refused, and then nothing is left open."""
    if len(fds) != spec["fds"]:
        raise Refused("its descriptors did not all arrive; raise the limit on open files of the daemon")
    files = _Files()
    environment = {**spec["env"], tree.MARK: mark}
    try:
        streams = dict(enumerate(fds[:3])) if fds else _streams(spec, files, null)
        inherited = [] if "numbers" in spec else fds[3:]
        if "numbers" in spec:
            streams.update(zip(spec["numbers"], files.above(max(spec["numbers"]), fds[3:]), strict=True))
        if inherited:
            environment["JOBCTL_FDS"] = ",".join(map(str, inherited))
        if spec["progress"]:
            number = next(free for free in range(PROGRESS_FD, 1024) if free not in streams)
            files.progress, streams[number] = files.pipe(spec["user"])
            environment["JOBCTL_PROGRESS_FD"] = str(number)
        pid = launch(spec, environment, streams, inherited)
    except (OSError, ValueError, OverflowError, subprocess.SubprocessError) as error:
        files.give_up()
        raise Refused(refusal(error, spec)) from error
    except Refused:
        files.give_up()
        raise
    finally:
        files.let_go(null)
    return _child(spec, pid, files, now)


def _child(spec: dict[str, Any], pid: int, files: _Files, now: int) -> Child:
    mask = Mask(spec["secrets"]) if spec["secrets"] else _NOTHING
    child = Child(spec["key"], pid, now, worker=spec["worker"], mask=mask)
    if files.output is not None and files.log is not None:
        child.output = Output(files.output, files.log, mask)
    if files.progress is not None:
        child.progress = Progress(files.progress)
    return child


def _streams(spec: dict[str, Any], files: _Files, null: int) -> dict[int, int]:
    stdin = null if spec["stdin"] is None else files.text(spec["stdin"])
    if spec["log"] is None:
        return {0: stdin, 1: null, 2: null}
    files.log = _log(spec)
    files.output, writer = files.pipe(spec["user"])
    return {0: stdin, 1: writer, 2: writer}


def _log(spec: dict[str, Any]) -> Log:
    try:
        return Log(spec["log"], spec["log_max_bytes"])
    except OSError as error:
        reason = f"{os.strerror(error.errno or 0)}; check the state folder and the space on its disk"
        raise Refused(f"the log file {spec['log']} cannot be opened: {reason}") from error
