"""A measurement that is killed leaves no servers behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import bench
from tests.kit.shell_jobs import lives
from tests.kit.until import until

SERVED = """
import sys, time
from pathlib import Path
from bench.leaving import leave_in_order
from bench.peers.servers import _running

leave_in_order()
place = Path(sys.argv[1], "server")
place.mkdir()
server = ["/bin/sh", "-c", f"echo $$ > pid.new; mv pid.new pid; {sys.argv[2]} exec sleep 1000"]
with _running(server, place, (place / "pid").exists):
    time.sleep(1000)
"""


def measure(folder: Path, before: str = "") -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "PYTHONPATH": str(Path(bench.__file__).parents[1])}
    return subprocess.Popen(
        [sys.executable, "-c", SERVED, str(folder), before], env=environment, stderr=subprocess.DEVNULL
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_measurement_that_is_asked_to_end_takes_its_servers_along(tmp_path: Path, number: int) -> None:
    measuring = measure(tmp_path)
    server = tmp_path / "server" / "pid"
    until(lambda: server.exists() or measuring.poll() is not None, "the server has started")
    pid = int(server.read_text())
    measuring.send_signal(number)
    measuring.wait(60)
    until(lambda: not lives(pid), "the server is gone")


def test_a_server_that_is_still_being_started_is_taken_along_too(tmp_path: Path) -> None:
    measuring = measure(tmp_path, "kill -TERM $PPID;")
    assert measuring.wait(60) == 128 + signal.SIGTERM
    assert not lives(int((tmp_path / "server" / "pid").read_text()))
