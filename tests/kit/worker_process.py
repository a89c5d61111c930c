"""A worker process of the real worker program, spoken to without a daemon."""

import json
import os
import socket
import subprocess
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jobctl.execute import inside
from jobctl.execute.worker_program import __main__ as worker_program
from jobctl.execute.worker_program._jobctl_worker.files import log_path, write_all

JOBS = Path(__file__).parent / "jobs"
FORM = ("target", "dates", "environ", "stdin", "logs", "log_max_bytes", "keep_result", "bounds")
FIRST = ("run_id", "fence", "scheduled_for")


class WorkerProcess:
    """One worker process and the ends of what it speaks over."""

    def __init__(
        self,
        logs: Path,
        *,
        python: str = sys.executable,
        folders: Sequence[Path] = (JOBS,),
        environ: Mapping[str, str] | None = None,
        cwd: Path = Path(),
    ) -> None:
        self.logs = logs
        self.progress: list[dict[str, Any]] = []
        self.leaving = "without a reason"
        memory = os.memfd_create("output")
        self.output = os.open(f"/proc/self/fd/{memory}", os.O_RDWR | os.O_APPEND)
        os.close(memory)
        self.pipe, writer = os.pipe()
        os.set_blocking(self.pipe, False)
        self.untaken, self._tokens = os.pipe()
        os.set_blocking(self.untaken, False)
        theirs, ours = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        calls, self._calls = theirs.detach(), ours.detach()
        self._replies, replies = os.pipe()
        lifeline, self._lifeline = os.pipe()
        inherited = (self.untaken, calls, replies, lifeline, self.pipe, self.output)
        arguments = [inside.__file__, str(cwd), *map(str, folders)]
        self.process = subprocess.Popen(
            [python, worker_program.__file__, *arguments],
            stdin=subprocess.DEVNULL,
            cwd=cwd,
            stdout=writer,
            stderr=writer,
            pass_fds=inherited,
            env={"PATH": os.environ["PATH"], "JOBCTL_FDS": ",".join(map(str, inherited)), **(environ or {})},
        )
        for fd in (*inherited[1:4], writer):
            os.close(fd)
        self._heard = b""
        self._inline: dict[int, str | None] = {}
        self.ready = self.reply()
        self._last = 0
        self._next = 0

    def __enter__(self) -> "WorkerProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(60)
        for fd in (self._replies, self.untaken, self.pipe, self.output):
            os.close(fd)

    def let_go(self) -> None:
        """Close the daemon's ends of what it writes to, as its death would."""
        self.end()
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1

    def end(self) -> None:
        """There will be no more calls."""
        if self._tokens >= 0:
            os.close(self._tokens)
            os.close(self._calls)
            self._tokens = -1

    def call(self, target: str, /, **params: Any) -> dict[str, Any]:
        """Execute one call and wait for its result."""
        return self.run([self.request(target, params)])[0]

    def request(self, target: str, params: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
        """A call as the daemon would send it, with `changes`."""
        self._last += 1
        return {
            "run_id": self._last,
            "fence": 1,
            "scheduled_for": "2026-03-08T06:29:00Z",
            "target": target,
            "params": params or {},
            "dates": {},
            "environ": {},
            "stdin": None,
            "logs": str(self.logs),
            "log_max_bytes": 100_000_000,
            "secrets": [],
            "keep_result": True,
            "bounds": None,
            "alone": True,
        } | changes

    def run(self, calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Execute calls one after the other and wait for all their results."""
        self.send(calls)
        return self.results(len(calls))

    def results(self, count: int) -> list[dict[str, Any]]:
        """Wait for some results."""
        results: list[dict[str, Any]] = []
        while len(results) < count:
            reply = self.reply()
            assert reply is not None, self.last_words()
            if isinstance(reply, list) or "end" in reply:
                results.append(_result(reply))
            elif "leaving" in reply:
                self.leaving = reply["leaving"]
            elif "progress" in reply:
                self.progress.append(reply["progress"])
        self._inline.update((result["run_id"], result["inline"]) for result in results)
        return results

    def send(self, calls: list[dict[str, Any]]) -> None:
        """Send calls in one batch and do not wait."""
        first = self._next
        self.send_tokens(range(first, first + len(calls)))
        self.send_without_tokens(calls)

    def send_without_tokens(self, calls: list[dict[str, Any]]) -> int:
        """Send calls that may not begin; the number of the first."""
        first = self._next
        self.send_bytes(self.lines(calls))
        return first

    def lines(self, calls: list[dict[str, Any]]) -> bytes:
        """What says some calls."""
        first = self._next
        self._next += len(calls)
        forms = [{name: call[name] for name in FORM} for call in calls]
        batch = [[place, *_without_form(call)] for place, call in enumerate(calls)]
        return b"".join(json.dumps(line).encode() + b"\n" for line in (*forms, [first, *batch]))

    def send_bytes(self, lines: bytes) -> None:
        """Send something as it is."""
        write_all(self._calls, lines)

    def send_tokens(self, numbers: Iterable[int]) -> None:
        """Let calls begin."""
        os.write(self._tokens, array("Q", numbers).tobytes())

    def recall(self) -> list[int]:
        """Take back the tokens that the worker has not taken."""
        try:
            return array("Q", os.read(self.untaken, 65536)).tolist()
        except BlockingIOError:
            return []

    def reply(self) -> Any:
        """The next line, or None at the end."""
        while b"\n" not in self._heard:
            data = os.read(self._replies, 65536)
            if not data:
                return None
            self._heard += data
        line, _, self._heard = self._heard.partition(b"\n")
        return json.loads(line)

    def last_words(self) -> str:
        """How the worker has ended, with what it said of it."""
        try:
            printed = os.read(self.pipe, 65536)
        except BlockingIOError:
            printed = b""
        printed += os.pread(self.output, 65536, 0)
        return f"the worker ended: exit status {self.process.wait(60)}, {self.leaving}: {printed.decode()}"

    def log(self, run_id: int) -> Path:
        """Where the log of a run belongs."""
        return Path(log_path(str(self.logs), run_id, 1))

    def logged(self) -> str:
        """The output of the last run: from its result where it is short, else its log file."""
        inline = self._inline[self._last]
        return self.log(self._last).read_text() if inline is None else inline


def _without_form(call: dict[str, Any]) -> list[Any]:
    more = {name: value for name, value in call.items() if name not in (*FORM, *FIRST)}
    return [*(call[name] for name in FIRST), more]


def _result(reply: Any) -> dict[str, Any]:
    """A result with names."""
    more = reply if isinstance(reply, dict) else {"end": reply}
    end = [*more["end"], None, None][:7]
    names = ("run_id", "fence", "started_at", "finished_at", "took", "result", "inline")
    return {"kind": "returned", "note": None, "unsaved": False} | dict(zip(names, end, strict=True)) | more
