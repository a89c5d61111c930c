"""Trouble of the system does not end a daemon: it is told, and when it is over the daemon goes on."""

import logging
import os
import resource
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from jobctl import Client
from jobctl.daemon.log_lines import LogLines
from jobctl.daemon.sd_notify import Notifier
from tests.kit.installation import Installation
from tests.kit.until import until

JOBS = Path(__file__).parents[1] / "kit" / "jobs"
KINDS = 16
CALL = "call: 'plain:nothing', env: {{KIND: '{}'}}"
CATALOG = f"defaults: {{path: [{JOBS}]}}\njobs:\n  shell: {{run: 'true'}}\n" + "\n".join(
    f"  call{number}: {{{CALL.format(number)}}}" for number in range(KINDS)
)


def limit_files(pid: int, most: int | None) -> None:
    """Bound the open files of a process to those that it has and `most` more; None: as before."""
    _, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    open_now = max(int(entry.name) for entry in Path(f"/proc/{pid}/fd").iterdir())
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (hard if most is None else open_now + 1 + most, hard))


def ends(client: Client, *jobs: str) -> list[tuple[str, str]]:
    """Enqueue runs of jobs and wait for their ends: the state and error of each."""
    wanted = client.enqueue_many([{"job": job} for job in jobs])

    def over() -> list[tuple[str, str]]:
        found = [client.run(number) for number in wanted]
        return [(run.state, run.error or "") for run in found] if all(run.has_ended for run in found) else []

    return until(over, f"{jobs} have ended", 60)


@pytest.mark.parametrize("spare", [0, 3, 30])
def test_a_daemon_that_may_open_few_files_lives_and_goes_on(here: Installation, spare: int) -> None:
    here.apply(CATALOG)
    daemon = here.daemon("--slots", str(KINDS))
    with Client(str(here.db)) as client:
        assert ends(client, "shell") == [("succeeded", "")]
        limit_files(daemon.pid, spare)
        found = ends(client, *(f"call{number}" for number in range(KINDS)), "shell")
        assert all(state == "succeeded" or "files" in error for state, error in found), found
        limit_files(daemon.pid, None)
        assert ends(client, "call3", "shell") == [("succeeded", "")] * 2
    assert daemon.poll() is None
    assert "Traceback" not in here.log()


def test_folders_that_lead_nowhere_end_no_daemon(here: Installation) -> None:
    here.apply(CATALOG)
    daemon = here.daemon()
    state = Path(f"{here.db}.d")
    with Client(str(here.db)) as client:
        assert ends(client, "shell") == [("succeeded", "")]
        state.rename(state.with_suffix(".away"))
        state.symlink_to(state.name)
        ends(client, "call0", "shell")
        state.unlink()
        state.with_suffix(".away").rename(state)
        assert ends(client, "shell") == [("succeeded", "")]
    assert daemon.poll() is None
    assert "Traceback" not in here.log()


def test_a_socket_that_nobody_reads_holds_up_no_daemon_and_gets_what_matters_later(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        notifier = Notifier(str(tmp_path / "notify"))
        for number in range(5000):
            notifier.status(f"{number}")
        notifier.ready()
        while select.select([systemd], [], [], 0)[0]:
            assert systemd.recv(4096).startswith(b"STATUS=")
        notifier.retry()
        assert systemd.recv(4096) == b"READY=1"


def test_a_socket_that_is_gone_or_was_made_anew_ends_no_daemon(here: Installation) -> None:
    path = here.folder / "notify"
    here.environment |= {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "soon"}
    here.apply(CATALOG)
    daemon = here.daemon()
    here.until_state(here.enqueue("shell"), "succeeded")
    assert "systemd cannot be notified: no such file or directory" in here.log()
    assert "WATCHDOG_USEC is not understood: soon" in here.log()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(path))
        systemd.settimeout(60)
        assert systemd.recv(4096) == b"READY=1"
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=60) == 0


@pytest.mark.parametrize("value", ["", "0", "-1", "1e6", "x", "9" * 19, "9" * 400, "٣"])
def test_any_watchdog_period_is_understood_or_left_alone(value: str) -> None:
    period = Notifier("/nowhere", value).watchdog
    assert period is None or period.total_seconds() > 0


def test_a_log_that_nobody_reads_drops_lines_and_counts_them() -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as log, os.fdopen(writer, "w") as stream:
        lines = LogLines(stream)
        for number in range(3000):
            lines.emit(logging.LogRecord("x", logging.INFO, "", 0, f"{number} {'x' * 90}", None, None))
        first = os.read(reader, 1 << 20).decode().splitlines()
        lines.emit(logging.LogRecord("x", logging.INFO, "", 0, "last", None, None))
        told, last = os.read(reader, 1 << 20).decode().splitlines()
        assert first[0].startswith("0 ")
        assert (told, last) == (f"{3000 - len(first)} lines of this log were dropped: nobody read them", "last")
        log.close()
        lines.emit(logging.LogRecord("x", logging.INFO, "", 0, "nobody hears it", None, None))


def test_a_daemon_whose_log_is_a_pipe_that_is_full_or_closed_goes_on(here: Installation) -> None:
    here.apply("jobs: {shell: {run: 'true', params: {n: {type: integer, default: 0}}}}")
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while os.write(writer, b"x" * 4096):
            pass
    except BlockingIOError:
        os.set_blocking(writer, True)
    argv = [sys.executable, "-m", "jobctl", "daemon"]
    with subprocess.Popen(argv, env=here.environment, cwd=here.folder, stderr=writer) as daemon:
        os.close(writer)
        here.until_state(here.enqueue("shell"), "succeeded")
        os.close(reader)
        here.until_state(here.enqueue("shell"), "succeeded")
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=60) == 0


def test_a_database_whose_name_is_no_text_is_told_in_a_sentence(here: Installation) -> None:
    environment = {name.encode(): value.encode() for name, value in here.environment.items()} | {b"JOBCTL_DB": b"\xff"}
    for verb in ("status", "daemon", "doctor"):
        done = subprocess.run(
            [sys.executable, "-m", "jobctl", verb, *(["--until-idle"] if verb == "daemon" else [])],
            env=environment, cwd=here.folder, capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert b"Traceback" not in done.stderr
        assert done.returncode in (0, 1, 2, 5)
