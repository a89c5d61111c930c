"""`make chaos` in short: what can be killed is killed at random, and every promise is kept."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.long
def test_a_short_time_of_chaos_breaks_no_promise(tmp_path: Path) -> None:
    chaos = [sys.executable, "-m", "bench.chaos", "--kills", "60", "--pause", "0.2", "--seed", "1", "--folder"]
    done = subprocess.run(
        [*chaos, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
