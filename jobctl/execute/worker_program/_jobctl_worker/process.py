"""What calls share and may disturb."""

from __future__ import annotations

import os
import sys
import time

from .drain import PAGE
from .files import RAW, log_path, write_all
from .outcomes import to_reply
from .output import Output
from .variables import Variables, raw_environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .calls import Call
    from .drain import Drain

    # What was printed, as JSON, if that is little; and what there is to say of output that could not be saved.
    Printed = tuple[str | None, dict[str, Any] | None]

INLINE_LIMIT = PAGE
SILENT: Printed = (None, None)
UNSAVED: Printed = (None, {"unsaved": True})


class Process:
    """What calls share and may disturb, put right around each: environment, folder, umask, signals, descriptors 0-2."""

    def __init__(self, environment: dict[str, str], drain: Drain) -> None:
        self.environment = environment
        self.drain = drain
        self.added: dict[str, str] = {}
        self.variables = Variables()
        self.raw = raw_environment()
        self.snapshot = self.raw.copy()
        self.nothing = os.open(os.devnull, os.O_RDONLY)
        self.writer = os.dup(1)
        self.folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
        self.umask = os.umask(0o077)
        os.umask(self.umask)
        self.object = os.environ
        self.streams = (sys.stdin, sys.stdout, sys.stderr)
        self.prepare_streams()
        import faulthandler

        faulthandler.enable(file=self.writer)

    def prepare_streams(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(line_buffering=True, errors="backslashreplace")  # type: ignore[union-attr]

    def enter(self, call: Call) -> None:
        run_id = str(call.run_id)
        environ = {
            "JOBCTL_RUN_ID": run_id,
            "JOBCTL_ATTEMPT": str(call.fence),
            "JOBCTL_SCHEDULED_FOR": call.scheduled_for,
            "JOBCTL_CORRELATION_ID": call.correlation_id or run_id,
            **call.form.environ,
            **call.environ,
        }
        self.set_environment(environ)
        self.drain.begin(call.form.log_max_bytes)
        if call.form.stdin is not None:
            self.set_stdin(call.form.stdin)

    def set_stdin(self, content: str) -> None:
        text = os.memfd_create("stdin")
        write_all(text, content.encode(*RAW))
        os.lseek(text, 0, os.SEEK_SET)
        os.dup2(text, 0)
        os.close(text)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115

    def set_environment(self, added: dict[str, str]) -> None:
        """Change only the variables that differ: setting all would cost more than a small call."""
        if self.raw != self.snapshot:
            self.restore_environment()
        before = self.added
        if before.keys() != added.keys():
            for name in before.keys() - added.keys():
                self.restore_variable(name)
        for name, value in added.items():
            former = before.get(name)
            if former != value:
                self.variables.set(name, value, there=former is not None)
        self.added = added
        self.snapshot = self.raw.copy()

    def restore_environment(self) -> None:
        """A call has changed variables by itself: put all back."""
        for name in {*os.environ, *self.environment}:
            self.restore_variable(name)
        time.tzset()
        self.added = {}

    def restore_variable(self, name: str) -> None:
        if name in self.environment:
            os.environ[name] = self.environment[name]
        else:
            os.environ.pop(name, None)

    def leave(self, call: Call) -> Printed:
        """Save what was printed and put everything back."""
        self.flush()
        data = self.drain.take()
        printed = SILENT if data == b"" else self.save(data, call)
        os.fchdir(self.folder)
        os.umask(self.umask)
        os.dup2(self.writer, 1)
        os.dup2(self.writer, 2)
        os.dup2(self.nothing, 0)
        if self.streams[0].closed:
            self.streams = (open(0, closefd=False), *self.streams[1:])  # noqa: SIM115 - `exit()` closes it
        sys.stdin, sys.stdout, sys.stderr = self.streams
        os.environ = self.object  # noqa: B003 - a job may have put something else there
        return printed

    def flush(self) -> None:
        """Push out what Python still holds, also where the job put its own streams in place of the usual ones."""
        _, stdout, stderr = self.streams
        if sys.stdout is stdout and sys.stderr is stderr:
            try:
                stdout.flush()
                stderr.flush()
            except (OSError, ValueError):
                self.flush_each((stdout, stderr))
        else:
            self.flush_each((sys.stdout, sys.stderr, stdout, stderr))

    def flush_each(self, streams: tuple[Any, ...]) -> None:
        failed = False
        for stream in streams:
            try:
                stream.flush()
            except (OSError, ValueError, AttributeError):
                failed = True  # closed, or replaced by something that cannot be flushed
        if failed:
            self.flush_what_is_left()
        if any(stream.closed for stream in self.streams[1:]):
            os.dup2(self.writer, 1)
            os.dup2(self.writer, 2)
            sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
            sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
            self.streams = (self.streams[0], sys.stdout, sys.stderr)
            self.prepare_streams()

    def flush_what_is_left(self) -> None:
        """Where a job has closed a descriptor, what it printed is still in the stream, and not for the next call."""
        os.dup2(self.writer, 1)
        os.dup2(self.writer, 2)
        for stream in self.streams[1:]:
            try:
                stream.flush()
            except (OSError, ValueError):
                continue  # it is closed, or there is no room for it: nothing can be saved

    def save(self, data: bytes | None, call: Call) -> Printed:
        """`data` is what was printed, if it is little; None where it is in the memory file."""
        if data is not None and not call.secrets:
            return to_reply(data.decode(*RAW)), None
        if data is not None:
            self.drain.keep(data)
        inline, trouble = None, None
        output = Output(self.drain.memory, call.form.log_max_bytes, call.secrets)
        size = output.size()
        if size <= INLINE_LIMIT:
            inline = to_reply(b"".join(output.whole(size)).decode(*RAW))
        elif call.form.logs is None:
            return UNSAVED
        else:
            try:
                log = log_path(call.form.logs, call.run_id, call.fence)
                output.save(log)
            except OSError as error:
                if call.alone:
                    return UNSAVED  # the daemon tries, and says what is wrong
                trouble = {"unsaved": True, "trouble": str(error)}
        self.drain.empty()
        return inline, trouble
