"""Shell attempts in flight: which child of which holder executes which claim, and the news of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from jobctl.execute.attempt import Began, Ending, News, Report, Timer
from jobctl.execute.holder import Holder
from jobctl.execute.landing import landed
from jobctl.execute.messages import Ended, Event, Lost, Progressed, Refused, Spawned, Taken
from jobctl.model.claim import Claim, ClaimKey
from jobctl.model.outcome import Outcome
from jobctl.model.run import Progress

KIND = "run"
"""The kind of their children, as holders tell kinds apart."""


def key_of(claim: ClaimKey) -> str:
    """What a holder calls the child that executes a claim.

    >>> key_of(ClaimKey(7, 2))
    'run:7.2'
    """
    return f"{KIND}:{claim.run_id}.{claim.fence}"


@dataclass(slots=True)
class Flight:
    """An attempt that executes in a holder, with its time limits."""

    claim: Claim
    key: str
    timer: Timer
    holder: Holder


class Flights:
    """The attempts by the keys of their children; a holder keeps an ending until `settled` tells that it is on disk."""

    def __init__(self) -> None:
        self.by_key: dict[str, Flight] = {}
        self._news = News([], [], [])
        self._unsettled: dict[ClaimKey, Holder] = {}

    def find(self, claim: ClaimKey) -> Flight | None:
        """The attempt of a claim, if it is in flight."""
        return self.by_key.get(key_of(claim))

    def add(self, claim: Claim, started_at: datetime, holder: Holder) -> None:
        """A holder executes a claim."""
        key = key_of(claim.key)
        self.by_key[key] = Flight(claim, key, Timer(claim, started_at), holder)

    def end(self, claim: Claim, outcome: Outcome, started_at: datetime, finished_at: datetime) -> None:
        """Tell the ending of an attempt that no holder remembers."""
        self.tell(Ending(claim, outcome, started_at, finished_at))

    def tell(self, ending: Ending) -> None:
        """An ending is news."""
        self._news.endings.append(ending)

    def hear(self, holder: Holder) -> None:
        """Take what a holder tells of its children."""
        events = holder.events(KIND)
        alone = bool(events) and sum(flight.holder is holder for flight in self.by_key.values()) == 1
        for event in events:
            self.take(event, holder, alone=alone)

    def take(self, event: Event, holder: Holder, *, alone: bool) -> None:
        """Take one event; `alone`: nothing else is in flight there."""
        if isinstance(event, Taken):
            self.by_key = {key: flight for key, flight in self.by_key.items() if flight.holder is not holder}
            return
        flight = self.by_key.get(event.key)
        match event:
            case Spawned(_, pid, pid_started, started_at) if flight is not None:
                self._news.began.append(Began(flight.claim.key, pid, pid_started, started_at))
            case Progressed(_, percent, message) if flight is not None:
                self._news.reports.append(Report(flight.claim.key, Progress(percent, message)))
            case Ended() | Refused() | Lost() if flight is not None:
                del self.by_key[flight.key]
                self._unsettled[flight.claim.key] = holder
                timer = flight.timer
                self.tell(landed(flight.claim, event, timer.why, timer.started_at, alone=alone))
            case Ended() | Refused() | Lost():
                holder.forget([event.key])

    def count(self) -> int:
        """How many `claims` there are."""
        return len(self.by_key) + len(self._news.endings)

    def take_news(self) -> News:
        """What happened since the last call."""
        news, self._news = self._news, News([], [], [])
        return news

    def settled(self, claims: Iterable[ClaimKey]) -> None:
        """These endings are on disk: their holders may forget them."""
        keys: dict[Holder, list[str]] = {}
        for claim in claims:
            holder = self._unsettled.pop(claim, None)
            if holder is not None:
                keys.setdefault(holder, []).append(key_of(claim))
        for holder, forgotten in keys.items():
            holder.forget(forgotten)

    def claims(self) -> list[ClaimKey]:
        """The claims whose ending has not been taken as news."""
        return [
            *(flight.claim.key for flight in self.by_key.values()),
            *(ending.claim.key for ending in self._news.endings),
        ]
