"""A fire loop on a clock that the test sets, over a real database; and who counts the records afterwards."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from jobctl.daemon.loops.fire import FireLoop
from jobctl.model.claim import Claim
from jobctl.model.run import Run
from jobctl.store.protocol import Store
from jobctl.store.values import RunFilter
from tests.store.making import daemon, settled, swap, take

POLL = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
BOOT = "this-boot"


class Watch:
    """One daemon's fire loop, from the moment it comes on duty; and a worker that starts and ends runs when told to."""

    def __init__(self, store: Store, now: datetime, *, boot: str = BOOT, booted_at: datetime | None = None) -> None:
        self.store = store
        self.now = now
        self._loop = FireLoop(store, now, boot, booted_at or now - DAY)
        self._worker = daemon(store, now=now)
        self._loop.tick(now)

    def until(self, then: datetime) -> None:
        """Watch the clock up to `then`, as a daemon does: at each wake-up, or after a second."""
        self._loop.wake()
        while self.now < then:
            wake_at = self._loop.tick(self.now) or then
            self.now = min(then, max(self.now + timedelta(milliseconds=1), min(wake_at, self.now + POLL)))
        self._loop.tick(self.now)

    def jump(self, then: datetime) -> None:
        """The clock shows `then` at once: a step, or the end of a suspend."""
        self.now = then
        self._loop.wake()
        self._loop.tick(then)

    def begin(self) -> list[datetime | None]:
        """Start what may start; their nominal times."""
        return [claim.scheduled_for for claim in self.claims()]

    def claims(self) -> list[Claim]:
        """Start what may start."""
        return take(self.store, self._worker, self.now)

    def settle(self, *claims: Claim) -> None:
        """End what was started."""
        swap(self.store, self._worker, self.now, *(settled(claim, self.now) for claim in claims))

    def work(self) -> list[datetime | None]:
        """Start what may start and end it, one batch after another, until nothing waits; the nominal times in order."""
        done: list[datetime | None] = []
        while claims := self.claims():
            self.settle(*claims)
            done += [claim.scheduled_for for claim in claims]
        return done


def tell(store: Store, job: str = "job") -> list[str]:
    """The records of a job by nominal time: `day hour:minute state/reason`, and how many times a range covers."""
    return [_line(run) for run in by_time(store, job)]


def by_time(store: Store, job: str = "job") -> list[Run]:
    """The records of a job, by nominal time."""
    found = store.runs(RunFilter(job=job, limit=100_000))
    return sorted((run for run in found if run.scheduled_for), key=lambda run: (run.scheduled_for, run.run_id))


def check(store: Store, nominal: Iterable[datetime], job: str = "job") -> None:
    """Each of the nominal times has exactly one record, and nothing else has any."""
    wanted = list(nominal)
    counted: Counter[datetime] = Counter()
    for run in by_time(store, job):
        assert run.scheduled_for is not None
        if run.missed is None:
            counted[run.scheduled_for] += 1
            continue
        covered = [at for at in wanted if run.missed.from_at <= at <= run.missed.to_at]
        assert (run.state, run.reason, run.missed.times) == ("skipped", "missed", len(covered)), run
        assert (run.missed.from_at, run.missed.to_at, run.scheduled_for) == (covered[0], covered[-1], covered[-1]), run
        counted.update(covered)
    assert counted == Counter(wanted), sorted((counted - Counter(wanted)) + (Counter(wanted) - counted))


def every_minute_of(start: datetime, end: datetime, fits: Callable[[datetime], bool]) -> list[datetime]:
    """The minutes in (start, end] that fit: nominal times by looking at each minute."""
    minutes = int((end - start) / MINUTE)
    return [at for n in range(1, minutes + 1) if fits(at := start + n * MINUTE)]


def _line(run: Run) -> str:
    why = f"/{run.reason}" if run.reason else ""
    times = f" x{run.missed.times}" if run.missed else ""
    return f"{run.scheduled_for:%d %H:%M} {run.state}{why}{times}"
