"""`jobctl exec` as cron would call it: a real process with pipes."""

import json
import subprocess
import sys
import time
from typing import IO, Any, NamedTuple

from tests.kit.installation import Installation
from tests.kit.until import until


class Ended(NamedTuple):
    """What came of it."""

    status: int
    out: bytes
    err: bytes
    seconds: float


class Wrapped:
    """Wraps commands on one installation; what still runs at the end of the test is killed."""

    def __init__(self, here: Installation) -> None:
        self._here = here
        self._started: list[subprocess.Popen[bytes]] = []

    @property
    def environment(self) -> dict[str, str]:
        """What the caller's environment holds."""
        return self._here.environment | {"OWN_VARIABLE": "kept"}

    def start(
        self, *args: str, options: tuple[str, ...] = (), name: str = "w", **other: Any
    ) -> subprocess.Popen[bytes]:
        """Wrap a command and go on."""
        usual: dict[str, Any] = {
            "cwd": self._here.folder,
            "env": self.environment,
            "stdin": subprocess.PIPE,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
        }
        argv = [sys.executable, "-m", "jobctl", "exec", name, *options, "--", *args]
        self._started.append(subprocess.Popen(argv, **(usual | other)))
        return self._started[-1]

    def run(self, *args: str, stdin: bytes = b"", **other: Any) -> Ended:
        """Wrap a command and wait for its end."""
        began = time.monotonic()
        process = self.start(*args, **other)
        out, err = process.communicate(stdin, timeout=60)
        return Ended(process.returncode, out, err, time.monotonic() - began)

    def sh(self, script: str, *options: str, **other: Any) -> Ended:
        """Wrap a line of shell and wait for its end."""
        return self.run("sh", "-c", script, options=options, **other)

    def until_state(self, run_id: int, state: str) -> Any:
        """Wait until a run exists and is in that state; the run."""

        def look() -> Any:
            if not self._here.may_be(run_id, state):
                return None
            said = self._here.jobctl("show", str(run_id), "--json", check=False)
            run = json.loads(said.stdout) if said.returncode == 0 else {"state": None}
            return run["state"] == state and run

        return until(look, f"run {run_id} is {state}")

    def until_it_says(self, process: subprocess.Popen[bytes], line: bytes) -> IO[bytes]:
        """Wait for the next line on stdout, which must be this one; the stream."""
        assert process.stdout is not None
        assert process.stdout.readline() == line
        return process.stdout

    def close(self) -> None:
        """Leave nothing."""
        for process in self._started:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(timeout=60)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
