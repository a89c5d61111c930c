"""sd_notify(3): tell systemd how the daemon is."""

import logging
import re
import socket
import time
from datetime import timedelta

from jobctl.daemon.journal import LOGGER
from jobctl.model.errors import told

_LONGEST = timedelta(days=3650)
_log = logging.getLogger(LOGGER)


class Notifier:
    """Sends states to `NOTIFY_SOCKET`; without one it does nothing. `watchdog` is how often systemd wants a ping.

    It never waits and never fails: where nobody reads, what systemd waits for is sent again by each `retry`.
    """

    def __init__(self, address: str | None, watchdog_usec: str | None = None) -> None:
        self._address = "\0" + address[1:] if address and address.startswith("@") else address
        self._last_status: str | None = None
        self._owed: list[str] = []
        self._is_told = False
        self.watchdog = _period(watchdog_usec) if address and watchdog_usec else None

    def ready(self) -> None:
        """The daemon is up, or has finished reloading."""
        self._owe("READY=1")

    def starting(self, at_most: timedelta) -> None:
        """The start takes longer than usual."""
        self._send(f"EXTEND_TIMEOUT_USEC={at_most // timedelta(microseconds=1)}")

    def stopping(self) -> None:
        """The daemon is on its way out."""
        self._owe("STOPPING=1")

    def reloading(self) -> None:
        """A reload begins."""
        self._owe(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def alive(self) -> None:
        """The loop turns."""
        self._send("WATCHDOG=1")

    def status(self, text: str) -> None:
        """One line for `systemctl status`, sent when it changes."""
        if text != self._last_status:
            self._last_status = text
            self._send(f"STATUS={text}")

    def retry(self) -> None:
        """Send what could not be sent before."""
        while self._owed and self._send(self._owed[0]):
            del self._owed[0]

    def _owe(self, state: str) -> None:
        # Whatever was to be said of the same kind before is of no use any more.
        kind = state.partition("=")[0]
        self._owed = [*(owed for owed in self._owed if owed.partition("=")[0] != kind), state]
        self.retry()

    def _send(self, state: str) -> bool:
        if self._address is None:
            return True
        try:
            # By address each time: systemd may have made it anew.
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.sendto(state.encode(), socket.MSG_DONTWAIT, self._address)
        except OSError as error:
            if not self._is_told:
                _log.warning("systemd cannot be notified: %s", told(error))
            self._is_told = True
            return False
        self._is_told = False
        return True


def _period(usec: str) -> timedelta | None:
    """How often a ping is wanted; None for what is no such number."""
    if re.fullmatch("[0-9]{1,20}", usec) and (period := int(usec)):
        return min(timedelta(microseconds=min(period, 10**15)), _LONGEST)
    if usec.strip("0"):
        _log.warning("WATCHDOG_USEC is not understood: %.40s", usec)
    return None
