"""Whatever happens to daemons, clocks and catalogs, in any order: each nominal time ends in exactly one record."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Literal

import pytest

from jobctl.model.errors import Refused
from jobctl.model.job import Catchup, Job, Overlap, Schedule
from jobctl.model.view import Pause
from jobctl.store.opening import open_store
from jobctl.store.protocol import Store
from tests.kit.fires import MINUTE, Watch, check, every_minute_of
from tests.store.making import deploy, deployed_request, enqueue

DEPLOYED = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)
STEPS = 40
Step = Literal["watch", "suspend", "back", "restart", "other", "pause", "until", "resume", "rule", "command", "hand"]
WEIGHTS: dict[Step, int] = {
    "watch": 10,
    "suspend": 3,
    "back": 2,
    "restart": 4,
    "other": 2,
    "pause": 2,
    "until": 2,
    "resume": 3,
    "rule": 2,
    "command": 2,
    "hand": 3,
}
OVERLAPS: tuple[Overlap, ...] = ("skip", "queue", "replace", "allow")
CATCHUPS: tuple[Catchup, ...] = ("none", "last", "all")


class Life:
    """A job that fires every ten minutes, and what befalls it."""

    def __init__(self, store: Store, dice: Random) -> None:
        self.store, self.dice = store, dice
        self.now = self.latest = DEPLOYED
        self.told: list[str] = []
        self.job = self.another()
        deploy(store, self.job, now=DEPLOYED)
        self.watch = Watch(store, DEPLOYED)

    def another(self) -> Job:
        """The job under other rules, with the same times."""
        schedule = Schedule(
            cron=("*/10 * * * *",),
            catchup=self.dice.choice(CATCHUPS),
            catchup_window=timedelta(minutes=self.dice.choice([30, 200, 2000])),
            catchup_limit=self.dice.choice([1, 3, 100]),
        )
        overlap = self.dice.choice(OVERLAPS)
        return Job(name="job", run=f"echo {self.dice.random()}", schedule=schedule, overlap=overlap)

    def step(self, what: Step) -> None:
        """Let one thing happen."""
        self.told.append(f"{self.now:%H:%M:%S} {what}")
        match what:
            case "watch":
                self.watch.until(self.go(self.dice.uniform(0, 25)))
            case "suspend":
                self.watch.jump(self.go(self.dice.uniform(0, 240)))
            case "back":
                self.watch.jump(self.go(-self.dice.uniform(0, 60)))
            case "restart":
                self.watch = Watch(self.store, self.go(self.dice.uniform(0, 120)))
            case "other":
                Watch(self.store, self.now)
            case "pause" | "until":
                until = self.now + self.dice.uniform(0, 90) * MINUTE if what == "until" else None
                self.store.pause("job", "job", Pause(until and whole(until), None, "ann", self.now))
            case "resume":
                self.store.resume("job", "job", self.now)
            case "rule" | "command":
                self.change(what == "rule")
            case "hand":
                self.by_hand()
        if self.dice.random() < 0.5:
            self.watch.work()

    def go(self, minutes: float) -> datetime:
        """The clock, so much later or earlier."""
        self.now = whole(max(DEPLOYED, self.now + minutes * MINUTE))
        self.latest = max(self.latest, self.now)
        return self.now

    def change(self, rule: bool) -> None:
        """Deploy another version: with or without another schedule."""
        other = self.another()
        self.job = other if rule else Job(name="job", run=other.run, schedule=self.job.schedule, overlap=other.overlap)
        deploy(self.store, self.job, now=self.now)

    def by_hand(self) -> None:
        """Somebody wants a run for a nominal time, past or coming."""
        minute = DEPLOYED + (self.now - DEPLOYED) // (10 * MINUTE) * 10 * MINUTE
        at = minute + self.dice.randint(-12, 2) * 10 * MINUTE
        if at > DEPLOYED:
            try:
                enqueue(self.store, deployed_request(self.store, "job", scheduled_for=at), now=self.now)
            except Refused:
                self.told[-1] += " refused"

    def end(self) -> None:
        """A daemon watches until every time that was touched has come."""
        self.store.resume("job", "job", self.now)
        end = self.latest + 31 * MINUTE
        Watch(self.store, self.now).until(end)
        check(self.store, every_minute_of(DEPLOYED, end, lambda at: at.minute % 10 == 0))


def whole(instant: datetime) -> datetime:
    """To the second."""
    return instant.replace(microsecond=0)


@pytest.mark.parametrize("seed", range(8))
def test_case_24_and_26_any_order_of_events_leaves_one_record_for_each_nominal_time(tmp_path: Path, seed: int) -> None:
    dice = Random(seed)
    for number in range(3):
        store = open_store(str(tmp_path / f"{number}.db"))
        life = Life(store, dice)
        try:
            for what in dice.choices(list(WEIGHTS), list(WEIGHTS.values()), k=STEPS):
                life.step(what)
            life.end()
        except AssertionError as error:
            raise AssertionError("\n".join([*life.told, str(error)])) from error
        finally:
            store.close()
