"""sd_notify(3): tell systemd how the daemon is."""

import socket
import time
from datetime import timedelta


class Notifier:
    """Sends states to `NOTIFY_SOCKET`; without one it does nothing. `watchdog` is how often systemd wants a ping."""

    def __init__(self, address: str | None, watchdog_usec: str | None = None) -> None:
        self._socket: socket.socket | None = None
        self._last_status: str | None = None
        self.watchdog = timedelta(microseconds=int(watchdog_usec)) if address and watchdog_usec else None
        if address:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
            self._socket.connect("\0" + address[1:] if address.startswith("@") else address)

    def ready(self) -> None:
        """The daemon is up, or has finished reloading."""
        self._send("READY=1")

    def starting(self, at_most: timedelta) -> None:
        """The start takes longer than usual."""
        self._send(f"EXTEND_TIMEOUT_USEC={at_most // timedelta(microseconds=1)}")

    def stopping(self) -> None:
        """The daemon is on its way out."""
        self._send("STOPPING=1")

    def reloading(self) -> None:
        """A reload begins."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def alive(self) -> None:
        """The loop turns."""
        self._send("WATCHDOG=1")

    def status(self, text: str) -> None:
        """One line for `systemctl status`, sent when it changes."""
        if text != self._last_status:
            self._last_status = text
            self._send(f"STATUS={text}")

    def _send(self, state: str) -> None:
        if self._socket is not None:
            self._socket.send(state.encode())
