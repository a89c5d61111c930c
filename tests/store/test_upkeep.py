"""History that nobody keeps is deleted; the file is looked after."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

from jobctl.model.job import Job, Keep
from jobctl.store.protocol import Store
from jobctl.store.sqlite.driver import sqlite3
from jobctl.store.values import Pruned, RunFilter
from tests.store.making import at, daemon, deploy, deployed_request, enqueue, finish, request, take

DAY = 86_400


def _left(store: Store) -> list[int]:
    return [run.run_id for run in store.runs(RunFilter())]


def test_a_run_is_kept_as_long_as_its_job_says(store: Store) -> None:
    deploy(store, Job(name="a", run="true", keep=Keep(succeeded=timedelta(days=1), failed=timedelta(days=2))))
    worker = daemon(store)
    enqueue(store, deployed_request(store, "a"), deployed_request(store, "a"))
    finish(store, worker, 1, at(1))
    finish(store, worker, 2, at(2), "failed")
    assert [store.prune(at(s), 10) for s in (1 + DAY, 1.001 + DAY)] == [[], [Pruned(1, 1)]]
    assert (store.prune(at(2 + DAY * 2), 10), store.prune(at(3 + DAY * 2), 10)) == ([], [Pruned(2, 1)])


def test_a_cancelled_run_is_kept_like_a_skipped_one(store: Store) -> None:
    deploy(store, Job(name="a", run="true", keep=Keep(skipped=timedelta(days=1))))
    enqueue(store, deployed_request(store, "a"))
    store.cancel([1], "ann", at(1))
    assert (store.prune(at(DAY), 10), store.prune(at(DAY + 2), 10)) == ([], [Pruned(1, 0)])


def test_only_so_many_runs_are_kept_and_failed_ones_go_by_age_alone(store: Store) -> None:
    deploy(store, Job(name="a", run="true", keep=Keep(runs=2)))
    worker = daemon(store)
    enqueue(store, *[deployed_request(store, "a")] * 5)
    for n, state in enumerate(["failed", "succeeded", "succeeded", "skipped", "succeeded"], start=1):
        finish(store, worker, n, at(n), state)
    store.prune(at(10), 10)
    assert _left(store) == [5, 4, 1]


def test_an_ad_hoc_run_is_kept_as_its_own_definition_says(store: Store) -> None:
    enqueue(store, request())
    finish(store, daemon(store), 1, at(1))
    assert (store.prune(at(DAY * 7), 10), store.prune(at(DAY * 7 + 2), 10)) == ([], [Pruned(1, 1)])


def test_case_38_a_run_whose_key_is_still_held_stays(store: Store) -> None:
    deploy(store, Job(name="a", run="true", keep=Keep(succeeded=timedelta(0))))
    enqueue(store, deployed_request(store, "a", key="k", unique_for_ms=60_000))
    finish(store, daemon(store), 1, at(1))
    assert (store.prune(at(60), 10), store.prune(at(61), 10)) == ([], [Pruned(1, 1)])


def test_case_38_a_live_run_is_never_pruned(store: Store) -> None:
    enqueue(store, request(), request())
    take(store, daemon(store), at(1), 1)
    assert store.prune(at(DAY * 1000), 10) == []


def test_pruning_goes_in_steps(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, *[request()] * 3)
    for n in (1, 2, 3):
        finish(store, worker, n, at(n))
    assert [len(store.prune(at(DAY * 30), 2)) for _ in range(3)] == [2, 1, 0]


def test_a_dry_run_only_tells(store: Store) -> None:
    enqueue(store, request())
    finish(store, daemon(store), 1, at(1))
    assert (store.prune(at(DAY * 30), 10, dry_run=True), _left(store)) == ([Pruned(1, 1)], [1])


def test_a_pruned_run_takes_its_attempts_and_events_along(store: Store) -> None:
    enqueue(store, request())
    finish(store, daemon(store), 1, at(1))
    store.prune(at(DAY * 30), 10)
    assert (store.attempts(1), store.events(1), store.statistics("backup").succeeded) == ([], [], 0)


def test_a_definition_outlives_the_runs_that_are_pruned(store: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    finish(store, worker, 1, at(1))
    store.prune(at(DAY * 30), 10)
    enqueue(store, request(), now=at(DAY * 31))
    assert take(store, worker, at(DAY * 32))[0].job.name == "backup"


def test_another_process_may_prune_a_definition_that_this_one_knew(store: Store, second: Store) -> None:
    worker = daemon(store)
    enqueue(store, request())
    finish(store, worker, 1, at(1))
    second.prune(at(DAY * 30), 10)
    enqueue(store, request(), now=at(DAY * 31))
    assert take(store, worker, at(DAY * 32))[0].job.name == "backup"


def test_a_sound_database_says_so(store: Store) -> None:
    facts = store.integrity()
    assert (facts["quick_check"], facts["schema_version"]) == ("ok", facts["schema_known"])


def test_its_file_need_not_be_read_as_a_whole(store: Store) -> None:
    facts = store.integrity(whole=False)
    assert ("quick_check" in facts, facts["schema_version"]) == (False, facts["schema_known"])


def test_a_closed_store_can_be_closed_again(store: Store) -> None:
    store.close()
    store.close()


def test_pruning_copies_its_pages_when_its_turn_is_over(store: Store) -> None:
    """Within its turn they kept others waiting; left to others they would keep those busy."""
    worker = daemon(store)
    for run_id in enqueue(store, *[request() for _ in range(300)]):
        finish(store, worker, run_id, at(1))
    assert len(store.prune(at(10_000_000), 300)) == 300
    with closing(sqlite3.connect(Path(store.integrity()["path"]))) as connection:
        _, pages, copied = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        in_file = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert (pages - copied, in_file) == (0, (0, 0, 0))
