"""Which descriptors are waited for, and what to do when one is ready."""

from __future__ import annotations

import select

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Watch:
    """One epoll and a callable for each descriptor in it."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._calls: dict[int, Callable[[], None]] = {}

    def __contains__(self, fd: int) -> bool:
        """Whether a descriptor is watched."""
        return fd in self._calls

    def add(self, fd: int, call: Callable[[], None]) -> None:
        """From now on `call` is called whenever there is something to read."""
        self._calls[fd] = call
        self._epoll.register(fd, select.EPOLLIN)

    def want_to_write(self, fd: int, *, wanted: bool) -> None:
        """Call also when the descriptor takes more, or no longer so."""
        self._epoll.modify(fd, select.EPOLLIN | (select.EPOLLOUT * wanted))

    def forget(self, fd: int) -> None:
        """Stop watching; a descriptor that is not watched is ignored.

        To close it does not do that: a child that is just being executed has it as well, for a moment.
        """
        if self._calls.pop(fd, None) is not None:
            self._epoll.unregister(fd)

    def wait(self, ms: int | None) -> None:
        """Wait until something is ready, at most `ms`, and do what there is to do."""
        for fd, _ in self._epoll.poll(None if ms is None else ms / 1000):
            call = self._calls.get(fd)
            if call is not None:
                call()
