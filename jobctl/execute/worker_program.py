"""The program of a worker process: it executes callables for a daemon, one after the other.

Started as `python worker_program.py INSIDE [FOLDER..]`: the file that stands in for the module `jobctl` where that is
not installed, and the folders to put before sys.path. `JOBCTL_FDS` holds the numbers of inherited descriptors: tokens,
calls, replies, and the lifeline that only the daemon's death closes. Descriptors 1 and 2 are one memory file opened for
appending: whatever a call prints, in Python, in C or in a child process, is found there when it ends, at the price of
one lseek when it printed nothing.

Calls come as lines of JSON, many in a line. An object is a form: what calls of a job have in common. A list is a batch,
`[FIRST, CALL..]`, whose calls are numbered from FIRST on. A call is `[FORM, run_id, fence, scheduled_for, MORE]`: the
place of its form among those that precede the batch, and an object, left out where there is no more to say. Calls are
read before their turn. That one may begin is said by its token: its number (8 bytes), on a pipe of which the worker
takes one when it begins a call. What is there can be taken back by the daemon at any moment, and is still there when
this process dies. A call whose token was taken back is passed over.

A result is written before the next token is taken. Replies are lines of JSON too: a result, `{"ready": version}` or
`{"progress": {..}}`. See `Form`, `Call` and `Worker.execute`.

Standard library only, Python >= 3.8, nothing imported from jobctl: any interpreter that a job names can run it.
"""
# pathlib would make it slower to start:
# ruff: noqa: PTH100, PTH103, PTH116, PTH118, PTH120

from __future__ import annotations

import fcntl
import json
import os
import re
import select
import signal
import sys
import time
from _signal import getsignal  # type: ignore[import-not-found]  # that of `signal` costs ten times as much
from _thread import allocate_lock
from importlib import import_module, invalidate_caches
from types import CoroutineType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType
    from typing import Any

RESULT_LIMIT = 64 * 1024
TEXT_LIMIT = 64 * 1024
INLINE_LIMIT = 4096
BLOCK = 1024 * 1024
TOKEN = 8
FORMS = 1000
NO_MORE: dict[str, Any] = {}
NO_SECRETS: list[str] = []
MASK = "***"
RAW = ("utf-8", "surrogateescape")
HERE = os.path.abspath(__file__)


def main(argv: list[str]) -> None:
    environment = dict(os.environ)
    tokens, calls, replies, lifeline, *unread = inherited_descriptors()
    inside, folders = argv[1], argv[2:]
    die_with(lifeline)
    for fd in (tokens, calls, replies, lifeline):
        os.set_inheritable(fd, False)
    prepare_imports(inside, folders)
    sys.argv[1:] = []
    sources = Sources(folders)
    worker = Worker(replies, sources, Process(dict(os.environ)))
    sys.modules["_jobctl_worker"] = worker  # type: ignore[assignment]  # inside.py finds it here
    worker.send(json.dumps({"ready": sys.version.split()[0]}))
    inbox = Inbox(tokens, calls, handed_over(unread))
    failure = None
    while True:
        if sources.due():
            inbox.wait()
            failure = start_anew(argv, environment, inbox) if sources.changed() else None
        try:
            call = inbox.take()
        except BlockingIOError:
            inbox.wait()
            continue
        if call is None:
            return
        worker.send(worker.execute(call, failure))


def inherited_descriptors() -> list[int]:
    return [int(text) for text in os.environ.pop("JOBCTL_FDS").split(",")]


def die_with(lifeline: int) -> None:
    """Have the kernel kill this process when the daemon dies, even in a busy loop that never lets Python run."""
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(lifeline, fcntl.F_SETFL, os.O_RDONLY | os.O_NONBLOCK | os.O_ASYNC)
    try:
        gone = os.read(lifeline, 1) == b""
    except BlockingIOError:
        gone = False
    if gone:
        os._exit(0)


def prepare_imports(inside: str, folders: list[str]) -> None:
    """Put the job's folders first, and `inside` last for whoever imports `jobctl` where there is none."""
    if sys.path and os.path.abspath(sys.path[0]) == os.path.dirname(HERE):
        del sys.path[0]
    sys.path[:0] = folders
    sys.meta_path.append(StandIn(inside))  # type: ignore[arg-type]


def start_anew(argv: list[str], environment: dict[str, str], inbox: Inbox) -> str:
    """Become a new worker with the same descriptors and what has been read of the calls; says what prevents it."""
    fds = [int(text) for text in environment["JOBCTL_FDS"].split(",")[:4]]
    try:
        fds.append(os.memfd_create("unread"))
        write_all(fds[4], inbox.unread())
        for fd in fds:
            os.set_inheritable(fd, True)
        environment = {**environment, "JOBCTL_FDS": ",".join(map(str, fds))}
        os.execve(sys.executable, [sys.executable, *argv], environment)
    except OSError as error:
        for fd in fds[4:]:
            os.close(fd)
        for fd in fds[:4]:
            os.set_inheritable(fd, False)
        return f"cannot start `{sys.executable}` again after its modules changed: {error.strerror}"


def handed_over(unread: list[int]) -> bytes:
    """What the process that started anew as this one had read."""
    data = b""
    for fd in unread:
        data += os.pread(fd, os.fstat(fd).st_size, 0)
        os.close(fd)
    return data


class StandIn:
    """Finds the module `jobctl` when nothing else does."""

    def __init__(self, inside: str) -> None:
        self.inside = inside

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        if name != "jobctl":
            return None
        from importlib.util import spec_from_file_location

        return spec_from_file_location(name, self.inside)


# --- calls that wait


class Form:
    """What calls of a job have in common.

    target (`package.module:function`), dates (param -> "date" or "datetime"), environ (variables), stdin (text or
    null), logs (the folder of log files, or null where this process may write none), log_max_bytes, keep_result.
    """

    def __init__(self, facts: dict[str, Any]) -> None:
        self.target: str = facts["target"]
        self.dates: dict[str, str] = facts["dates"]
        self.environ: dict[str, str] = facts["environ"]
        self.stdin: str | None = facts["stdin"]
        self.logs: str | None = facts["logs"]
        self.log_max_bytes: int = facts["log_max_bytes"]
        self.keep_result: bool = facts["keep_result"]


class Call:
    """One call.

    More than its first values are params, environ (variables that it has besides, or in place of those that follow from
    the rest), secrets (values to mask), correlation_id (if it is not the run_id) and alone: no other call follows
    before this one's result has been seen.
    """

    __slots__ = ("alone", "correlation_id", "environ", "fence", "form", "params", "run_id", "scheduled_for", "secrets")

    def __init__(self, form: Form, run_id: int, fence: int, scheduled_for: str, more: dict[str, Any] = NO_MORE) -> None:
        self.form = form
        self.run_id = run_id
        self.fence = fence
        self.scheduled_for = scheduled_for
        self.params: dict[str, Any] = more.get("params", NO_MORE)
        self.environ: dict[str, str] = more.get("environ", NO_MORE)
        self.secrets: list[str] = more.get("secrets", NO_SECRETS)
        self.correlation_id: str | None = more.get("correlation_id")
        self.alone: bool = more.get("alone", False)


class Inbox:
    """The calls that have come, and the tokens of those that may begin."""

    def __init__(self, tokens: int, calls: int, unread: bytes) -> None:
        self.tokens = tokens
        self.calls = calls
        self.poll = select.poll()
        self.poll.register(tokens, select.POLLIN)
        self.received = bytearray(unread)
        self.known: dict[bytes, Form] = {}
        self.lines: list[bytes] = []
        self.forms: list[Form] = []
        self.first = 0
        self.batch: list[Any] = []

    def wait(self) -> None:
        """Until a call may begin, or there will be no more."""
        self.poll.poll()

    def take(self) -> Call | None:
        """The next call that may begin, or None when there will be no more. Raises BlockingIOError if none may yet."""
        token = os.read(self.tokens, TOKEN)
        if not token:
            return None
        number = int.from_bytes(token, sys.byteorder)
        while number - self.first >= len(self.batch):
            self.next_batch()
        form, *rest = self.batch[number - self.first]
        return Call(self.forms[form], *rest)

    def next_batch(self) -> None:
        self.lines = [self.line()]
        self.forms = []
        while self.lines[-1].startswith(b"{"):
            self.forms.append(self.form(self.lines[-1]))
            self.lines.append(self.line())
        self.first, *self.batch = json.loads(self.lines[-1])

    def form(self, line: bytes) -> Form:
        form = self.known.get(line)
        if form is None:
            if len(self.known) >= FORMS:
                self.known.clear()
            form = self.known[line] = Form(json.loads(line))
        return form

    def line(self) -> bytes:
        searched = 0
        while True:
            end = self.received.find(b"\n", searched)
            if end >= 0:
                line = bytes(self.received[:end])
                del self.received[: end + 1]
                return line
            searched = len(self.received)
            data = os.read(self.calls, BLOCK)
            if not data:
                os._exit(0)
            self.received += data

    def unread(self) -> bytes:
        """All from which calls may still be taken."""
        return b"".join([line + b"\n" for line in self.lines]) + self.received


def log_path(logs: str, run_id: int, attempt: int) -> str:
    """The log file of an attempt in the folder of log files."""
    return f"{logs}/{run_id // 1000}/{run_id}.{attempt}.log"


def write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


# --- calls


# A result that is dumped is not dumped again.
END = "[%d,%d,%d,%d,%d"
to_json = json.JSONEncoder(allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode
if TYPE_CHECKING:
    # What a call returned, as JSON, and what else there is to say of how it ended.
    Outcome = tuple[str | None, dict[str, Any] | None]
NOTHING: Outcome = (None, None)


class Unstartable(Exception):
    """The function cannot be had."""


class Worker:
    """Executes calls and tells what came of them."""

    def __init__(self, replies: int, sources: Sources, process: Process) -> None:
        self.replies = replies
        self.sources = sources
        self.process = process
        self.lock = allocate_lock()
        self.current: Call | None = None
        self.functions: dict[str, Any] = {}
        self.began = 0.0
        self.loop: Any = None
        self.pid = os.getpid()

    def execute(self, call: Call, failure: str | None) -> str:
        """Execute one call; its result as JSON.

        `[run_id, fence, started_at, finished_at, took, value, inline]`: milliseconds since the epoch, the microseconds
        that it took without imports, what it returned if that is kept, and what it printed if that is little: masked,
        as text in which bytes that are no UTF-8 are surrogates. The last two are left out when both are null. More
        output is in the log file. All that is so when it has just returned; else the result is an object whose `end` is
        this list. There `kind` says how it ended, with what belongs to that; `note` why a value is not kept; `unsaved`
        that output could not be saved: it waits for the daemon after a call that is alone, else it is lost, and
        `trouble` says why.
        """
        self.current = call
        started_at = self.began = time.time()
        self.process.enter(call)
        value, more = unstartable(failure) if failure else self.outcome(call)
        self.flush_progress()
        finished_at = time.time()
        self.current = None
        inline, trouble = self.process.leave(call)
        took = 1e6 * (finished_at - self.began)
        end = END % (call.run_id, call.fence, 1000 * started_at, 1000 * finished_at, took)
        end += "]" if value is None and inline is None else f",{value or 'null'},{inline or 'null'}]"
        if more is None and trouble is None:
            return end
        return f'{{"end":{end},{json.dumps({**(more or {}), **(trouble or {})})[1:]}'

    def outcome(self, call: Call) -> Outcome:
        try:
            function = self.functions.get(call.form.target) or self.function(call.form.target)
        except Unstartable as error:
            return unstartable(mask_text(str(error), call.secrets))
        try:
            value = function(**arguments(call))
            if isinstance(value, CoroutineType):
                value = self.wait_for(value)
            return NOTHING if value is None or not call.form.keep_result else returned(value, call.secrets)
        except BaseException as error:  # noqa: BLE001 - whatever a job raises is its outcome
            return None, meaning_of(error, call.secrets)
        finally:
            self.sources.note()

    def function(self, target: str) -> Any:
        if target not in self.functions:
            try:
                self.functions[target] = find_function(target)
            finally:
                self.sources.note()
                self.began = time.time()
        return self.functions[target]

    def wait_for(self, coroutine: Any) -> Any:
        import asyncio

        if self.loop is None:
            self.loop = asyncio.new_event_loop()
        try:
            return self.loop.run_until_complete(coroutine)
        finally:
            left = asyncio.all_tasks(self.loop)
            for task in left:
                task.cancel()
            if left:
                self.loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))

    def report(self, percent: float, message: str | None) -> None:
        """Tell how far the current call is; called by inside.py."""
        call = self.current
        if call is None or os.getpid() != self.pid:
            return
        message = None if message is None else clean(mask_text(message, call.secrets), 1000)
        progress = {"run_id": call.run_id, "fence": call.fence, "percent": percent, "message": message}
        self.send(json.dumps({"progress": progress}))

    def flush_progress(self) -> None:
        for module in inside_modules():
            module.flush_progress()

    def send(self, line: str) -> None:
        data = (line + "\n").encode()
        with self.lock:
            written = os.write(self.replies, data)
            if written < len(data):
                write_all(self.replies, data[written:])


def find_function(target: str) -> Any:
    """Import the module of `package.module:function` and take the function from it."""
    name, _, path = target.partition(":")
    module = find_module(name)
    found: Any = module
    for part in path.split("."):
        if not hasattr(found, part):
            file = getattr(module, "__file__", "built in")
            raise Unstartable(f"module `{name}` ({file}) has no `{path}`")
        found = getattr(found, part)
    if not callable(found):
        raise Unstartable(f"`{target}` is not callable: it is {type(found).__name__}")
    return found


def find_module(name: str) -> ModuleType:
    invalidate_caches()
    try:
        return import_module(name)
    except BaseException as error:  # noqa: BLE001 - whatever a module raises when imported is told
        if isinstance(error, ModuleNotFoundError) and error.name and (name + ".").startswith(error.name + "."):
            places = ", ".join(place or "." for place in sys.path)
            raise Unstartable(f"module `{error.name}` not found in {places}") from None
        sys.stderr.write(traceback_text(error))
        what = f"{type(error).__name__}: {error}".rstrip(": ")
        raise Unstartable(f"module `{name}` cannot be imported by {sys.executable}: {what}") from None


def arguments(call: Call) -> dict[str, Any]:
    """Keyword arguments: params as they are, but dates as `date` and instants as `datetime`."""
    params = call.params
    for name, kind in call.form.dates.items():
        text = params.get(name)
        if text is not None:
            import datetime

            if kind == "date":
                params[name] = datetime.date.fromisoformat(text)
            else:
                params[name] = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return params


def unstartable(message: str) -> Outcome:
    return None, {"kind": "unstartable", "message": clean(message)}


def returned(value: Any, secrets: list[str]) -> Outcome:
    """A value that is to be kept, or a note that says why it is not."""
    try:
        text = to_json(value)
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError) as error:
        return None, {"note": clean(mask_text(f"the result is not JSON: {error}", secrets), 1000)}
    if size > RESULT_LIMIT:
        return None, {"note": f"the result is {size} bytes of JSON, more than the {RESULT_LIMIT} that are kept"}
    if secrets:
        text = to_json(mask_value(json.loads(text), secrets))
    return text, None


def meaning_of(error: BaseException, secrets: list[str]) -> dict[str, Any] | None:
    """What an exception means: an exit status, a skip, a wish for another try, or a failure."""
    if isinstance(error, SystemExit):
        return meaning_of_exit(error, secrets)
    message = clean(mask_text(message_of(error), secrets))
    for module in inside_modules():
        if isinstance(error, module.Skip):
            return {"kind": "skipped", "message": message}
        if isinstance(error, module.Retry):
            return {"kind": "retry", "message": message, "delay": error.delay}
    text = clean(mask_text(traceback_text(error), secrets))
    return {"kind": "raised", "names": names_of(type(error)), "message": message, "traceback": text}


def meaning_of_exit(error: SystemExit, secrets: list[str]) -> dict[str, Any] | None:
    code = error.code
    if code is not None and not isinstance(code, int):
        sys.stderr.write(f"{code}\n")
        return {"kind": "exited", "code": 1, "message": clean(mask_text(str(code), secrets))}
    return {"kind": "exited", "code": code & 0xFF} if code else None


def inside_modules() -> list[Any]:
    """inside.py, under the name that the job's imports gave it; not imported for the question's sake."""
    modules = (sys.modules.get("jobctl.execute.inside"), sys.modules.get("jobctl"))
    return [module for module in modules if module is not None and "flush_progress" in vars(module)]


def names_of(kind: type) -> list[str]:
    """Class and base names, most special first, each with its module and without."""
    names: list[str] = []
    for cls in kind.__mro__:
        if cls is not object:
            names += [f"{cls.__module__}.{cls.__qualname__}", cls.__name__]
    return names


def message_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as other:  # noqa: BLE001 - a job's own __str__ may raise anything
        return f"<{type(error).__name__} has no message: its __str__ raised {type(other).__name__}>"


def traceback_text(error: BaseException) -> str:
    """The traceback from the job's first frame on."""
    from traceback import format_exception

    frames = error.__traceback__
    while frames is not None and not_the_jobs(frames.tb_frame.f_code.co_filename):
        frames = frames.tb_next
    return "".join(format_exception(type(error), error, frames))


def not_the_jobs(filename: str) -> bool:
    """Whether a frame belongs to the machinery that calls the job: this file, importlib, asyncio."""
    if filename == __file__ or filename.startswith("<frozen importlib"):
        return True
    machinery = [getattr(sys.modules.get(name), "__file__", None) for name in ("importlib", "asyncio")]
    return any(file is not None and filename.startswith(os.path.dirname(file)) for file in machinery)


def clean(text: str, limit: int = TEXT_LIMIT) -> str:
    """Text that every database takes, with its middle cut out when it is long."""
    if len(text) > limit:
        half = limit // 2
        text = f"{text[:half]}\n[... {len(text) - 2 * half} characters cut ...]\n{text[-half:]}"
    return text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()


# --- secrets


def pattern_of(secrets: list[str]) -> re.Pattern[str] | None:
    """What finds the secrets; where two begin at one place, the longer."""
    if not secrets:
        return None
    return re.compile("|".join(re.escape(secret) for secret in sorted(secrets, key=len, reverse=True)))


def mask_text(text: str, secrets: list[str]) -> str:
    pattern = pattern_of(secrets)
    return text if pattern is None else pattern.sub(MASK, text)


def mask_value(value: Any, secrets: list[str]) -> Any:
    """JSON data with the secrets in its texts and keys masked."""
    if isinstance(value, str):
        return mask_text(value, secrets)
    if isinstance(value, list):
        return [mask_value(item, secrets) for item in value]
    if isinstance(value, dict):
        return {mask_text(key, secrets): mask_value(item, secrets) for key, item in value.items()}
    return value


# --- output


class Output:
    """What is kept of the output in a memory file: all of it, or its two ends when it is longer than `limit` bytes.

    A secret that a cut or the end of a block goes through is masked whole.
    """

    def __init__(self, source: int, limit: int, secrets: list[str]) -> None:
        self.source = source
        self.limit = max(limit, 8192)
        self.half = self.limit // 2
        self.longest = max((len(secret.encode(*RAW)) for secret in secrets), default=1)
        found = pattern_of(secrets)
        self.pattern = None if found is None else re.compile(found.pattern.encode(*RAW))

    def size(self) -> int:
        return os.lseek(self.source, 0, os.SEEK_END)

    def save(self, path: str) -> int:
        """Write it to the file `path`, over what was there; how many bytes the job had printed."""
        size = self.size()
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            for block in self.whole(size):
                write_all(log, block)
            os.ftruncate(log, os.lseek(log, 0, os.SEEK_CUR))
        finally:
            os.close(log)
        return size

    def whole(self, size: int) -> Iterator[bytes]:
        if size <= self.limit:
            for _, block in self.masked(0, size, final=True):
                yield block
            return
        head = 0
        for place, block in self.masked(0, self.half + self.longest - 1, final=False):
            head = place
            yield block
        tail = self.tail_start(max(size - self.half, head))
        yield b"\n[... %d bytes cut ...]\n" % (tail - head)
        for _, block in self.masked(tail, size, final=True):
            yield block

    def tail_start(self, start: int) -> int:
        if self.pattern is None:
            return start
        before = max(start - self.longest + 1, 0)
        around = os.pread(self.source, 2 * self.longest, before)
        ends = [before + m.end() for m in self.pattern.finditer(around) if before + m.start() < start]
        return max([start, *ends])

    def masked(self, start: int, end: int, final: bool) -> Iterator[tuple[int, bytes]]:
        """Blocks from `start` on, each with the place after it. Without `final`, what may be the beginning of a secret
        is held back."""
        while start < end:
            raw = os.pread(self.source, min(BLOCK, end - start), start)
            sure = len(raw) if final and start + len(raw) == end else len(raw) - self.longest + 1
            if sure <= 0:
                return
            taken, block = self.mask_block(raw, sure)
            start += taken
            yield start, block

    def mask_block(self, raw: bytes, sure: int) -> tuple[int, bytes]:
        if self.pattern is None:
            return len(raw), raw
        parts, taken = [], 0
        for match in self.pattern.finditer(raw):
            if match.start() >= sure:
                break
            parts += [raw[taken : match.start()], MASK.encode()]
            taken = match.end()
        if taken < sure:
            parts.append(raw[taken:sure])
            taken = sure
        return taken, b"".join(parts)


# --- the process


if TYPE_CHECKING:
    # What was printed, as JSON, if that is little; and what there is to say of output that could not be saved.
    Printed = tuple[str | None, dict[str, Any] | None]
SILENT: Printed = (None, None)
UNSAVED: Printed = (None, {"unsaved": True})


class Process:
    """What calls share and may disturb, put right around each: environment, folder, umask, signals, descriptors 0-2."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.added: dict[str, str] = {}
        self.variables = Variables()
        self.snapshot = raw_environment().copy()
        self.nothing = os.open(os.devnull, os.O_RDONLY)
        self.output = os.dup(1)
        self.folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
        self.umask = os.umask(0o077)
        os.umask(self.umask)
        self.handlers = {number: getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
        self.streams = (sys.stdin, sys.stdout, sys.stderr)
        self.prepare_streams()
        import faulthandler

        faulthandler.enable(file=self.output)

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
        if raw_environment() != self.snapshot:
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
        self.snapshot = raw_environment().copy()

    def restore_environment(self) -> None:
        """A call has changed variables by itself: put all back."""
        for name in {*os.environ, *self.environment}:
            self.restore_variable(name)
        self.added = {}

    def restore_variable(self, name: str) -> None:
        if name in self.environment:
            os.environ[name] = self.environment[name]
        else:
            os.environ.pop(name, None)

    def leave(self, call: Call) -> Printed:
        """Save what was printed and put everything back."""
        self.flush()
        size = os.lseek(self.output, 0, os.SEEK_END)
        printed = self.save(size, call) if size else SILENT
        os.fchdir(self.folder)
        os.umask(self.umask)
        os.dup2(self.output, 1)
        os.dup2(self.output, 2)
        if call.form.stdin is not None:
            os.dup2(self.nothing, 0)
        sys.stdin, sys.stdout, sys.stderr = self.streams
        for number, handler in self.handlers.items():
            if getsignal(number) is not handler:
                signal.signal(number, handler)
        return printed

    def flush(self) -> None:
        """Push out what Python still holds, also where the job put its own streams in place of the usual ones."""
        _, stdout, stderr = self.streams
        streams = [stdout, stderr]
        if sys.stdout is not stdout or sys.stderr is not stderr:
            streams = [sys.stdout, sys.stderr, stdout, stderr]
        failed = False
        for stream in streams:
            try:
                stream.flush()
            except (OSError, ValueError, AttributeError):
                failed = True  # closed, or replaced by something that cannot be flushed
        if failed:
            self.flush_what_is_left()
        if stdout.closed or stderr.closed:
            os.dup2(self.output, 1)
            os.dup2(self.output, 2)
            sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
            sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
            self.streams = (self.streams[0], sys.stdout, sys.stderr)
            self.prepare_streams()

    def flush_what_is_left(self) -> None:
        """Where a job has closed a descriptor, what it printed is still in the stream, and not for the next call."""
        os.dup2(self.output, 1)
        os.dup2(self.output, 2)
        for stream in self.streams[1:]:
            try:
                stream.flush()
            except (OSError, ValueError):
                continue  # it is closed, or there is no room for it: nothing can be saved

    def save(self, size: int, call: Call) -> Printed:
        inline, trouble = None, None
        if size <= INLINE_LIMIT:
            inline = json.dumps(self.printed(size, call).decode(*RAW))
        elif call.form.logs is None:
            return UNSAVED
        else:
            try:
                log = log_path(call.form.logs, call.run_id, call.fence)
                Output(self.output, call.form.log_max_bytes, call.secrets).save(log)
            except OSError as error:
                if call.alone:
                    return UNSAVED  # the daemon tries, and says what is wrong
                trouble = {"unsaved": True, "trouble": str(error)}
        os.ftruncate(self.output, 0)
        os.lseek(self.output, 0, os.SEEK_SET)
        return inline, trouble

    def printed(self, size: int, call: Call) -> bytes:
        if not call.secrets:
            return os.pread(self.output, size, 0)
        return b"".join(Output(self.output, call.form.log_max_bytes, call.secrets).whole(size))


def raw_environment() -> dict[Any, Any]:
    """The environment as Python keeps it: comparing that is much quicker than asking variable by variable."""
    data: dict[Any, Any] = getattr(os.environ, "_data", None) or dict(os.environ)
    return data


class Variables:
    """Variables that have another value for each call.

    The C library never frees a value that `setenv` has set: these lie in memory of our own, written over each time.
    """

    def __init__(self) -> None:
        self.rooms: dict[str, tuple[bytes, Any, int]] = {}
        self.encoding = (sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())
        try:
            import ctypes
        except ImportError:
            self.ctypes: Any = None
        else:
            self.ctypes = ctypes
            self.putenv = ctypes.CDLL(None).putenv

    def set(self, name: str, value: str, there: bool) -> None:
        """Set a variable; `there`: it has been set here before, and nobody else has set it since."""
        if self.ctypes is None or "\0" in value or not hasattr(os.environ, "_data"):
            os.environ[name] = value
            return
        text = value.encode(*self.encoding)
        if there and name in self.rooms:
            key, room, size = self.rooms[name]
            line = key + b"=" + text
            if len(line) < size:
                room.value = line
                raw_environment()[key] = text
                return
        key = os.fsencode(name)
        line = key + b"=" + text
        size = 2 * len(line)
        room = self.ctypes.create_string_buffer(line, size)
        self.putenv(room)
        # Only now may the former one be freed.
        self.rooms[name] = (key, room, size)
        raw_environment()[key] = text


class Sources:
    """The files of the modules imported from the job's folders, and whether one of them has changed."""

    def __init__(self, folders: list[str]) -> None:
        self.prefixes = tuple(os.path.join(os.path.abspath(folder), "") for folder in folders)
        self.stamps: dict[str, Any] = {}
        self.known: set[str] = set()
        self.noted_at = time.time_ns()
        self.check_at = 0.0

    def note(self) -> None:
        """Remember the modules that are new; one that was changed since the last time may be the old version."""
        now = time.time_ns()
        if len(sys.modules) != len(self.known):
            for name in sys.modules.keys() - self.known:
                file = getattr(sys.modules[name], "__file__", None)
                if isinstance(file, str) and file.startswith(self.prefixes):
                    stamp = stamp_of(file)
                    self.stamps[file] = None if stamp and self.noted_at < stamp[0] <= now else stamp
            self.known = set(sys.modules)
        self.noted_at = now

    def due(self) -> bool:
        """Whether it is time to look again: fifty times as long after a look as that has taken."""
        return time.monotonic() >= self.check_at

    def changed(self) -> bool:
        """Whether to start anew."""
        began = time.monotonic()
        for file, stamp in self.stamps.items():
            now = stamp_of(file)
            if now is not None and now != stamp:
                return True
        ended = time.monotonic()
        self.check_at = ended + 50 * (ended - began)
        return False


def stamp_of(file: str) -> tuple[int, int, int] | None:
    """What changes when a file is written; None while it is not there."""
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


if __name__ == "__main__":
    main(sys.argv[:])
