"""What holds a run back: slots, limits, rates, pauses, over all daemons."""

from datetime import timedelta

from jobctl.model.job import Job, Queue, Rate
from jobctl.model.view import Pause
from jobctl.store.protocol import Store
from tests.store.making import at, daemon, deploy, deployed_request, enqueue, ids, request, settled, swap, take


def _runs(store: Store, job: str, count: int) -> list[int]:
    return enqueue(store, *[deployed_request(store, job)] * count)


def test_a_queue_gives_no_more_than_its_slots_over_all_daemons(store: Store, second: Store) -> None:
    one, other = daemon(store, "one"), daemon(store, "other")
    deploy(store, queues=[Queue("default", slots=3)])
    enqueue(store, *[request()] * 5)
    assert (len(take(store, one, at(1), 2)), len(take(second, other, at(2), 5))) == (2, 1)


def test_a_freed_slot_is_given_in_the_same_exchange(store: Store) -> None:
    worker = daemon(store)
    deploy(store, queues=[Queue("default", slots=1)])
    enqueue(store, request(), request())
    (claim,) = take(store, worker, at(1))
    assert ids(swap(store, worker, at(2), settled(claim, at(2)), capacity=5).claims) == [2]


def test_a_full_queue_does_not_hold_back_another(store: Store) -> None:
    worker = daemon(store)
    deploy(store, queues=[Queue("a", slots=1)])
    enqueue(store, request(queue="a"), request(queue="a"), request(queue="b", priority=-5))
    assert ids(take(store, worker, at(1))) == [1, 3]


def test_a_job_runs_at_most_max_parallel_times(store: Store) -> None:
    worker = daemon(store)
    deploy(store, Job(name="a", run="true", max_parallel=2))
    _runs(store, "a", 4)
    assert len(take(store, worker, at(1))) == 2


def test_max_parallel_holds_over_the_queues_of_a_job(store: Store) -> None:
    worker = daemon(store)
    deploy(store, Job(name="a", run="true", max_parallel=1))
    enqueue(store, deployed_request(store, "a"), deployed_request(store, "a", queue="other"))
    assert ids(take(store, worker, at(1))) == [1]


def test_jobs_share_the_units_of_a_limit(store: Store) -> None:
    worker = daemon(store)
    deploy(
        store,
        Job(name="a", run="true", uses=("warehouse",)),
        Job(name="b", run="true", uses=("warehouse",), queue="other"),
        limits={"warehouse": 2},
    )
    _runs(store, "a", 2)
    _runs(store, "b", 2)
    assert ids(take(store, worker, at(1))) == [1, 2]


def test_an_ad_hoc_run_has_no_job_limits(store: Store) -> None:
    worker = daemon(store)
    deploy(store, Job(name="backup", run="true", max_parallel=1))
    enqueue(store, request(), request())
    assert len(take(store, worker, at(1))) == 2


def test_the_limits_of_the_deployed_job_count_for_old_runs(store: Store) -> None:
    worker = daemon(store)
    deploy(store, Job(name="a", run="true"))
    _runs(store, "a", 3)
    deploy(store, Job(name="a", run="true", max_parallel=1), now=at(1))
    assert len(take(store, worker, at(2))) == 1


def test_a_rate_gives_its_burst_and_then_one_by_one(store: Store) -> None:
    worker = daemon(store)
    deploy(store, Job(name="a", run="true", rate=Rate(2, timedelta(minutes=1))))
    _runs(store, "a", 5)
    assert [len(take(store, worker, at(s))) for s in (1, 2, 30.999, 31, 60, 61)] == [2, 0, 0, 1, 0, 1]


def test_a_rate_says_when_its_next_token_comes(store: Store) -> None:
    worker = daemon(store)
    deploy(store, queues=[Queue("default", rate=Rate(2, timedelta(minutes=1)))])
    enqueue(store, *[request()] * 3)
    take(store, worker, at(1))
    assert swap(store, worker, at(2), capacity=1).wake_at == at(31)


def test_who_takes_the_last_token_is_told_when_the_next_one_comes(store: Store) -> None:
    worker = daemon(store)
    deploy(store, queues=[Queue("default", rate=Rate(2, timedelta(minutes=1)))])
    enqueue(store, *[request()] * 5)
    assert swap(store, worker, at(1), capacity=9).wake_at == at(31)
    assert swap(store, worker, at(31), capacity=9).wake_at == at(61)


def test_a_token_is_spent_also_when_the_run_has_ended(store: Store) -> None:
    worker = daemon(store)
    deploy(store, queues=[Queue("default", rate=Rate(1, timedelta(minutes=1)))])
    enqueue(store, request(), request())
    (claim,) = take(store, worker, at(1))
    assert swap(store, worker, at(2), settled(claim, at(2)), capacity=1).claims == []


def test_a_claim_that_never_began_gives_its_tokens_back(store: Store) -> None:
    worker = daemon(store)
    deploy(
        store,
        Job(name="a", run="true", rate=Rate(2, timedelta(hours=1))),
        queues=[Queue("default", rate=Rate(3, timedelta(hours=1)))],
    )
    _runs(store, "a", 2)
    enqueue(store, request(), request())
    began, never = (claim for claim in take(store, worker, at(1)) if claim.job.name == "a")
    ends = settled(began, at(2)), settled(never, at(2), "waiting", outcome="not_started", due_at=never.due_at)

    assert ids(swap(store, worker, at(2), *ends, capacity=9).claims) == [never.run_id]
    _runs(store, "a", 1)
    assert take(store, worker, at(3)) == []


def test_tokens_that_are_given_back_do_not_make_a_rate_larger(store: Store) -> None:
    worker = daemon(store)
    deploy(store, Job(name="a", run="true", rate=Rate(1, timedelta(seconds=10))))
    _runs(store, "a", 3)
    (claim,) = take(store, worker, at(1))
    unbegun = settled(claim, at(30), "waiting", outcome="not_started", due_at=claim.due_at)

    assert len(swap(store, worker, at(30), unbegun, capacity=9).claims) == 1


def test_a_paused_queue_gives_nothing(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    store.pause("queue", "default", Pause(None, None, "ann", at(1)))
    assert take(store, worker, at(2)) == []


def test_a_paused_job_is_held_in_every_queue(store: Store) -> None:
    worker = daemon(store)
    deploy(store, Job(name="a", run="true"), Job(name="b", run="true"))
    enqueue(store, deployed_request(store, "a"), deployed_request(store, "a", queue="x"), deployed_request(store, "b"))
    store.pause("job", "a", Pause(None, None, "ann", at(1)))
    assert ids(take(store, worker, at(2))) == [3]


def test_a_pause_ends_by_itself(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    store.pause("queue", "default", Pause(at(60), None, "ann", at(1)))
    assert swap(store, worker, at(2), capacity=1).wake_at == at(60)
    assert (take(store, worker, at(59)), ids(take(store, worker, at(60)))) == ([], [1])


def test_another_process_sees_a_changed_limit_at_once(store: Store, second: Store) -> None:
    worker = daemon(store)
    deploy(store, queues=[Queue("default", slots=1)])
    enqueue(store, request(), request(), request())
    take(store, worker, at(1))
    deploy(second, queues=[Queue("default", slots=2)], now=at(2))
    assert len(take(store, worker, at(3))) == 1


def test_a_run_that_may_not_overlap_waits_for_one_that_may(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    take(store, worker, at(1))
    enqueue(store, request(overlap="queue"), now=at(2))
    assert take(store, worker, at(3)) == []


def test_of_one_batch_two_runs_that_may_not_overlap_do_not_start_together(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(), request(overlap="queue"))
    assert ids(take(store, worker, at(1))) == [1]


def test_only_is_held_by_the_same_gates(store: Store) -> None:
    worker = daemon(store)
    deploy(store, queues=[Queue("default", slots=1)])
    enqueue(store, request(), request())
    take(store, worker, at(1), 1)
    assert take(store, worker, at(2), only=2) == []
