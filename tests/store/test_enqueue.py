"""Promising runs: what becomes of a request."""

import json
from datetime import timedelta
from typing import Any

import pytest

from jobctl.model.errors import Refused
from jobctl.model.job import Job
from jobctl.store.protocol import Store
from jobctl.store.values import RunFilter
from tests.store.making import (
    NOON,
    at,
    daemon,
    deploy,
    deployed_request,
    enqueue,
    finish,
    ids,
    request,
    settled,
    swap,
    take,
)


def test_a_new_run_waits(store: Store) -> None:
    (answer,) = store.enqueue([request()], NOON)
    assert (answer.state, answer.reason, answer.created) == ("waiting", None, True)


def test_every_field_of_a_request_comes_back_in_the_run(store: Store) -> None:
    (run_id,) = enqueue(
        store,
        request(
            params='{"album": 7}',
            queue="images",
            priority=3,
            due_at=at(5),
            key="k",
            correlation_id="c",
            scheduled_for=at(-9),
            created_by="bob",
        ),
        now=at(1),
    )
    run = store.run(run_id)
    assert run is not None
    assert (run.job, run.queue, run.priority, run.params) == ("backup", "images", 3, {"album": 7})
    assert (run.due_at, run.created_at, run.scheduled_for) == (at(5), at(1), at(-9))
    assert (run.key, run.correlation_id, run.created_by) == ("k", "c", "bob")
    assert (run.started_at, run.finished_at, run.attempt, run.host) == (None, None, 0, None)


def test_run_ids_grow_in_the_order_of_the_requests(store: Store) -> None:
    assert enqueue(store, *[request(f"job{n}") for n in range(5)]) == [1, 2, 3, 4, 5]


def test_a_live_key_gives_the_run_that_holds_it(store: Store) -> None:
    first, second = store.enqueue([request(key="k"), request(key="k")], NOON)
    assert (second.run_id, second.created, second.state) == (first.run_id, False, "waiting")


def test_the_same_key_of_another_job_is_another_key(store: Store) -> None:
    assert enqueue(store, request("a", key="k"), request("b", key="k")) == [1, 2]


@pytest.mark.parametrize("facts", [{}, {"outcome": "succeeded", "exit_code": None}], ids=["shell", "call"])
def test_a_finished_run_holds_its_key_for_unique_for(store: Store, facts: dict[str, Any]) -> None:
    worker = daemon(store)
    (run_id,) = enqueue(store, request(key="k", unique_for_ms=10_000))
    finish(store, worker, run_id, at(1), **facts)
    (answer,) = store.enqueue([request(key="k")], at(10.999))
    assert (answer.run_id, answer.created, answer.state) == (run_id, False, "succeeded")


def test_a_key_is_free_again_when_unique_for_is_over(store: Store) -> None:
    worker = daemon(store)
    (run_id,) = enqueue(store, request(key="k", unique_for_ms=10_000))
    finish(store, worker, run_id, at(1))
    (answer,) = store.enqueue([request(key="k")], at(11))
    assert answer.created


def test_a_finished_run_without_unique_for_lets_its_key_go(store: Store) -> None:
    worker = daemon(store)
    (run_id,) = enqueue(store, request(key="k"))
    finish(store, worker, run_id, at(1))
    assert store.enqueue([request(key="k")], at(1))[0].created


def test_skip_records_a_second_run_as_skipped(store: Store) -> None:
    _, second = store.enqueue([request(overlap="skip"), request(overlap="skip")], NOON)
    assert (second.state, second.reason, second.created) == ("skipped", "overlap", True)


def test_skip_counts_a_run_that_waits_for_its_retry(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(overlap="skip"))
    (claim,) = take(store, worker, at(1))
    swap(store, worker, at(2), settled(claim, at(2), "waiting", reason="retry", due_at=at(60)))
    assert store.enqueue([request(overlap="skip")], at(3))[0].reason == "overlap"


def test_queue_lets_one_wait_beside_the_running_one(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(overlap="queue"))
    take(store, worker, at(1))
    second, third = store.enqueue([request(overlap="queue")] * 2, at(2))
    assert (second.state, third.state, third.reason) == ("waiting", "skipped", "overlap")


def test_a_queued_run_is_not_started_beside_the_running_one(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(overlap="queue"))
    take(store, worker, at(1))
    enqueue(store, request(overlap="queue"), now=at(2))
    assert take(store, worker, at(3)) == []


def test_a_queued_run_starts_when_the_one_before_has_ended(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(overlap="queue"))
    (claim,) = take(store, worker, at(1))
    (queued,) = enqueue(store, request(overlap="queue"), now=at(2))
    assert ids(swap(store, worker, at(3), settled(claim, at(3)), capacity=5).claims) == [queued]


def test_a_queued_run_lets_a_retry_of_the_one_before_go_first(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(overlap="queue"))
    (claim,) = take(store, worker, at(1))
    enqueue(store, request(overlap="queue"), now=at(2))
    swap(store, worker, at(3), settled(claim, at(3), "waiting", reason="retry", due_at=at(60)))
    assert (take(store, worker, at(59)), ids(take(store, worker, at(60)))) == ([], [claim.run_id])


def test_replace_asks_for_the_running_one_to_be_stopped(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(overlap="replace"))
    (claim,) = take(store, worker, at(1))
    enqueue(store, request(overlap="replace"), now=at(2))
    assert [(one.claim, one.why) for one in store.stop_requests(worker)] == [(claim.key, "replaced")]


def test_replace_waits_until_the_running_one_is_gone(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(overlap="replace"))
    (claim,) = take(store, worker, at(1))
    (new,) = enqueue(store, request(overlap="replace"), now=at(2))
    assert take(store, worker, at(3)) == []
    ended = settled(claim, at(4), "cancelled", reason="replaced")
    assert ids(swap(store, worker, at(4), ended, capacity=1).claims) == [new]


def test_replace_cancels_the_waiting_ones(store: Store) -> None:
    old, new = enqueue(store, request(overlap="replace"), request(overlap="replace"), now=at(2))
    run = store.run(old)
    assert run is not None
    assert (run.state, run.reason, run.finished_at) == ("cancelled", "replaced", at(2))
    assert [r.run_id for r in store.runs(RunFilter(state="waiting"))] == [new]


def test_allow_starts_runs_together(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(), request())
    assert len(take(store, worker, at(1))) == 2


def test_skip_sees_runs_of_the_same_job_in_other_queues(store: Store) -> None:
    enqueue(store, request(queue="other"))
    assert store.enqueue([request(overlap="skip")], NOON)[0].state == "skipped"


def test_a_nominal_time_is_given_to_one_run_only(store: Store) -> None:
    enqueue(store, request(scheduled_for=at(-60)))
    with pytest.raises(Refused, match="already has a run for"):
        store.enqueue([request("other"), request(scheduled_for=at(-60))], at(1))


def test_a_nominal_time_is_not_given_twice_in_a_batch(store: Store) -> None:
    with pytest.raises(Refused, match="already has a run for"):
        store.enqueue([request(scheduled_for=at(-60), params=f'{{"n":{n}}}') for n in range(2)], NOON)


def test_runs_under_a_rule_and_runs_without_one_are_promised_together(store: Store) -> None:
    free, ruled = request("free"), request("ruled", overlap="skip")
    answers = store.enqueue([free, free, ruled, ruled, free], NOON)
    assert [answer.state for answer in answers] == ["waiting", "waiting", "waiting", "skipped", "waiting"]


def test_a_refused_batch_promises_nothing(store: Store) -> None:
    enqueue(store, request(scheduled_for=at(-60)))
    with pytest.raises(Refused):
        store.enqueue([request("other"), request(scheduled_for=at(-60))], at(1))
    assert [run.job for run in store.runs(RunFilter())] == ["backup"]


def test_a_run_keeps_the_definition_that_it_was_enqueued_with(store: Store) -> None:
    worker = daemon(store)
    deploy(store, Job(name="backup", run="old"))
    enqueue(store, deployed_request(store, "backup"))
    deploy(store, Job(name="backup", run="new"), now=at(1))
    (claim,) = take(store, worker, at(2))
    assert (claim.job.run, claim.job_version) == ("old", 1)


def test_an_empty_batch_is_nothing(store: Store) -> None:
    assert store.enqueue([], NOON) == []


def test_a_thousand_runs_are_promised_at_once(store: Store) -> None:
    assert len(set(enqueue(store, *[request() for _ in range(1000)]))) == 1000


def _nested(depth: int) -> Any:
    return json.loads("[" * depth + "1" + "]" * depth)


@pytest.mark.parametrize(
    "value",
    [
        "Zoë \U0001f40c",
        'a "quote" and a \\',
        "\x01\n\u2028",
        2**70,
        0.1,
        1e300,
        True,
        None,
        {"a": {"b": []}},
        _nested(60),
    ],
    ids=lambda value: str(value)[:9].encode("unicode_escape").decode(),
)
def test_runs_that_are_promised_together_keep_each_its_params(store: Store, value: Any) -> None:
    params = [{"value": value, "number": number} for number in range(3)]
    run_ids = enqueue(store, *[request(params=json.dumps(each, ensure_ascii=False)) for each in params])
    assert [_params(store, run_id) for run_id in run_ids] == params


def test_runs_of_two_jobs_in_turn_are_each_of_its_job(store: Store) -> None:
    names = ["a", "b", "a", "b", "a"]
    run_ids = enqueue(store, *[request(name, params=f'{{"n":{n}}}') for n, name in enumerate(names)])
    found = {run.run_id: (run.job, run.params["n"]) for run in store.runs(RunFilter())}
    assert [found[run_id] for run_id in run_ids] == [(name, n) for n, name in enumerate(names)]


def test_params_of_many_megabytes_are_promised_at_once(store: Store) -> None:
    text = "x" * 60_000
    run_ids = enqueue(store, *[request(params=json.dumps({"n": n, "text": text})) for n in range(100)])
    assert [_params(store, run_id) for run_id in run_ids] == [{"n": n, "text": text} for n in range(100)]


def test_a_skipped_run_says_so_in_its_events(store: Store) -> None:
    enqueue(store, request(overlap="skip"))
    (skipped,) = enqueue(store, request(overlap="skip"), now=at(1))
    assert [(e.at, e.verb, e.from_state, e.to_state, e.reason) for e in store.events(skipped)] == [
        (at(1), "enqueue", None, "skipped", "overlap")
    ]


def test_a_delayed_run_is_not_given_before_it_is_due(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request(due_at=NOON + timedelta(minutes=1)))
    assert (len(take(store, worker, at(59.999))), len(take(store, worker, at(60)))) == (0, 1)


def test_what_an_undone_transaction_named_is_not_taken_for_something_else(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request("taken", scheduled_for=at(-60)))
    with pytest.raises(Refused):
        store.enqueue([request("undone", queue="undone"), request("taken", scheduled_for=at(-60))], at(1))
    enqueue(store, request("kept", queue="kept"), now=at(2))
    claims = take(store, worker, at(3))
    assert [(claim.job.name, claim.queue) for claim in claims] == [("taken", "default"), ("kept", "kept")]


def _params(store: Store, run_id: int) -> dict[str, Any]:
    run = store.run(run_id)
    assert run is not None
    return run.params
