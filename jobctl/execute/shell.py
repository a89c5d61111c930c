"""Executes shell jobs: each attempt is a child of a holder, which outlives the daemon."""

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from jobctl.execute.account import account
from jobctl.execute.attempt import Began, Ending, News, Report, Timer
from jobctl.execute.command import command
from jobctl.execute.environment import environment
from jobctl.execute.folder import StateFolder
from jobctl.execute.holder import Holder
from jobctl.execute.landing import landed
from jobctl.execute.leftovers import discard, recover
from jobctl.execute.logs import last_output
from jobctl.execute.messages import End, Ended, Event, Lost, Progressed, Refused, Spawn, Spawned, Taken
from jobctl.execute.secrets import resolve
from jobctl.model.claim import Claim, ClaimKey
from jobctl.model.errors import ExecutionError
from jobctl.model.outcome import Lost as LostOutcome
from jobctl.model.outcome import NotStarted, Outcome, StopReason, Unstartable
from jobctl.model.run import Progress

Streams = Callable[[Claim], AbstractContextManager[Sequence[int]]]
"""Opens the descriptors 0, 1 and 2 of an attempt; none of them: it gets its stdin, and its log for the others."""
_KIND = "run"
_STDIN_BYTES = 64 * 1024


class Inherited(NamedTuple):
    """A claim of a dead daemon. `alone`: it was the only one in flight there."""

    claim: Claim
    started_at: datetime
    alone: bool


@dataclass(slots=True)
class _Flight:
    claim: Claim
    key: str
    timer: Timer
    holder: Holder


@contextmanager
def _own_log(claim: Claim) -> Iterator[Sequence[int]]:
    yield ()


class Shell:
    """The executor of shell jobs. `settled` must hear which endings are on disk: until then the holder keeps them."""

    def __init__(
        self, holder: Holder, folder: StateFolder, daemon_env: Mapping[str, str], streams: Streams = _own_log
    ) -> None:
        self._holder = holder
        self._streams = streams
        self._folder = folder
        self._daemon_env = dict(daemon_env)
        self._flights: dict[str, _Flight] = {}
        self._adopted: list[Holder] = []
        self._mourned: list[tuple[Inherited, tuple[Holder, ...]]] = []
        self._buried: dict[Path, set[ClaimKey]] = {}
        self._news = News([], [], [])
        self._unsettled: dict[ClaimKey, Holder] = {}

    def start(self, claim: Claim, now: datetime) -> None:
        """Begin an attempt; what keeps it from starting becomes an `Unstartable` ending."""
        try:
            with self._streams(claim) as fds:
                self._holder.spawn(self._spawn(claim), fds)
        except ExecutionError as error:
            message = f"{error.message}; {error.hint}" if error.hint else error.message
            self._end(claim, Unstartable(message), now, now)
        else:
            self._fly(claim, now, self._holder)

    def stop(self, claim: ClaimKey, why: StopReason, now: datetime) -> None:
        """Send the stop signal to everything the attempt started, SIGKILL after the grace period."""
        flight = self._flights.get(_key(claim))
        if flight is not None and flight.timer.why is None:
            flight.timer.stop(why, now)
            self._ask(flight)

    def pass_on(self, claim: ClaimKey, number: int, now: datetime) -> None:
        """Stop an attempt as `stop` does, by a signal that came from the operator himself."""
        flight = self._flights.get(_key(claim))
        if flight is not None:
            flight.timer.stop("operator", now)
            flight.holder.kill(flight.key, number, flight.timer.why)

    def kill(self, claim: ClaimKey, why: StopReason, now: datetime) -> None:
        """Kill everything the attempt started."""
        flight = self._flights.get(_key(claim))
        if flight is not None:
            flight.timer.stop(why, now)
            flight.timer.kill_at = None
            flight.holder.kill(flight.key, signal.SIGKILL, flight.timer.why)

    def tick(self, now: datetime) -> datetime | None:
        """Enforce time limits; when to come again."""
        self._mourn(now)
        wakes = []
        for flight in self._flights.values():
            force = flight.timer.due(now)
            if force == "ask":
                self._ask(flight)
            elif force == "kill":
                flight.holder.kill(flight.key, signal.SIGKILL, flight.timer.why)
            wakes.append(flight.timer.wake_at())
        return min((at for at in wakes if at is not None), default=None)

    def news(self) -> News:
        """What happened since the last call."""
        for holder in (self._holder, *self._adopted):
            flights = sum(flight.holder is holder for flight in self._flights.values())
            for event in holder.events(_KIND):
                self._take(event, holder, alone=flights == 1)
        news, self._news = self._news, News([], [], [])
        return news

    def settled(self, claims: Iterable[ClaimKey]) -> None:
        """These endings are on disk: the holder may forget them."""
        keys: dict[Holder, list[str]] = {}
        for claim in claims:
            holder = self._unsettled.pop(claim, None)
            if holder is not None:
                keys.setdefault(holder, []).append(_key(claim))
            for unsettled in self._buried.values():
                unsettled.discard(claim)
        for holder, forgotten in keys.items():
            holder.forget(forgotten)
        self._discard_settled()

    def in_flight(self) -> list[ClaimKey]:
        """The claims whose ending has not been told."""
        told_next = [ending.claim.key for ending in self._news.endings]
        mourned = [inherited.claim.key for inherited, _ in self._mourned]
        return [*(flight.claim.key for flight in self._flights.values()), *mourned, *told_next]

    def reload(self) -> None:
        """Nothing of a catalog is kept here."""

    def close(self) -> None:
        """Let go: what runs goes on in its holder and can be inherited. The own holder is its owner's to close."""
        for holder in self._adopted:
            holder.close()

    def inherit(self, folders: Sequence[Path], claims: Sequence[Inherited], now: datetime) -> None:
        """Take over the claims of a dead daemon whose holders lived in `folders`; all their endings follow as news.

        Live children are adopted with their time limits. Ends that a holder saw are told as they were. A shell job
        that none of them started is `NotStarted`. Callables, and whatever died with its holder, are `Lost`, once they
        have been seen dead. A child that is in none of `claims` is killed. Raises ExecutionError if something cannot
        be killed, or a holder is stuck: then no ending was told, and it can be tried again.
        """
        homes = [(folder, self._neighbour(folder)) for folder in folders]
        ends = {folder: recover(folder) for folder, holder in homes if holder is None}
        left = {_key(inherited.claim.key): inherited for inherited in claims}
        for folder, holder in homes:
            if holder is None:
                self._bury(folder, ends[folder], left)
            else:
                self._adopt(holder, left, now)
        holders = tuple(holder for _, holder in homes if holder is not None)
        for inherited in left.values():
            if inherited.claim.job.kind == "callable":
                self._mourned.append((inherited, holders))
            else:
                self._end(inherited.claim, NotStarted(), now, now)
        self._mourn(now)

    def _neighbour(self, folder: Path) -> Holder | None:
        """The living holder in a folder, connected to only once."""
        for holder in self._adopted:
            if holder.folder == folder:
                return holder
        found = self._holder.neighbour(folder)
        if found is not None:
            self._adopted.append(found)
        return found

    def _bury(self, folder: Path, ends: Sequence[End], left: dict[str, Inherited]) -> None:
        """Tell the ends that a dead holder saw; its folder stays until they are on disk."""
        told = set()
        for event in ends:
            inherited = left.get(event.key)
            if inherited is not None and inherited.claim.job.kind == "shell":
                del left[event.key]
                told.add(inherited.claim.key)
                ending = landed(inherited.claim, event, None, inherited.started_at, alone=inherited.alone)
                self._news.endings.append(ending)
        self._buried[folder] = told
        self._discard_settled()

    def _adopt(self, holder: Holder, left: dict[str, Inherited], now: datetime) -> None:
        """Take over what a living holder has; children that nobody claims are killed."""
        holder.end()
        ended = holder.events(_KIND)
        known = {child.key for child in holder.held} | {event.key for event in ended if not isinstance(event, Taken)}
        for key in known & left.keys():
            inherited = left.pop(key)
            self._fly(inherited.claim, inherited.started_at, holder)
        for child in holder.held:
            flight = self._flights.get(child.key)
            if flight is not None and child.why is not None:
                flight.timer.stop(child.why, now)
            if not child.dies_with_client and child.key not in self._flights:
                holder.kill(child.key, signal.SIGKILL)
        for event in ended:
            self._take(event, holder, alone=False)

    def _mourn(self, now: datetime) -> None:
        """Callables of a dead daemon are lost as soon as none of its workers lives."""
        waiting = self._mourned
        self._mourned = []
        for inherited, holders in waiting:
            for holder in holders:
                holder.events("worker")
            if any(holder.alive("worker") for holder in holders):
                self._mourned.append((inherited, holders))
            else:
                self._lose(inherited, now)

    def _discard_settled(self) -> None:
        for folder in [folder for folder, unsettled in self._buried.items() if not unsettled]:
            discard(folder)
            del self._buried[folder]

    def _lose(self, inherited: Inherited, now: datetime) -> None:
        lost = LostOutcome("its daemon died", counts=inherited.alone)
        self._end(inherited.claim, lost, inherited.started_at, max(now, inherited.started_at))

    def _fly(self, claim: Claim, started_at: datetime, holder: Holder) -> None:
        key = _key(claim.key)
        self._flights[key] = _Flight(claim, key, Timer(claim, started_at), holder)

    def _end(self, claim: Claim, outcome: Outcome, started_at: datetime, finished_at: datetime) -> None:
        self._news.endings.append(Ending(claim, outcome, started_at, finished_at))

    def _ask(self, flight: _Flight) -> None:
        flight.holder.kill(flight.key, signal.Signals[flight.claim.job.stop_signal], flight.timer.why)

    def _spawn(self, claim: Claim) -> Spawn:
        job, who = claim.job, account(claim.job)
        secrets = resolve(job, self._daemon_env)
        return Spawn(
            key=_key(claim.key),
            argv=command(claim),
            env=environment(claim, self._daemon_env, secrets),
            cwd=job.working_dir,
            stdin=self._stdin(claim),
            log=str(self._folder.log(claim.run_id, claim.fence).absolute()),
            log_max_bytes=job.log_max_bytes,
            secrets=tuple(secrets.values()),
            user=who.user,
            group=who.group,
            extra_groups=who.extra_groups,
            umask=job.umask,
            nice=job.nice,
            resources=job.resources,
            progress=True,
        )

    def _stdin(self, claim: Claim) -> bytes | None:
        if claim.job.stdin_from_run is not None:
            return last_output(self._folder, claim.job.stdin_from_run, _STDIN_BYTES)
        return None if claim.job.stdin is None else claim.job.stdin.encode("utf-8", "surrogateescape")

    def _take(self, event: Event, holder: Holder, *, alone: bool) -> None:
        if isinstance(event, Taken):
            self._flights = {key: flight for key, flight in self._flights.items() if flight.holder is not holder}
            return
        flight = self._flights.get(event.key)
        match event:
            case Spawned(_, pid, pid_started, started_at) if flight is not None:
                self._news.began.append(Began(flight.claim.key, pid, pid_started, started_at))
            case Progressed(_, percent, message) if flight is not None:
                self._news.reports.append(Report(flight.claim.key, Progress(percent, message)))
            case Ended() | Refused() | Lost() if flight is not None:
                del self._flights[flight.key]
                self._unsettled[flight.claim.key] = holder
                timer = flight.timer
                self._news.endings.append(landed(flight.claim, event, timer.why, timer.started_at, alone=alone))
            case Ended() | Refused():
                holder.forget([event.key])


def _key(claim: ClaimKey) -> str:
    return f"{_KIND}:{claim.run_id}.{claim.fence}"
