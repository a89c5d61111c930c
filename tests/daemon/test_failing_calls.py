"""Each system call of a daemon fails, once and for good: it goes on or ends with a sentence, and nothing is lost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.daemon.test_sweep import RIGHT, ROOT, Life
from tests.kit.until import until

SOURCE = Path(__file__).parents[1] / "kit" / "failing_calls.c"
# A life has some 800 calls, the first 250 of them before the first turn of the loop.
LONGEST = 1_000
# What a daemon may end with: all is done, a stop, trouble of the system at its start, of the database.
STATUSES = (0, 1, 5)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that has calls fail."""
    built = tmp_path_factory.mktemp("failing") / "failing_calls.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(built), str(SOURCE), "-ldl"], check=True)
    return built


class FailingLife(Life):
    """A daemon of which one system call fails."""

    def __init__(self, folder: Path, library: Path, nth: int, how: str, kind: str) -> None:
        self._library = library
        self._kind = kind
        self.fails = (how, kind)
        super().__init__(folder, nth, how)

    def end(self, how: str) -> int:
        """Let it end, by a stop where a call fails for good; its exit status."""
        if how == "always":
            until(lambda: self._daemon.poll() is not None or "fails: " in self.log(), "the call fails", 60)
            try:
                self._daemon.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._daemon.terminate()
        try:
            return self._daemon.wait(timeout=60)
        finally:
            self._daemon.kill()

    def _live(self, nth: int, way: str) -> "subprocess.Popen[bytes]":
        program = [sys.executable, "-m", "tests.daemon.programs.failing_daemon", self.db, str(nth), way, self._kind]
        with (self.folder / "daemon.log").open("wb") as log:
            return subprocess.Popen(program, cwd=ROOT, stderr=log, env=os.environ | {"LD_PRELOAD": str(self._library)})


def judge(life: FailingLife, how: str) -> None:
    """Nothing is lost or doubled, and nobody sees a traceback."""
    status = life.end(how)
    log = life.log()
    assert "Traceback" not in log, log
    assert status in STATUSES, (status, log)
    # Where nothing can be written any more, neither can the sentence.
    assert status == 0 or "error: " in log or life.fails == ("always", "write"), log
    for job, (state, code) in life.runs().items():
        # What could not be started for want of something has failed, with its reason.
        assert (state, code) == RIGHT.get(job) or state == "failed", (job, state, log)
    written = (life.folder / "journal").exists()
    notes = life.notes() if written else {}
    assert max((notes.get(job, 0) for job in ("good", "bad", "once", "timed")), default=0) <= 1, log


@pytest.mark.parametrize(("nth", "how", "kind"), [(3, "once", "pipe"), (2, "once", "epoll_ctl"), (300, "once", "")])
def test_a_system_call_that_fails_ends_no_daemon_or_with_a_sentence(
    tmp_path: Path, library: Path, nth: int, how: str, kind: str
) -> None:
    judge(FailingLife(tmp_path / "life", library, nth, how, kind), how)


KINDS = ("open", "read", "write", "pread", "pwrite", "fsync", "pipe", "socket", "epoll_ctl", "send", "recv")


@pytest.mark.long
def test_each_system_call_that_fails_once_loses_nothing(tmp_path: Path, library: Path) -> None:
    for nth in range(1, LONGEST, 7):
        judge(FailingLife(tmp_path / str(nth), library, nth, "once", ""), "once")


@pytest.mark.long
@pytest.mark.parametrize("nth", [1, 4, 30])
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_system_call_that_fails_for_good_loses_nothing(
    tmp_path: Path, library: Path, nth: int, kind: str
) -> None:
    judge(FailingLife(tmp_path / "life", library, nth, "always", kind), "always")
