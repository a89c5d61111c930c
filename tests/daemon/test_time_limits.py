"""Time limits of running jobs while the clock of a live daemon is set: the whole machine believes a moved clock."""

import subprocess
from pathlib import Path

import pytest

from tests.kit.installation import Installation
from tests.kit.until import until

SOURCE = Path(__file__).parents[1] / "kit/stepped_clock.c"
CATALOG = """
jobs:
  shell: {run: "until test -e go; do sleep 0.02; done", timeout: 60s}
  callable: {call: "work:wait", timeout: 60s}
  short: {run: sleep 300, timeout: 2s}
  quick: {call: "work:nothing"}
"""
CODE = """
import os, time
def wait():
    while not os.path.exists("go"):
        time.sleep(0.02)
def nothing():
    pass
"""
HOURS = 3600


class Host:
    """A machine with a clock that can be set."""

    def __init__(self, here: Installation) -> None:
        self.here = here
        self._clock = here.folder / "clock"
        library = here.folder / "stepped_clock.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"], check=True)
        here.environment |= {"LD_PRELOAD": str(library), "STEPPED_CLOCK": str(self._clock)}
        (here.folder / "work.py").write_text(CODE)
        here.apply(CATALOG)

    def step(self, seconds: int) -> None:
        """Set the clock, and wait until the daemon has seen it."""
        aside = self._clock.with_suffix(".new")
        aside.write_text(str(seconds))
        aside.rename(self._clock)
        until(lambda: "the clock went" in self.here.log(), "the daemon has noticed")


@pytest.fixture
def host(here: Installation) -> Host:
    return Host(here)


@pytest.mark.parametrize("job", ["shell", "callable"])
@pytest.mark.parametrize("hours", [4, -4])
def test_case_24_a_step_of_the_clock_times_nobody_out(host: Host, job: str, hours: int) -> None:
    run_id = host.here.enqueue(job)
    host.here.daemon()
    host.here.until_state(run_id, "running")
    host.step(hours * HOURS)
    (host.here.folder / "go").touch()
    assert host.here.until_state(run_id, "succeeded", "failed")["state"] == "succeeded"


def test_case_24_a_timeout_comes_in_its_time_though_the_clock_was_set_back(host: Host) -> None:
    run_id = host.here.enqueue("short")
    host.here.daemon()
    host.here.until_state(run_id, "running")
    host.step(-4 * HOURS)
    assert host.here.until_state(run_id, "failed")["reason"] == "timeout"


def test_case_24_a_daemon_goes_on_working_and_beating_after_a_step_back(host: Host) -> None:
    host.here.daemon()
    until(lambda: host.here.json("status")["daemons"], "the daemon is known")
    host.step(-4 * HOURS)
    host.here.until_state(host.here.enqueue("quick"), "succeeded")
    host.here.until_state(host.here.enqueue("quick"), "succeeded")
