"""Where a run stands among the others."""

from datetime import timedelta

from jobctl.decide.admission.admit import Gate, Lane
from jobctl.model.job import Job, Queue, Rate
from jobctl.model.view import Pause
from jobctl.store.protocol import Store
from tests.store.making import at, daemon, deploy, deployed_request, enqueue, finish, request, settled, swap, take


def test_a_run_that_does_not_exist_stands_nowhere(store: Store) -> None:
    assert store.standing(7) is None


def test_a_run_knows_what_is_claimed_before_it_in_its_lane_and_in_all(store: Store) -> None:
    enqueue(store, request("a"), request("a", priority=5), request("b", queue="q"), request("a"), request("a"))
    standing = store.standing(4)
    assert standing is not None
    assert (standing.lane, standing.ready) == (Lane("default", "", False), True)
    assert (standing.before_in_lane, standing.before) == (2, 3)


def test_a_run_that_is_not_due_has_nothing_before_it(store: Store) -> None:
    enqueue(store, request(), request(due_at=at(60), expires_at=at(90)))
    standing = store.standing(2)
    assert standing is not None
    assert (standing.ready, standing.before, standing.expires_at) == (False, 0, at(90))


def test_what_runs_is_told_with_its_lane(store: Store) -> None:
    worker = daemon(store)
    deploy(store, Job(name="a", run="true"), queues=[Queue("default", slots=1)], limits={"units": 2})
    enqueue(store, deployed_request(store, "a"), deployed_request(store, "a"))
    take(store, worker, at(1))
    standing = store.standing(2)
    assert standing is not None
    assert [(f.run_id, f.job, f.lane) for f in standing.in_flight] == [(1, "a", Lane("default", "a", False))]
    assert (standing.rules.queues["default"].slots, standing.rules.limits) == (1, {"units": 2})


def test_the_run_that_runs_knows_its_daemon_and_that_it_was_asked_to_stop(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    take(store, worker, at(1))
    store.cancel([1], "ann", at(2))
    standing = store.standing(1)
    assert standing is not None
    assert (standing.daemon_id, standing.stop) == (worker, "operator")


def test_a_run_that_may_not_overlap_knows_the_one_that_waits_for_its_retry(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(overlap="queue"))
    (claim,) = take(store, worker, at(1))
    swap(store, worker, at(2), settled(claim, at(2), "waiting", reason="retry", due_at=at(60)))
    enqueue(store, request(overlap="queue"), now=at(3))
    waiting, under_way = store.standing(2), store.standing(1)
    assert waiting is not None
    assert under_way is not None
    assert (waiting.under_way, under_way.under_way) == (1, None)


def test_a_bucket_is_told_as_it_was_last_paid_from(store: Store) -> None:
    worker = daemon(store)
    deploy(store, queues=[Queue("default", rate=Rate(1, timedelta(minutes=1)))])
    enqueue(store, request(), request())
    take(store, worker, at(1))
    standing = store.standing(2)
    assert standing is not None
    bucket = standing.buckets[Gate("queue_rate", "default")]
    assert (bucket.tokens, bucket.filled_at) == (0.0, at(1))


def test_pauses_are_told_by_kind_and_name(store: Store) -> None:
    enqueue(store, request())
    held = Pause(at(60), "deploy", "ann", at(1))
    store.pause("queue", "default", held)
    standing = store.standing(1)
    assert standing is not None
    assert standing.pauses == {("queue", "default"): held}


def test_a_finished_run_knows_for_how_long_it_holds_its_key(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(key="k", unique_for_ms=60_000))
    finish(store, worker, 1, at(2))
    standing = store.standing(1)
    assert standing is not None
    assert (standing.key_until, standing.key_holder) == (at(62), None)


def test_a_finished_run_knows_which_live_one_holds_its_key(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(key="k"))
    finish(store, worker, 1, at(2))
    enqueue(store, request(key="k"), now=at(3))
    standing = store.standing(1)
    assert standing is not None
    assert standing.key_holder == 2


def test_the_records_of_nominal_times_come_newest_first(store: Store) -> None:
    enqueue(
        store,
        request("a", scheduled_for=at(10)),
        request("a", scheduled_for=at(30)),
        request("a"),
        request("a", scheduled_for=at(20)),
        request("b", scheduled_for=at(40)),
    )
    assert [run.run_id for run in store.fires("a", 2)] == [2, 4]
    assert [run.missed for run in store.fires("a", 9)] == [None] * 3
