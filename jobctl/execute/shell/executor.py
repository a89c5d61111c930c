"""Executes shell jobs: each attempt is a child of a holder, which outlives the daemon."""

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from jobctl.decide.admission.prefetch import Prefetch, may_wait
from jobctl.execute.account import account
from jobctl.execute.attempt import News
from jobctl.execute.command import command
from jobctl.execute.environment import environment
from jobctl.execute.given import given_to
from jobctl.execute.holder.client import Holder
from jobctl.execute.holder.messages import Spawn
from jobctl.execute.logs import Logs
from jobctl.execute.shell.in_flight import Flight, Flights, key_of
from jobctl.execute.shell.takeover import Inheritance, Inherited
from jobctl.execute.state_folder import StateFolder
from jobctl.model.claim import Claim, ClaimKey
from jobctl.model.errors import ExecutionError, Unusable
from jobctl.model.instant import EPOCH
from jobctl.model.outcome import NotStarted, StopReason, Unstartable

Streams = Callable[[Claim], AbstractContextManager[Sequence[int]]]
"""Opens the descriptors 0, 1 and 2 of an attempt; none of them: it gets its stdin, and its log for the others. Further
ones have their numbers there as well."""
_STDIN_BYTES = 64 * 1024
# What waits for others goes back when nothing has begun for so long.
GIVEN_BACK_AFTER = timedelta(milliseconds=50)


@contextmanager
def _own_log(claim: Claim) -> Iterator[Sequence[int]]:
    yield ()


class Shell:
    """The executor of shell jobs. `settled` must hear which endings are on disk: until then the holder keeps them.

    `slots` tells how many of the daemon's there are for it; without, they are not counted. While none is free, attempts
    of jobs that are known to be quick wait in the holder, which starts them as others end, as far as `prefetch` says.
    """

    outlives_daemon = True

    def __init__(
        self,
        holder: Holder,
        logs: Logs,
        daemon_env: Mapping[str, str],
        streams: Streams = _own_log,
        slots: Callable[[], int] | None = None,
    ) -> None:
        self._holder = holder
        self._slots = slots
        self._streams = streams
        self._logs = logs
        self._folder = StateFolder(logs.folder.root.absolute())
        self._daemon_env = dict(daemon_env)
        self._now = EPOCH
        self._flights = Flights()
        self._inheritance = Inheritance(holder, self._flights)

    def start(self, claim: Claim, now: datetime) -> None:
        """Begin an attempt, or have it wait behind others; what keeps it from starting becomes an `Unstartable` ending.

        What finds neither a slot nor somebody to wait for is `NotStarted`.
        """
        self._now = now
        behind = not self._has_free_slot()
        if behind and not (may_wait(claim.job) and self._flights.under_way(self._holder)):
            self._flights.pace.forget(claim.job.name)
            self._flights.end(claim, NotStarted(), now, now)
            return
        try:
            if behind:
                self._holder.spawn_behind(self._spawn(claim), self._flights.under_way(self._holder))
            else:
                with self._streams(claim) as fds:
                    self._holder.spawn(self._spawn(claim)._replace(numbers=tuple(fds[3:])), fds)
        except ExecutionError as error:
            message = f"{error.message}; {error.hint}" if error.hint else error.message
            self._flights.end(claim, Unstartable(message), now, now)
        except Unusable:
            # Its input is in the database, which does not answer now: it waits for another time.
            self._flights.end(claim, NotStarted(), now, now)
        else:
            (self._flights.keep if behind else self._flights.add)(claim, now, self._holder)

    def stop(self, claim: ClaimKey, why: StopReason, now: datetime) -> None:
        """Send the stop signal to everything the attempt started, SIGKILL after the grace period.

        One that waits goes back. It may just have begun: then the signal reaches it.
        """
        flight = self._flights.find(claim)
        if flight is not None and flight.timer.why is None:
            self._recall([flight])
            flight.timer.stop(why, now)
            _ask(flight)

    def pass_on(self, claim: ClaimKey, number: int, now: datetime) -> None:
        """Stop an attempt as `stop` does, by a signal that came from the operator himself."""
        flight = self._flights.find(claim)
        if flight is not None:
            self._recall([flight])
            flight.timer.stop("operator", now)
            _send(flight, number)

    def kill(self, claim: ClaimKey, why: StopReason, now: datetime) -> None:
        """Kill everything the attempt started."""
        flight = self._flights.find(claim)
        if flight is not None:
            self._recall([flight])
            flight.timer.stop(why, now)
            flight.timer.kill_at = None
            _send(flight, signal.SIGKILL)

    def tick(self, now: datetime) -> datetime | None:
        """Enforce time limits; when to come again."""
        self._now = now
        self._inheritance.tick(now)
        for holder in (self._holder, *self._inheritance.holders):
            holder.tidy()
        wakes = [self._give_back(now)]
        for flight in self._flights.by_key.values():
            force = flight.timer.due(now)
            if force == "ask":
                _ask(flight)
            elif force == "kill":
                _send(flight, signal.SIGKILL)
            wakes.append(flight.timer.wake_at())
        return min((at for at in wakes if at is not None), default=None)

    def shift(self, by: timedelta) -> None:
        """Time limits go on as if the clock had not been set."""
        for flight in self._flights.by_key.values():
            flight.timer.shift(by)
        self._now += by

    def news(self) -> News:
        """What happened since the last call."""
        for holder in (self._holder, *self._inheritance.holders):
            self._flights.hear(holder, self._now)
        return self._flights.take_news()

    def settled(self, claims: Iterable[ClaimKey]) -> None:
        """These endings are on disk: the holder may forget them."""
        told = list(claims)
        self._flights.settled(told)
        self._inheritance.settled(told)

    def prefetch(self, now: datetime) -> Prefetch | None:
        """What more is welcome than there are free slots. What waits takes those that others have left first."""
        while self._flights.kept and self._has_free_slot():
            self._holder.allow(self._flights.under_way(self._holder) + 1)
            self._flights.begin_next(self._holder, now)
        waiting = [flight.timer for flight in self._flights.kept.values()]
        return self._flights.pace.prefetch([flight.timer for flight in self._own()], waiting, now)

    def busy(self) -> int:
        """The slots that are taken."""
        return self._flights.count() + self._inheritance.count()

    def blocked(self) -> bool:
        """True when the system lets nobody speak with what holds the processes."""
        return self._inheritance.blocked()

    def streaming(self) -> bool:
        """What waits is quick, and so is what it waits for."""
        return bool(self._flights.kept)

    def in_flight(self) -> list[ClaimKey]:
        """The claims whose ending has not been told."""
        return [*self._flights.claims(), *self._inheritance.claims()]

    def can_be_left(self) -> bool:
        """What is under way goes on in its holder."""
        return not self.streaming()

    def reload(self) -> None:
        """What waits goes back."""
        self.give_back()

    def give_back(self) -> None:
        """What waits goes back."""
        self._recall(self._flights.kept.values())

    def close(self) -> None:
        """Let go: what runs goes on in its holder and can be inherited. The own holder is its owner's to close."""
        self._inheritance.close()

    def inherit(self, folders: Sequence[Path], claims: Sequence[Inherited], now: datetime) -> None:
        """Take over the claims of a dead daemon whose holders lived in `folders`; all their endings follow as news.

        Live children are adopted with their time limits. Ends that a holder saw are told as they were. A shell job
        that none of them started is `NotStarted`. Callables, and whatever died with its holder, are `Lost`, once they
        have been seen dead. A child that is in none of `claims` is killed. Raises ExecutionError if something cannot
        be killed, or a holder is stuck: then no ending was told, and it can be tried again.
        """
        self._inheritance.take(folders, claims, now)

    def _has_free_slot(self) -> bool:
        return self._slots is None or len(self._flights.by_key) + self._inheritance.count() < self._slots()

    def _own(self) -> list[Flight]:
        return [flight for flight in self._flights.by_key.values() if flight.holder is self._holder]

    def _recall(self, flights: Iterable[Flight]) -> None:
        """Have those that wait never be started. Each will be `NotStarted`, unless it has just begun."""
        keys = [flight.key for flight in flights if flight.key in self._flights.kept and not flight.recalled]
        for key in keys:
            self._flights.kept[key].recalled = True
        if keys:
            self._holder.recall(keys)

    def _give_back(self, now: datetime) -> datetime | None:
        """What waits goes back when nothing has begun for long; when that will be."""
        if all(flight.recalled for flight in self._flights.kept.values()):
            return None
        begun_at = max((flight.timer.started_at for flight in self._own()), default=now)
        if now - begun_at < GIVEN_BACK_AFTER:
            return begun_at + GIVEN_BACK_AFTER
        self._recall(self._flights.kept.values())
        return None

    def _spawn(self, claim: Claim) -> Spawn:
        job, who = claim.job, account(claim.job)
        files, secrets = given_to(job, self._daemon_env)
        return Spawn(
            key=key_of(claim.key),
            argv=command(claim),
            env=environment(claim, self._daemon_env, secrets, files),
            cwd=job.working_dir,
            stdin=self._stdin(claim),
            log=self._folder.log_path(claim.run_id, claim.fence),
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
            return self._logs.last(claim.job.stdin_from_run, _STDIN_BYTES)
        return None if claim.job.stdin is None else claim.job.stdin.encode("utf-8", "surrogateescape")


def _ask(flight: Flight) -> None:
    _send(flight, signal.Signals[flight.claim.job.stop_signal])


def _send(flight: Flight, number: int) -> None:
    flight.holder.kill(flight.key, number, flight.timer.why)
