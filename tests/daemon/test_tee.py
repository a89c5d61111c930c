"""`daemon --tee`: a copy of what jobs write, for whoever reads it, at his own pace."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from jobctl.daemon.tee import MOST
from tests.kit.installation import Installation

CATALOG = """
jobs:
  much: {run: "seq 1 100000"}
  little: {run: "echo little"}
"""
MUCH = b"".join(b"%d\n" % number for number in range(1, 100_001))


@contextmanager
def teeing(
    here: Installation, *args: str, to: int | IO[bytes] = subprocess.PIPE
) -> Iterator["subprocess.Popen[bytes]"]:
    """A daemon whose copy nobody reads as long as the test does not."""
    command = [sys.executable, "-m", "jobctl", "daemon", "--tee", *args]
    with (here.folder / "daemon.log").open("ab") as log, subprocess.Popen(
        command, cwd=here.folder, env=here.environment, stdin=subprocess.DEVNULL, stdout=to, stderr=log
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def test_whoever_reads_nothing_holds_up_no_job_and_gets_all_when_he_reads(here: Installation) -> None:
    here.apply(CATALOG)
    first, second, last = (here.enqueue(job) for job in ("much", "much", "little"))
    with teeing(here, "--slots", "1", "--until-idle") as process:
        for run_id in (first, second, last):
            assert here.until_state(run_id, "succeeded")["attempt"] == 1
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
    assert out == MUCH + MUCH + b"little\n"


def test_whoever_reads_nothing_holds_up_no_stop(here: Installation) -> None:
    here.apply(CATALOG)
    run_id = here.enqueue("much")
    with teeing(here) as process:
        here.until_state(run_id, "succeeded")
        process.terminate()
        assert process.wait(timeout=60) == 0
    assert here.jobctl("logs", str(run_id)).stdout == MUCH.decode()


def test_of_very_many_that_have_ended_the_oldest_are_in_their_logs_alone(here: Installation) -> None:
    (here.folder / "saying.py").write_text("def hello(): print('hello')\n")
    here.apply(CATALOG + "  call: {call: 'saying:hello', path: [.]}\n")
    others = '{"job": "little"}\n{"job": "call"}\n' * 150
    here.jobctl("enqueue", "--from", "-", stdin='{"job": "much"}\n' + others)
    with teeing(here, "--slots", "1", "--until-idle") as process:
        here.until_state(301, "succeeded")
        out, _ = process.communicate(timeout=60)
    assert 0 < out.count(b"little\n") + out.count(b"hello\n") <= MOST
    assert here.log().count("nobody takes the copy") == 1
    assert here.jobctl("logs", "1").stdout == MUCH.decode()


def test_a_reader_who_has_gone_ends_nothing(here: Installation) -> None:
    here.apply(CATALOG)
    run_id = here.enqueue("much")
    with teeing(here) as process:
        assert process.stdout is not None
        process.stdout.close()
        here.until_state(run_id, "succeeded")
        assert here.until_state(here.enqueue("little"), "succeeded")["attempt"] == 1


def test_a_reader_who_has_gone_and_a_full_disk_let_a_daemon_end_by_itself(here: Installation) -> None:
    here.apply(CATALOG)
    here.enqueue("much")
    with teeing(here, "--until-idle") as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(timeout=60) == 0
    here.enqueue("much")
    with Path("/dev/full").open("wb") as full, teeing(here, "--until-idle", to=full) as process:
        assert process.wait(timeout=60) == 0
    assert here.log().count("nobody takes the copy") == 2
