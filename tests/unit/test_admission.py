"""Which waiting runs may start."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobctl.decide.admission.admit import Candidate, Gate, JobRule, Lane, QueueRule, Rules, Running, admit, gates, rooms
from jobctl.decide.admission.token_bucket import Bucket, filled, next_token_at
from jobctl.model.job import Rate

NOW = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)
A, B = Lane("default", "a", False), Lane("default", "b", False)


def _runs(job: str, *orders: int) -> list[Candidate]:
    return [Candidate((0, order, order), job, order) for order in orders]


def _admit(
    rules: Rules, waiting: dict[Lane, list[Candidate]], capacity: int = 100, running: tuple[Running, ...] = ()
) -> list[int]:
    paths = {lane: gates(lane, rules) for lane in waiting}
    room = rooms({gate for path in paths.values() for gate in path}, rules, running, {}, NOW)
    return [c.payload for c in admit({lane: (paths[lane], waiting[lane]) for lane in waiting}, room, capacity).runs]


def _rules(**changes: object) -> Rules:
    plain: dict[str, object] = {"queues": {}, "jobs": {}, "limits": {}}
    return Rules(**(plain | changes))  # type: ignore[arg-type]


def test_without_rules_everything_is_admitted_in_order() -> None:
    assert _admit(_rules(), {A: _runs("a", 1, 4), B: _runs("b", 2, 3)}) == [1, 2, 3, 4]


def test_capacity_bounds_what_is_admitted() -> None:
    assert _admit(_rules(), {A: _runs("a", 1, 4), B: _runs("b", 2, 3)}, 3) == [1, 2, 3]


def test_slots_that_are_taken_are_not_given_again() -> None:
    rules = _rules(queues={"default": QueueRule(slots=3)})
    assert _admit(rules, {A: _runs("a", 1, 2, 3)}, running=(Running(B, "b", 2),)) == [1]


def test_more_running_than_slots_leaves_no_room() -> None:
    rules = _rules(queues={"default": QueueRule(slots=1)})
    assert _admit(rules, {A: _runs("a", 1)}, running=(Running(B, "b", 5),)) == []


def test_a_shut_lane_does_not_stop_the_others() -> None:
    rules = _rules(jobs={"a": JobRule(max_parallel=1)})
    assert _admit(rules, {A: _runs("a", 1, 2), B: _runs("b", 3)}) == [1, 3]


def test_a_limit_used_by_two_jobs_is_shared() -> None:
    rules = _rules(jobs={"a": JobRule(uses=("x",)), "b": JobRule(uses=("x",))}, limits={"x": 2})
    assert _admit(rules, {A: _runs("a", 1, 3), B: _runs("b", 2)}) == [1, 2]


def test_a_limit_named_twice_costs_one_unit() -> None:
    rules = _rules(jobs={"a": JobRule(uses=("x", "x"))}, limits={"x": 2})
    assert _admit(rules, {A: _runs("a", 1, 2, 3)}) == [1, 2]


def test_a_limit_that_is_not_declared_does_not_bound() -> None:
    assert _admit(_rules(jobs={"a": JobRule(uses=("gone",))}), {A: _runs("a", 1, 2)}) == [1, 2]


@pytest.mark.parametrize("paused", [{"paused_queues": frozenset({"default"})}, {"paused_jobs": frozenset({"a"})}])
def test_what_is_paused_is_not_admitted(paused: dict[str, object]) -> None:
    assert _admit(_rules(**paused), {A: _runs("a", 1)}) == []


def test_runs_that_may_not_overlap_are_admitted_one_at_a_time() -> None:
    alone = Lane("default", "a", True)
    assert _admit(_rules(), {alone: _runs("a", 1, 2)}) == [1]


def test_a_run_that_may_not_overlap_waits_for_any_run_of_its_name() -> None:
    alone = Lane("default", "a", True)
    assert _admit(_rules(), {alone: _runs("a", 1)}, running=(Running(Lane("other", "", False), "a", 1),)) == []


def test_a_run_that_may_overlap_shuts_out_one_that_may_not() -> None:
    alone = Lane("default", "a", True)
    assert _admit(_rules(), {A: _runs("a", 1), alone: _runs("a", 2)}) == [1]


def test_a_full_bucket_gives_its_count() -> None:
    rules = _rules(jobs={"a": JobRule(rate=Rate(2, timedelta(minutes=1)))})
    assert _admit(rules, {A: _runs("a", 1, 2, 3)}) == [1, 2]


def test_admitted_runs_take_tokens_from_each_rate() -> None:
    minute = timedelta(minutes=1)
    rules = _rules(queues={"default": QueueRule(rate=Rate(9, minute))}, jobs={"a": JobRule(rate=Rate(2, minute))})
    paths = {lane: gates(lane, rules) for lane in (A, B)}
    room = rooms({g for p in paths.values() for g in p}, rules, (), {}, NOW)
    taken = admit({A: (paths[A], _runs("a", 1, 2, 3)), B: (paths[B], _runs("b", 4))}, room, 9)
    assert taken.tokens == {Gate("queue_rate", "default"): 3, Gate("job_rate", "a"): 2}


def test_a_clock_that_steps_back_neither_fills_nor_empties_a_bucket() -> None:
    assert filled(Bucket(0.5, NOW), Rate(2, timedelta(minutes=1)), NOW - timedelta(hours=1)).tokens == 0.5


@given(
    st.integers(1, 1000),
    st.sampled_from([timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)]),
    st.floats(0, 0.999),
)
def test_at_the_next_token_there_is_one_and_a_moment_before_there_is_none(
    count: int, per: timedelta, tokens: float
) -> None:
    rate, bucket = Rate(count, per), Bucket(tokens, NOW)
    rules = _rules(jobs={"a": JobRule(rate=rate)})
    gate = Gate("job_rate", "a")
    coming = next_token_at(bucket, rate)
    assert rooms([gate], rules, (), {gate: bucket}, coming)[gate] >= 1
    before = coming - timedelta(milliseconds=1)
    assert before < NOW or rooms([gate], rules, (), {gate: bucket}, before)[gate] == 0


@given(
    slots=st.integers(0, 5),
    parallel=st.integers(0, 3),
    units=st.integers(0, 3),
    capacity=st.integers(0, 10),
    a=st.lists(st.integers(0, 99), max_size=8, unique=True),
    b=st.lists(st.integers(100, 199), max_size=8, unique=True),
)
def test_no_rule_is_ever_exceeded_and_nothing_is_held_back_without_one(
    slots: int, parallel: int, units: int, capacity: int, a: list[int], b: list[int]
) -> None:
    rules = _rules(
        queues={"default": QueueRule(slots=slots)},
        jobs={"a": JobRule(max_parallel=parallel, uses=("x",)), "b": JobRule(uses=("x",))},
        limits={"x": units},
    )
    taken = _admit(rules, {A: _runs("a", *sorted(a)), B: _runs("b", *sorted(b))}, capacity)
    of_a = [n for n in taken if n < 100]
    assert of_a == sorted(a)[: len(of_a)]
    assert len(of_a) == min(len(a), parallel, units, slots, capacity)
    assert len(taken) == min(len(of_a) + len(b), units, slots, capacity)


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 50)), max_size=30), st.integers(0, 40))
def test_lanes_together_keep_the_order_of_all(runs: list[tuple[int, int]], capacity: int) -> None:
    found = [Candidate((-priority, due, n), "", n) for n, (priority, due) in enumerate(runs)]
    lanes = {Lane(str(k), "", False): sorted(c for c in found if c.payload % 3 == k) for k in range(3)}
    taken = admit({lane: ((), candidates) for lane, candidates in lanes.items()}, {}, capacity).runs
    assert list(taken) == sorted(found)[:capacity]


def test_a_lane_is_read_only_as_far_as_it_is_needed() -> None:
    read: list[int] = []

    def endless() -> object:
        n = 0
        while True:
            read.append(n)
            yield Candidate((0, n, n), "a", n)
            n += 1

    admit({A: ((), endless())}, {}, 3)  # type: ignore[dict-item]
    assert read == [0, 1, 2]
