"""What holds for every schedule and instant."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from jobctl.decide.schedule.fire import fires_between, jitter_for, next_fire
from jobctl.decide.schedule.missed import decide_fires
from jobctl.model.job import Dst, Schedule
from tests.unit.fire.random_schedules import ZONES, expression, instant

WALK = 400
DSTS = st.builds(Dst, gap=st.sampled_from(["shift", "skip"]), repeat=st.sampled_from(["first", "last", "both"]))


@st.composite
def moments(draw: st.DrawFn) -> tuple[Schedule, datetime]:
    """A schedule of one to three sources, and an instant, often close to a change of offset."""
    dice = Random(draw(st.integers(0, 10**9)))
    zone = dice.choice(ZONES)
    typed = [expression(dice) for _ in range(dice.choice([1, 1, 1, 2]))]
    if dice.random() < 0.2:
        typed.append(f"@every {dice.randint(1, 400)}m")
    schedule = Schedule(
        cron=tuple(typed),
        timezone=zone,
        dst=draw(DSTS),
        jitter=timedelta(seconds=draw(st.integers(0, 600))),
        catchup=draw(st.sampled_from(["none", "last", "all"])),
        catchup_window=timedelta(minutes=draw(st.integers(0, 3000))),
        catchup_limit=draw(st.integers(0, 20)),
    )
    return schedule, instant(dice, zone)


def walk(schedule: Schedule, after: datetime, until: datetime, at_most: int = WALK) -> list[datetime]:
    """The fires in (after, until] by asking for the next one again and again."""
    found: list[datetime] = []
    at = next_fire(schedule, "backup", after)
    while at is not None and at <= until and len(found) < at_most:
        found.append(at)
        at = next_fire(schedule, "backup", at)
    return found


@given(moments())
def test_the_next_fire_is_later(moment: tuple[Schedule, datetime]) -> None:
    schedule, after = moment
    found = next_fire(schedule, "backup", after)
    assert found is None or (found > after and found.tzinfo is UTC)


@given(moments(), st.integers(1, 100_000))
def test_no_fire_lies_between_an_instant_and_the_next_fire(moment: tuple[Schedule, datetime], back: int) -> None:
    schedule, after = moment
    found = next_fire(schedule, "backup", after)
    if found is not None:
        between = max(after, found - timedelta(milliseconds=back))
        assert next_fire(schedule, "backup", between) == found


@given(moments(), st.integers(0, 5_000), st.integers(0, 30))
def test_a_stretch_holds_what_walking_finds(moment: tuple[Schedule, datetime], minutes: int, limit: int) -> None:
    schedule, after = moment
    walked = walk(schedule, after, after + timedelta(minutes=minutes))
    until = walked[-1] if walked else after
    found = fires_between(schedule, "backup", after, until, limit)
    kept = walked[-limit:] if limit else []
    dropped = walked[: len(walked) - len(kept)]
    assert found.kept == tuple(kept)
    assert found.dropped == ((dropped[0], dropped[-1], len(dropped)) if dropped else None)


@given(moments())
def test_jitter_stays_within_its_bounds(moment: tuple[Schedule, datetime]) -> None:
    schedule, after = moment
    nominal = next_fire(schedule, "backup", after)
    if nominal is None:
        return
    jitter = jitter_for(schedule, "backup", nominal)
    following = next_fire(schedule, "backup", nominal)
    assert timedelta(0) <= jitter <= schedule.jitter
    assert following is None or nominal + jitter < following


@settings(max_examples=200)
@given(moments(), st.integers(0, 5_000), st.integers(-600, 6_000))
def test_each_nominal_time_has_exactly_one_record(moment: tuple[Schedule, datetime], outage: int, duty: int) -> None:
    schedule, cursor_at = moment
    now = cursor_at + timedelta(minutes=outage)
    walked = walk(schedule, cursor_at, now)
    if len(walked) == WALK:
        now = walked[-1]
    decided = decide_fires(schedule, "backup", cursor_at, cursor_at + timedelta(minutes=duty), now)
    fired = [fire.nominal_at for fire in decided.due]
    ranged = [at for at in walked for missed in decided.missed if missed.from_at <= at <= missed.to_at]
    assert sorted(fired + ranged) == walked
    assert sum(missed.times for missed in decided.missed) == len(ranged)
    assert decided.cursor_at == now
    assert decided.next_at == next_fire(schedule, "backup", now)
