"""The holder itself: what it is given, what it keeps, when it goes."""

import gc
import json
import os
import selectors
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobctl.execute.holder import record as records
from jobctl.execute.holder.client import Holder
from jobctl.execute.holder.leftovers import recover
from jobctl.execute.holder.messages import Ended, Event, Refused, Spawn
from jobctl.model.errors import ExecutionError
from jobctl.model.job import Resources
from tests.kit.shell_jobs import holder_pid, kill_holder, lives
from tests.kit.until import until


class Bench:
    """A holder and a loop around it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.selector = selectors.DefaultSelector()
        self.holder = Holder.start(folder, "a", sys.executable, self.selector)

    def spec(self, key: str, *argv: str, log: Path | None = None, worker: bool = False) -> Spawn:
        env = {"PATH": os.environ["PATH"]}
        text = None if log is None else str(log)
        return Spawn(key=key, argv=argv, env=env, cwd="/", log=text, dies_with_client=worker)

    def turn(self) -> None:
        for key, _ in self.selector.select(0.02):
            key.data()

    def ends(self, count: int, kind: str = "run") -> list[Event]:
        """Go on until so many children have ended."""
        found: list[Event] = []

        def enough() -> bool:
            self.turn()
            found.extend(event for event in self.holder.events(kind) if isinstance(event, (Ended, Refused)))
            return len(found) >= count

        until(enough, f"{count} children have ended")
        return found


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path / "holders")
    yield bench
    bench.holder.close()
    kill_holder(bench.holder.folder)


def fds_of(bench: Bench) -> list[str]:
    return sorted(fd.name for fd in Path(f"/proc/{holder_pid(bench.holder.folder)}/fd").iterdir())


def test_two_hundred_children_leave_no_descriptor_open(bench: Bench, tmp_path: Path) -> None:
    gc.collect()  # what other tests left open is not counted
    before = fds_of(bench), len(list(Path("/proc/self/fd").iterdir()))
    for number in range(200):
        bench.holder.spawn(bench.spec(f"run:{number}.1", "echo", "x", log=tmp_path / "logs" / f"{number}.log"))
    bench.ends(200)
    assert (fds_of(bench), len(list(Path("/proc/self/fd").iterdir()))) == before


def test_refused_children_leave_no_descriptor_open(bench: Bench, tmp_path: Path) -> None:
    before = fds_of(bench)
    for number in range(50):
        bench.holder.spawn(bench.spec(f"run:{number}.1", "no-such-command", log=tmp_path / f"{number}.log"))
    bench.ends(50)
    assert fds_of(bench) == before
    assert not list(tmp_path.glob("*.log"))


def test_the_folder_is_the_owners_alone(bench: Bench) -> None:
    assert stat.S_IMODE(bench.holder.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((bench.holder.folder / "journal").stat().st_mode) == 0o600


def test_a_folder_whose_path_is_too_long_for_a_socket_will_do(tmp_path: Path) -> None:
    bench = Bench(tmp_path / ("long-" * 20) / ("path-" * 20))
    bench.holder.spawn(bench.spec("run:1.1", "sleep", "300"))
    bench.turn()
    bench.holder.close()
    again = Holder.connect(bench.holder.folder, bench.selector)
    assert again is not None
    assert [child.key for child in again.held] == ["run:1.1"]
    again.close()
    kill_holder(bench.holder.folder)


def test_a_worker_has_the_given_descriptors_and_is_told_the_numbers_of_more(bench: Bench) -> None:
    script = (
        "import os; n, = map(int, os.environ['JOBCTL_FDS'].split(',')); os.write(n, os.read(0, 9)); os.write(1, b'out')"
    )
    here, there = socket.socketpair()
    reader, writer = os.pipe()
    os.write(there.fileno(), b"")
    here.send(b"question")
    fds = (there.fileno(), writer, writer, writer)
    bench.holder.spawn(bench.spec("worker:1", sys.executable, "-c", script, worker=True), fds)
    there.close()
    os.close(writer)
    bench.ends(1, "worker")
    assert os.read(reader, 100) == b"questionout"
    os.close(reader)
    here.close()


def test_events_go_to_who_asks_for_their_kind(bench: Bench) -> None:
    bench.holder.spawn(bench.spec("run:1.1", "true"))
    bench.holder.spawn(bench.spec("worker:1", "false"))
    assert [getattr(event, "exit_code", None) for event in bench.ends(1, "worker")] == [1]
    assert [getattr(event, "exit_code", None) for event in bench.ends(1, "run")] == [0]


def test_a_worker_dies_with_the_connection_of_its_daemon(bench: Bench, tmp_path: Path) -> None:
    log = tmp_path / "log"
    bench.holder.spawn(bench.spec("worker:1", "sh", "-c", "setsid sleep 300 & echo $! $$; wait", log=log, worker=True))
    pids = [int(pid) for pid in until(lambda: log.read_text() if log.exists() else "", "it has started").split()]
    folder = bench.holder.folder
    bench.holder.close()
    until(lambda: not any(map(lives, pids)), "the worker and its child are dead")
    until(lambda: not folder.exists(), "the holder has gone")


def test_a_worker_dies_when_its_daemon_is_killed(bench: Bench, tmp_path: Path) -> None:
    script = f"""
import os, selectors, sys, time
from pathlib import Path
from jobctl.execute.holder.client import Holder
from jobctl.execute.holder.messages import Spawn
holder = Holder.start(Path({str(tmp_path)!r}), "b", sys.executable, selectors.DefaultSelector())
for key, worker in (("run:1.1", False), ("worker:1", True)):
    holder.spawn(Spawn(key=key, argv=("sh", "-c", "echo $$; sleep 300"), env=dict(os.environ), cwd="/",
        log=str(Path({str(tmp_path)!r}) / key), dies_with_client=worker))
time.sleep(300)
"""
    daemon = subprocess.Popen([sys.executable, "-c", script])

    def pid_in(name: str) -> int:
        log = tmp_path / name
        return int(until(lambda: log.read_text() if log.exists() else "", f"{name} has started"))

    shell_job, worker = pid_in("run:1.1"), pid_in("worker:1")
    daemon.send_signal(signal.SIGKILL)
    daemon.wait()
    until(lambda: not lives(worker), "the worker is dead")
    assert lives(shell_job)
    kill_holder(tmp_path / "b")
    assert not lives(shell_job)


def test_a_holder_that_nobody_is_connected_to_leaves_with_its_last_child_and_its_journal_tells_the_end(
    bench: Bench, tmp_path: Path
) -> None:
    folder, go = bench.holder.folder, tmp_path / "go"
    bench.holder.spawn(bench.spec("run:1.1", "sh", "-c", f"while [ ! -e {go} ]; do sleep 0.02; done; exit 7"))
    pid = holder_pid(folder)
    bench.holder.close()
    until(lambda: (record := records.read(folder)) and record.open.get("run:1.1"), "the child has started")
    assert lives(pid)
    go.touch()
    until(lambda: not lives(pid), "the holder has gone")
    assert Holder.connect(folder, bench.selector) is None
    assert [getattr(event, "exit_code", None) for event in recover(folder).ends] == [7]


def test_a_holder_that_has_nothing_to_tell_leaves_nothing(bench: Bench) -> None:
    folder = bench.holder.folder
    bench.holder.spawn(bench.spec("run:1.1", "true"))
    bench.ends(1)
    bench.holder.forget(["run:1.1"])
    bench.holder.close()
    until(lambda: not folder.exists(), "the holder has gone")


def test_a_key_is_never_started_twice(bench: Bench, tmp_path: Path) -> None:
    for _ in range(3):
        bench.holder.spawn(bench.spec("run:1.1", "echo", "once", log=tmp_path / "log"))
    bench.ends(1)
    bench.holder.spawn(bench.spec("run:2.1", "true"))
    bench.ends(1)
    assert (tmp_path / "log").read_text() == "once\n"


def test_a_name_is_not_used_twice(bench: Bench) -> None:
    with pytest.raises(ExecutionError):
        Holder.start(bench.folder, "a", sys.executable, bench.selector)


def test_there_is_nobody_to_connect_to_in_a_folder_without_a_holder(bench: Bench, tmp_path: Path) -> None:
    assert Holder.connect(tmp_path / "none", bench.selector) is None


def test_sigterm_does_not_end_a_holder_nor_reach_its_children(bench: Bench) -> None:
    os.kill(holder_pid(bench.holder.folder), signal.SIGTERM)
    bench.holder.spawn(bench.spec("run:1.1", "sh", "-c", "exit 7"))
    assert [getattr(event, "exit_code", None) for event in bench.ends(1)] == [7]


def test_nonsense_on_the_socket_ends_the_connection_and_nothing_else(bench: Bench) -> None:
    pid = holder_pid(bench.holder.folder)
    bench.holder.spawn(bench.spec("run:1.1", "sleep", "300"))
    bench.turn()
    bench.holder.close()
    stranger = socket.socket(socket.AF_UNIX)
    inside = os.open(bench.holder.folder, os.O_RDONLY)
    stranger.connect(f"/proc/self/fd/{inside}/socket")
    stranger.send(b"\xff" * 100)
    stranger.settimeout(60)
    while stranger.recv(65536):
        pass
    stranger.close()
    os.close(inside)
    again = Holder.connect(bench.holder.folder, bench.selector)
    assert again is not None
    assert lives(pid)
    assert [child.key for child in again.held] == ["run:1.1"]
    again.close()


def test_the_journal_stays_short_and_keeps_what_is_not_settled(bench: Bench) -> None:
    text = "x" * 60_000
    for number in range(120):
        bench.holder.spawn(bench.spec(f"run:{number}.1", text))
        if number:
            bench.holder.forget([f"run:{number}.1"])
    bench.ends(120)
    bench.holder.forget([f"run:{number}.1" for number in range(1, 120)])
    bench.holder.spawn(bench.spec("run:last.1", "true"))
    bench.ends(1)
    lines = (bench.holder.folder / "journal").read_text().splitlines()
    assert sum(map(len, lines)) < 5_000_000
    assert "run:0.1" in {json.loads(line)[1] for line in lines}


def test_a_limit_that_cannot_be_set_is_told(bench: Bench) -> None:
    spec = bench.spec("run:1.1", "true")
    limited = Spawn(key=spec.key, argv=spec.argv, env=spec.env, cwd="/", resources=Resources(open_files=10**12))
    bench.holder.spawn(limited)
    (event,) = bench.ends(1)
    assert isinstance(event, Refused)
    assert "resources" in event.message
