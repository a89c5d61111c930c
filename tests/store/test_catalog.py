"""Deploying a catalog, all or nothing."""

from datetime import timedelta

import pytest

from jobctl.decide.deploy.plan import plan
from jobctl.model.errors import Refused
from jobctl.model.job import Catalog, Job, Queue, Rate, Schedule
from jobctl.model.plain import digest, to_plain
from jobctl.model.plan import Deployment
from jobctl.model.view import Pause
from jobctl.store.protocol import Store
from tests.store.making import NOON, at, deploy

FULL = Job(name="a", call="shop:sync", schedule=Schedule(cron=("@daily",)), uses=("x",), tags=("t",), overlap="skip")


def test_an_empty_store_has_nothing_deployed(store: Store) -> None:
    found = store.deployed()
    assert (found.jobs, found.queues, found.limits) == ({}, {}, {})


def test_a_job_comes_back_as_it_was_deployed(store: Store) -> None:
    deploy(store, FULL)
    found = store.deployed().jobs["a"]
    assert (found.job, found.version, found.digest, found.source) == (FULL, 1, digest(FULL), "jobs.yaml")


def test_queues_and_limits_come_back(store: Store) -> None:
    queue = Queue("reports", 1, Rate(10, timedelta(minutes=1)))
    deploy(store, queues=[queue], limits={"warehouse": 2})
    assert (store.deployed().queues, store.deployed().limits) == ({"reports": queue}, {"warehouse": 2})


def test_the_queues_of_a_catalog_are_the_declared_ones_those_of_jobs_and_the_default(store: Store) -> None:
    deploy(store, Job(name="a", run="x", queue="images"), queues=[Queue("reports")])
    assert store.catalog_queues() == {"default", "images", "reports"}


def test_a_retired_job_names_no_queue(store: Store) -> None:
    deploy(store, Job(name="a", run="x", queue="images"))
    deploy(store, now=at(1))
    assert store.catalog_queues() == {"default"}


def test_a_changed_job_is_the_next_version(store: Store) -> None:
    deploy(store, Job(name="a", run="one"))
    deploy(store, Job(name="a", run="two"), now=at(1))
    assert (store.deployed().jobs["a"].version, [v.version for v in store.versions("a")]) == (2, [2, 1])


def test_a_version_says_who_deployed_it_and_when(store: Store) -> None:
    deploy(store, FULL, now=at(3))
    (version,) = store.versions("a")
    assert (version.digest, version.deployed_at) == (digest(FULL), at(3))
    assert version.deployment == Deployment("ann", ("jobs.yaml",), "abc123", "a message")


def test_the_zone_of_the_machine_is_kept_with_the_deployment(store: Store) -> None:
    before = store.deployed()
    what = plan(before.jobs, before.queues, before.limits, Catalog({"a": FULL}, sources={"a": "x"}), False)
    store.apply(what, Deployment("ann", ("x",), zone="Europe/Berlin"), NOON)
    deploy(store, Job(name="b", run="true"), source="y", now=at(1))
    assert (store.deployed().zone, store.versions("a")[0].deployment.zone) == ("Europe/Berlin", "Europe/Berlin")


def test_a_job_that_was_never_deployed_has_no_versions(store: Store) -> None:
    assert store.versions("nothing") == []


def test_a_retired_job_is_no_longer_deployed(store: Store) -> None:
    deploy(store, FULL)
    deploy(store, now=at(1))
    assert (store.definition("a"), store.deployed().jobs, store.next_fire_at()) == (None, {}, None)


def test_a_retired_job_that_comes_back_goes_on_counting(store: Store) -> None:
    deploy(store, FULL)
    deploy(store, now=at(1))
    deploy(store, FULL, now=at(2))
    assert [v.version for v in store.versions("a")] == [2, 1]


def test_a_moved_job_keeps_its_version(store: Store) -> None:
    deploy(store, FULL, source="jobs/one.yaml")
    before = store.deployed()
    wanted = Catalog({"a": FULL}, {}, {}, {"a": "jobs/two.yaml"}, ("jobs",))
    store.apply(plan(before.jobs, before.queues, before.limits, wanted, False), Deployment("ann", ("jobs",)), at(1))
    found = store.deployed().jobs["a"]
    assert (found.version, found.source) == (1, "jobs/two.yaml")


def test_a_plan_made_before_another_deployment_is_refused(store: Store) -> None:
    before = store.deployed()
    stale = plan(before.jobs, {}, {}, Catalog({"a": FULL}, sources={"a": "x"}, paths=("x",)), False)
    deploy(store, FULL)
    with pytest.raises(Refused, match="has changed since the plan was made"):
        store.apply(stale, Deployment("bob", ("x",)), at(1))


def test_a_change_planned_from_another_definition_is_refused(store: Store) -> None:
    deploy(store, Job(name="a", run="one"))
    before = store.deployed()
    wanted = Catalog({"a": Job(name="a", run="three")}, sources={"a": "jobs.yaml"}, paths=("jobs.yaml",))
    stale = plan(before.jobs, {}, {}, wanted, False)
    deploy(store, Job(name="a", run="two"), now=at(1))
    with pytest.raises(Refused):
        store.apply(stale, Deployment("bob", ("x",)), at(2))
    assert store.deployed().jobs["a"].job.run == "two"


def test_a_changed_schedule_does_not_fire_for_times_before(store: Store) -> None:
    deploy(store, Job(name="a", run="true", schedule=Schedule(every=timedelta(minutes=1))))
    deploy(store, Job(name="a", run="true", schedule=Schedule(every=timedelta(minutes=2))), now=at(150))
    assert store.due_schedules(at(240), 1)[0].cursor_at == at(150)


def test_a_change_beside_the_schedule_leaves_the_cursor(store: Store) -> None:
    every = Schedule(every=timedelta(minutes=1))
    deploy(store, Job(name="a", run="true", schedule=every))
    deploy(store, Job(name="a", run="false", schedule=every), now=at(150))
    assert store.due_schedules(at(150), 1)[0].cursor_at == NOON


def test_a_disabled_job_never_fires(store: Store) -> None:
    deploy(store, Job(name="a", run="true", schedule=Schedule(every=timedelta(minutes=1)), enabled=False))
    found = store.definition("a")
    assert found is not None
    assert (store.next_fire_at(), found.enabled) == (None, False)


def test_a_definition_is_the_plain_job(store: Store) -> None:
    deploy(store, FULL)
    found = store.definition("a")
    assert found is not None
    assert (found.body, found.version, found.enabled) == (to_plain(FULL), 1, True)
    assert (found.paused, found.queue_paused) == (False, False)


def test_a_definition_says_that_its_job_or_queue_is_held(store: Store) -> None:
    deploy(store, Job(name="a", run="true", queue="q"))
    store.pause("job", "a", Pause(None, None, "ann", at(1)))
    store.pause("queue", "q", Pause(None, None, "ann", at(2)))
    found = store.definition("a")
    assert found is not None
    assert (found.paused, found.queue_paused) == (True, True)


def test_an_unknown_job_has_no_definition(store: Store) -> None:
    assert store.definition("nothing") is None
