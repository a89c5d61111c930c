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
server = ["/bin/sh", "-c", "echo $$ > pid.new; mv pid.new pid; exec sleep 1000"]
with _running(server, place, (place / "pid").exists):
    time.sleep(1000)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_measurement_that_is_asked_to_end_takes_its_servers_along(tmp_path: Path, number: int) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(bench.__file__).parents[1])}
    measuring = subprocess.Popen(
        [sys.executable, "-c", SERVED, str(tmp_path)], env=environment, stderr=subprocess.DEVNULL
    )
    server = tmp_path / "server" / "pid"
    until(lambda: server.exists() or measuring.poll() is not None, "the server has started")
    pid = int(server.read_text())
    measuring.send_signal(number)
    measuring.wait(60)
    until(lambda: not lives(pid), "the server is gone")
