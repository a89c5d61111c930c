import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.installation import Installation
from tests.kit.until import until


class Systemd:
    """Listens where systemd would."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.setblocking(False)
        self.heard: list[str] = []

    def has_heard(self, state: str) -> bool:
        try:
            while True:
                self.heard += self.socket.recv(4096).decode().splitlines()
        except BlockingIOError:
            return any(line.startswith(state) for line in self.heard)


@pytest.fixture
def systemd(here: Installation) -> Iterator[Systemd]:
    path = here.folder / "notify"
    listener = Systemd(path)
    here.environment |= {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "400000"}
    yield listener
    listener.socket.close()


def test_systemd_hears_that_the_daemon_is_ready_and_how_busy_it_is(here: Installation, systemd: Systemd) -> None:
    here.daemon("--slots", "3")
    until(lambda: systemd.has_heard("READY=1"), "READY")
    until(lambda: systemd.has_heard("STATUS=0 of 3 slots busy"), "STATUS")


def test_systemd_is_pinged_as_often_as_it_asks(here: Installation, systemd: Systemd) -> None:
    here.daemon()
    until(lambda: systemd.has_heard("WATCHDOG=1") and systemd.heard.count("WATCHDOG=1") >= 3, "three pings")


def test_systemd_hears_of_a_reload_and_its_end(here: Installation, systemd: Systemd) -> None:
    daemon = here.daemon()
    until(lambda: systemd.has_heard("READY=1"), "READY")
    daemon.send_signal(signal.SIGHUP)
    until(lambda: systemd.has_heard("RELOADING=1") and systemd.has_heard("MONOTONIC_USEC="), "RELOADING")
    until(lambda: systemd.has_heard("READY=1") and systemd.heard.count("READY=1") == 2, "READY again")


def test_systemd_hears_that_the_daemon_stops(here: Installation, systemd: Systemd) -> None:
    daemon = here.daemon()
    until(lambda: systemd.has_heard("READY=1"), "READY")
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(timeout=60) == 0
    assert systemd.has_heard("STOPPING=1")
