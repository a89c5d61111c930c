"""A worker process of the real worker program, spoken to without a daemon."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jobctl.execute import inside, worker_program

JOBS = Path(__file__).parent / "jobs"


class WorkerProcess:
    """One worker process and the ends of what it speaks over."""

    def __init__(
        self,
        logs: Path,
        *,
        python: str = sys.executable,
        folders: Sequence[Path] = (JOBS,),
    ) -> None:
        self.logs = logs
        self.progress: list[dict[str, Any]] = []
        self.output = os.memfd_create("output")
        os.set_blocking(self.output, True)
        reopened = os.open(f"/proc/self/fd/{self.output}", os.O_RDWR | os.O_APPEND)
        os.close(self.output)
        self.output = reopened
        theirs, ours = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        requests, self._requests = theirs.detach(), ours.detach()
        self._replies, replies = os.pipe()
        lifeline, self._lifeline = os.pipe()
        inherited = (requests, replies, lifeline)
        arguments = [inside.__file__, *map(str, folders)]
        self.process = subprocess.Popen(
            [python, worker_program.__file__, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=self.output,
            pass_fds=inherited,
            env={"PATH": os.environ["PATH"], "JOBCTL_FDS": ",".join(map(str, inherited))},
        )
        for fd in inherited:
            os.close(fd)
        self._inline: dict[int, str | None] = {}
        self.ready = self._reply()
        self._last = 0

    def __enter__(self) -> "WorkerProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
        os.close(self._replies)
        os.close(self.output)

    def let_go(self) -> None:
        """Close the daemon's ends of what it writes to, as its death would."""
        for fd in (self._requests, self._lifeline):
            if fd >= 0:
                os.close(fd)
        self._requests = self._lifeline = -1

    def call(self, target: str, /, **params: Any) -> dict[str, Any]:
        """Execute one call and wait for its result."""
        return self.run([self.request(target, params)])[0]

    def request(self, target: str, params: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
        """A call as the daemon would send it, with `changes`."""
        self._last += 1
        return {
            "run_id": self._last,
            "fence": 1,
            "target": target,
            "params": params or {},
            "dates": {},
            "environ": {"JOBCTL_RUN_ID": str(self._last)},
            "stdin": None,
            "log": str(self.log(self._last)),
            "log_max_bytes": 100_000_000,
            "secrets": [],
            "keep_result": True,
            "alone": True,
        } | changes

    def run(self, calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Execute calls one after the other and wait for all its results."""
        self.send(calls)
        results: list[dict[str, Any]] = []
        while len(results) < len(calls):
            reply = self._reply()
            assert reply is not None, "the worker ended"
            results += reply.get("results", [])
            self._inline.update((result["run_id"], result.get("inline")) for result in reply.get("results", []))
            if "progress" in reply:
                self.progress.append(reply["progress"])
        return results

    def send(self, calls: list[dict[str, Any]]) -> None:
        """Send calls and do not wait."""
        for call in calls:
            body = b'{"environ": {}}\n' + json.dumps(call).encode()
            frame = len(body).to_bytes(4, "big") + body
            for start in range(0, len(frame), worker_program.PACKET):
                os.write(self._requests, frame[start : start + worker_program.PACKET])

    def _reply(self) -> Any:
        """The next frame, or None at the end."""
        head = os.read(self._replies, 4)
        missing = int.from_bytes(head, "big")
        body = b""
        while len(body) < missing:
            body += os.read(self._replies, missing - len(body))
        return json.loads(body) if head else None

    def log(self, run_id: int) -> Path:
        """Where the log of a run belongs."""
        return self.logs / "0" / f"{run_id}.1.log"

    def logged(self) -> str:
        """The output of the last run: from its result where it is short, else its log file."""
        inline = self._inline[self._last]
        return self.log(self._last).read_text() if inline is None else inline
