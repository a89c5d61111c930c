"""Shell attempts in flight: which child of which holder executes which claim, which wait there, and their news."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from jobctl.execute.attempt import Began, Ending, News, Report, Timer
from jobctl.execute.holder.client import Holder
from jobctl.execute.holder.messages import End, Ended, Event, Lost, Progressed, Refused, Spawned, Taken, Unbegun
from jobctl.execute.shell.endings import landed
from jobctl.execute.shell.pace import ShellPace
from jobctl.model.claim import Claim, ClaimKey
from jobctl.model.outcome import NotStarted, Outcome
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
    """An attempt that executes in a holder, or waits there, with its time limits. `recalled`: it was asked back."""

    claim: Claim
    key: str
    timer: Timer
    holder: Holder
    recalled: bool = False


class Flights:
    """The attempts by the keys of their children; a holder keeps an ending until `settled` tells that it is on disk.

    `by_key` are those under way, `kept` those that wait for one of them to end, in their order.
    """

    def __init__(self) -> None:
        self.by_key: dict[str, Flight] = {}
        self.kept: dict[str, Flight] = {}
        self._news = News([], [], [])
        self._unsettled: dict[ClaimKey, Holder] = {}
        self.pace = ShellPace()

    def find(self, claim: ClaimKey) -> Flight | None:
        """The attempt of a claim, if it is under way or waits."""
        key = key_of(claim)
        return self.by_key.get(key) or self.kept.get(key)

    def add(self, claim: Claim, started_at: datetime, holder: Holder) -> None:
        """A holder executes a claim."""
        key = key_of(claim.key)
        self.by_key[key] = Flight(claim, key, Timer(claim, started_at), holder)

    def keep(self, claim: Claim, now: datetime, holder: Holder) -> None:
        """A holder executes a claim after those that it has."""
        key = key_of(claim.key)
        self.kept[key] = Flight(claim, key, Timer(claim, now), holder)

    def begin_next(self, holder: Holder, now: datetime) -> None:
        """There is room for one of those that wait in a holder, which knows it."""
        waits = next(iter(self.kept.values()), None)
        if waits is not None and waits.holder is holder:
            self._begin(waits.key, now)

    def _begin(self, key: str, now: datetime) -> None:
        flight = self.by_key[key] = self.kept.pop(key)
        flight.timer.started_at = now

    def end(self, claim: Claim, outcome: Outcome, started_at: datetime, finished_at: datetime) -> None:
        """Tell the ending of an attempt that no holder remembers."""
        self.tell(Ending(claim, outcome, started_at, finished_at))

    def tell(self, ending: Ending) -> None:
        """An ending is news."""
        self._news.endings.append(ending)

    def report(self, claim: Claim, said: Progressed) -> None:
        """How far an attempt is, is news."""
        self._news.reports.append(Report(claim.key, Progress(said.percent, said.message)))

    def hear(self, holder: Holder, now: datetime) -> None:
        """Take what a holder tells of its children."""
        for event in holder.events(KIND):
            self.take(event, holder, now)

    def take(self, event: Event, holder: Holder, now: datetime) -> None:
        """Take one event."""
        if isinstance(event, Taken):
            self._let_go(holder)
        elif isinstance(event, Unbegun) and event.key in self.kept:
            self.end(self.kept.pop(event.key).claim, NotStarted(), event.at, event.at)
        else:
            if event.key in self.kept:
                self._begin(event.key, now)
            self._take_of(self.by_key.get(event.key), event, holder, now)

    def _take_of(self, flight: Flight | None, event: Spawned | Progressed | End, holder: Holder, now: datetime) -> None:
        match event:
            case Spawned(_, pid, pid_started, started_at) if flight is not None:
                self._news.began.append(Began(flight.claim.key, pid, pid_started, started_at))
            case Progressed() if flight is not None:
                self.report(flight.claim, event)
            case Ended() | Refused() | Lost() | Unbegun() if flight is not None:
                del self.by_key[flight.key]
                self._unsettled[flight.claim.key] = holder
                timer = flight.timer
                ending = landed(flight.claim, event, timer.why, timer.started_at)
                self.pace.learn(ending)
                self.tell(ending)
                self.begin_next(holder, now)
            case Ended() | Refused() | Lost():
                holder.forget([event.key])

    def _let_go(self, holder: Holder) -> None:
        """Another daemon answers for all that the holder has."""
        self.by_key = {key: flight for key, flight in self.by_key.items() if flight.holder is not holder}
        self.kept = {key: flight for key, flight in self.kept.items() if flight.holder is not holder}

    def under_way(self, holder: Holder) -> int:
        """How many attempts a holder executes, as far as it has told."""
        return sum(flight.holder is holder for flight in self.by_key.values())

    def count(self) -> int:
        """How many slots are taken: by what is under way, and by what has ended and was not taken as news."""
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
            *(flight.claim.key for flight in self.kept.values()),
            *(ending.claim.key for ending in self._news.endings),
        ]
