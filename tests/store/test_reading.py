"""What reading verbs are told."""

from datetime import timedelta

import pytest

from jobctl.model.job import Job, Queue, Schedule
from jobctl.model.view import Pause
from jobctl.store.protocol import Store
from jobctl.store.values import RunFilter
from tests.store.making import at, daemon, deploy, deployed_request, enqueue, finish, request, settled, swap, take


@pytest.fixture
def history(store: Store) -> Store:
    """Six runs: one in each state, of different jobs, queues, keys and times."""
    worker = daemon(store)
    deploy(store, Job(name="tagged", run="true", tags=("nightly",)))
    enqueue(store, request("a", key="k1", correlation_id="c1"), now=at(1))
    enqueue(store, request("b", queue="images", params='{"album": "50%_off"}'), now=at(2))
    enqueue(store, request("c", queue="images"), now=at(3))
    enqueue(store, request("d", overlap="skip"), now=at(4))
    enqueue(store, request("d", overlap="skip"), now=at(5))
    enqueue(store, deployed_request(store, "tagged", due_at=at(900)), now=at(6))
    finish(store, worker, 1, at(10))
    finish(store, worker, 2, at(11), "failed", exit_code=7, error="connection refused")
    store.cancel([3], "ann", at(12))
    take(store, worker, at(13), only=4)
    return store


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (RunFilter(), [6, 5, 4, 3, 2, 1]),
        (RunFilter(limit=2), [6, 5]),
        (RunFilter(before=3), [2, 1]),
        (RunFilter(state="succeeded"), [1]),
        (RunFilter(state="failed"), [2]),
        (RunFilter(state="cancelled"), [3]),
        (RunFilter(state="running"), [4]),
        (RunFilter(state="skipped"), [5]),
        (RunFilter(state="waiting"), [6]),
        (RunFilter(job="tagged", state="waiting"), [6]),
        (RunFilter(job="d", state="running"), [4]),
        (RunFilter(job="a", state="waiting"), []),
        (RunFilter(job="d"), [5, 4]),
        (RunFilter(job="d", state="skipped"), [5]),
        (RunFilter(queue="images"), [3, 2]),
        (RunFilter(key="k1"), [1]),
        (RunFilter(tag="nightly"), [6]),
        (RunFilter(since_at=at(5)), [6, 5]),
        (RunFilter(until_at=at(3)), [2, 1]),
        (RunFilter(exit_code=7), [2]),
        (RunFilter(correlation_id="c1"), [1]),
        (RunFilter(search="refused"), [2]),
        (RunFilter(search="50%_off"), [2]),
        (RunFilter(search="5%off"), []),
        (RunFilter(search="c1"), [1]),
        (RunFilter(search="k1"), [1]),
        (RunFilter(search="tagg"), [6]),
        (RunFilter(queue="images", state="failed", before=3, limit=1), [2]),
    ],
)
def test_a_filter_gives_the_runs_that_match_newest_first(history: Store, where: RunFilter, expected: list[int]) -> None:
    assert [run.run_id for run in history.runs(where)] == expected


def test_an_unknown_run_is_none(store: Store) -> None:
    assert (store.run(9), store.run_definition(9), store.attempts(9), store.events(9)) == (None, None, [], [])


def test_a_run_tells_the_definition_that_it_was_enqueued_with(store: Store) -> None:
    deploy(store, Job(name="a", run="one"))
    enqueue(store, deployed_request(store, "a"), request("adhoc"))
    deploy(store, Job(name="a", run="two"), now=at(1))
    found, adhoc = store.run_definition(1), store.run_definition(2)
    assert found is not None
    assert adhoc is not None
    assert (found.job.run, found.version, found.source, adhoc.version) == ("one", 1, "", 0)


def test_attempts_come_oldest_first(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    (claim,) = take(store, worker, at(1))
    swap(store, worker, at(2), settled(claim, at(2), "waiting", reason="retry", due_at=at(2)), capacity=1)
    assert [(a.number, a.outcome, a.finished_at) for a in store.attempts(1)] == [(1, "exited", at(2)), (2, None, None)]


def test_jobs_come_by_name_with_their_last_run_and_next_fire(store: Store) -> None:
    deploy(store, Job(name="b", run="true"), Job(name="a", run="true", schedule=Schedule(every=timedelta(minutes=1))))
    enqueue(store, deployed_request(store, "b"), deployed_request(store, "b"))
    rows = store.jobs()
    assert [(row.job.name, row.next_at, row.last_run and row.last_run.run_id) for row in rows] == [
        ("a", at(60), None),
        ("b", None, 2),
    ]


def test_one_job_can_be_asked_for(store: Store) -> None:
    deploy(store, Job(name="a", run="true"), Job(name="b", run="true"))
    assert ([row.job.name for row in store.jobs("b")], store.jobs("c")) == (["b"], [])


def test_a_held_job_says_so(store: Store) -> None:
    deploy(store, Job(name="a", run="true"))
    held = Pause(at(60), "deploy", "ann", at(1))
    store.pause("job", "a", held)
    assert store.jobs("a")[0].pause == held


def test_statistics_count_how_runs_ended(history: Store) -> None:
    found = [history.statistics(job) for job in "abcd"]
    counts = [(s.succeeded, s.failed, s.cancelled, s.skipped) for s in found]
    assert counts == [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)]


def test_statistics_tell_durations_and_lateness(store: Store) -> None:
    worker = daemon(store)
    for n in range(1, 5):
        enqueue(store, request(due_at=at(n)), now=at(0))
        finish(store, worker, n, at(n * 100), started_at=at(n * 2))
    found = store.statistics("backup")
    assert (found.duration_p50, found.duration_p95) == (timedelta(seconds=196), timedelta(seconds=392))
    assert (found.lateness_p50, found.lateness_p99) == (timedelta(seconds=2), timedelta(seconds=4))


def test_a_retried_failure_no_longer_counts(history: Store) -> None:
    history.retry([2], None, "ann", at(20))
    assert history.statistics("b").failed == 0


def test_status_counts_each_kind_of_waiting_by_queue(store: Store) -> None:
    worker = daemon(store)
    deploy(store, queues=[Queue("default", slots=3)])
    enqueue(store, request(), request(), request(), request(due_at=at(500)))
    first, second = take(store, worker, at(1), 2)
    swap(store, worker, at(2), settled(first, at(2), "waiting", reason="retry", due_at=at(60)))
    (row,) = store.status(at(3)).queues
    assert (row.name, row.slots, row.ready, row.scheduled, row.retrying, row.running) == ("default", 3, 1, 1, 1, 1)
    assert (row.blocked, row.failed, second.run_id) == (0, 0, 2)


def test_status_counts_failures_of_the_last_day(store: Store) -> None:
    enqueue(store, request())
    finish(store, daemon(store), 1, at(1), "failed")
    days = [store.status(at(hours * 3600)).queues[0].failed for hours in (1, 26)]
    assert days == [1, 0]


def test_status_shows_what_runs_and_what_failed(history: Store) -> None:
    status = history.status(at(20))
    assert ([run.run_id for run in status.running], [run.run_id for run in status.failed]) == ([4], [2])


def test_status_shows_coming_fires_and_delayed_runs_in_order(store: Store) -> None:
    deploy(store, Job(name="tick", run="true", schedule=Schedule(every=timedelta(minutes=1))))
    enqueue(store, request(due_at=at(30)), request(due_at=at(90)))
    coming = [(one.job, one.at, one.run_id) for one in store.status(at(1)).upcoming]
    assert coming == [("backup", at(30), 1), ("tick", at(60), None), ("backup", at(90), 2)]


def test_status_shows_daemons(store: Store) -> None:
    daemon(store, "one")
    assert [one.identity.name for one in store.status(at(1)).daemons] == ["one"]


def test_an_empty_store_is_idle(store: Store) -> None:
    assert store.idle(at(1))


def test_a_due_run_is_something_to_do(store: Store) -> None:
    enqueue(store, request())
    assert not store.idle(at(1))


def test_a_delayed_run_does_not_count_until_it_is_due(store: Store) -> None:
    enqueue(store, request(due_at=at(60)))
    assert (store.idle(at(59)), store.idle(at(60))) == (True, False)


def test_a_running_run_is_something_going_on(store: Store) -> None:
    enqueue(store, request())
    take(store, daemon(store), at(1))
    assert not store.idle(at(2))


def test_a_retry_in_backoff_is_something_to_wait_for(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    (claim,) = take(store, worker, at(1))
    swap(store, worker, at(2), settled(claim, at(2), "waiting", reason="retry", due_at=at(600)))
    assert not store.idle(at(3))


def test_what_is_paused_does_not_count(store: Store) -> None:
    enqueue(store, request())
    store.pause("queue", "default", Pause(None, None, "ann", at(1)))
    assert store.idle(at(2))


def test_a_look_that_needs_no_more_than_its_reach_gives_what_the_filter_does(history: Store) -> None:
    looked = history.look(RunFilter(search="refused"), 1_000)
    assert ([run.run_id for run in looked.runs], looked.reached) == ([2], None)


def test_all_that_match_are_found_however_many_must_be_looked_at(history: Store) -> None:
    assert history.runs(RunFilter(search="k1")) == history.look(RunFilter(search="k1"), 1_000).runs
