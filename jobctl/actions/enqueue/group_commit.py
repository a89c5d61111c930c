"""Promise what several threads want, each by itself, in transactions that they share."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from jobctl.actions.enqueue.place import find_definition
from jobctl.actions.enqueue.request import Wish, prepare
from jobctl.model.run import Enqueued, Request

if TYPE_CHECKING:
    from jobctl.store.protocol import Store
    from jobctl.store.values import Definition


class Placed(NamedTuple):
    """A wish that is on disk: the request that it came to, what became of it, and when."""

    request: Request
    enqueued: Enqueued
    placed_at: datetime


class Desk:
    """Where threads hand in wishes: one commits for all who wait, and then the next one does.

    Whoever commits looks up the jobs too: a thread that did so by itself would wait for the database while another one
    commits, and would come too late for the next commit.
    """

    def __init__(self, store: "Store", clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._waiting: list[_Ticket] = []
        self._mutex = threading.Lock()
        self._open = True

    def place(self, wish: Wish) -> Placed:
        """Promise one wish, together with whatever others have handed in. Raises as `enqueue`."""
        ticket = _Ticket(wish)
        with self._mutex:
            self._waiting.append(ticket)
            leads, self._open = self._open, False
        if not leads:
            self._wait(ticket)
        if ticket.placed is None and ticket.error is None:
            self._commit()
        if ticket.error is not None:
            raise ticket.error
        assert ticket.placed is not None
        return ticket.placed

    def _wait(self, ticket: "_Ticket") -> None:
        """Until it is placed, or leads. Whoever is interrupted leaves the lead to the next one."""
        try:
            ticket.turn.acquire()
        except BaseException:
            with self._mutex:
                if ticket in self._waiting:
                    self._waiting.remove(ticket)
                    following = self._next() if ticket.leads else []
                else:
                    following = []
            for other in following:
                other.turn.release()
            raise

    def _next(self) -> list["_Ticket"]:
        """Who leads from now on: the first who waits, or whoever comes."""
        following = self._waiting[:1]
        self._open = not following
        for ticket in following:
            ticket.leads = True
        return following

    def _commit(self) -> None:
        with self._mutex:
            batch, self._waiting = self._waiting, []
        try:
            self._place_all(batch)
        except BaseException as error:
            for ticket in batch:
                ticket.error = ticket.error or error
            raise
        finally:
            with self._mutex:
                following = self._next()
            for ticket in (*following, *batch):
                ticket.turn.release()

    def _place_all(self, batch: Sequence["_Ticket"]) -> None:
        now = self._clock()
        requests = self._prepare(batch, now)
        answers = self._store.enqueue(list(requests.values()), now)
        for (ticket, request), enqueued in zip(requests.items(), answers, strict=True):
            ticket.placed = Placed(request, enqueued, now)

    def _prepare(self, batch: Sequence["_Ticket"], now: datetime) -> dict["_Ticket", Request]:
        """What is to be placed. One refused wish does not refuse the others."""
        definitions: dict[str, Definition] = {}
        requests = {}
        for ticket in batch:
            job = ticket.wish.job
            try:
                if job not in definitions:
                    definitions[job] = find_definition(self._store, job)
                requests[ticket] = prepare(definitions[job], ticket.wish, now)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is for the thread that wished so
                ticket.error = error
        return requests


class _Ticket:
    """A wish on its way: `turn` is let go when it is placed, or (`leads`) when its thread is to commit."""

    __slots__ = ("error", "leads", "placed", "turn", "wish")

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.placed: Placed | None = None
        self.error: BaseException | None = None
        self.leads = False
        self.turn = threading.Lock()
        self.turn.acquire()
