"""What applying a catalog would change."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from jobctl.decide.deploy.plan import changed_keys, plan
from jobctl.model.job import Catalog, Job, Queue, Schedule
from jobctl.model.plain import digest
from jobctl.model.plan import Deployed, Plan

BACKUP = Job(name="backup", run="pg_dump shop")
REPORT = Job(name="report", call="shop.reports:daily", queue="reports", uses=("warehouse",))


def deployed(job: Job, source: str, version: int = 1) -> Deployed:
    return Deployed(job, version, digest(job), source)


def catalog(*jobs: Job, path: str = "/etc/jobs.yaml", **kwargs: object) -> Catalog:
    sources = {job.name: path for job in jobs}
    return Catalog(jobs={job.name: job for job in jobs}, sources=sources, paths=(path,), **kwargs)  # type: ignore[arg-type]


def applied(now: dict[str, Deployed], plan: Plan) -> dict[str, Deployed]:
    """What is deployed after `plan`, as a store would leave it."""
    after = {name: d for name, d in now.items() if name not in plan.retire}
    for job in (*plan.add, *(change.job for change in plan.change)):
        version = now[job.name].version + 1 if job.name in now else 1
        after[job.name] = deployed(job, plan.sources[job.name], version)
    for name in plan.moved:
        after[name] = replace(after[name], source=plan.sources[name])
    return after


def test_a_job_that_is_not_deployed_is_added() -> None:
    assert plan({}, {}, {}, catalog(BACKUP), prune=False).add == (BACKUP,)


def test_a_job_with_the_same_digest_is_unchanged() -> None:
    result = plan({"backup": deployed(BACKUP, "/etc/jobs.yaml")}, {}, {}, catalog(BACKUP), prune=False)
    assert (result.unchanged, result.empty) == (1, True)


def test_a_changed_key_is_told_with_its_old_and_new_plain_value() -> None:
    new = replace(BACKUP, timeout=timedelta(minutes=30))
    result = plan({"backup": deployed(BACKUP, "/etc/jobs.yaml")}, {}, {}, catalog(new), prune=False)
    assert [dict(change.keys) for change in result.change] == [{"timeout": (None, 1800)}]


def test_a_changed_schedule_is_told_under_the_key_that_a_user_types() -> None:
    old = replace(BACKUP, schedule=Schedule(cron=("30 2 * * *",)))
    new = replace(BACKUP, schedule=Schedule(cron=("30 3 * * *",), timezone="Europe/Berlin"))
    assert changed_keys(old, new) == {
        "schedule": ("30 2 * * *", "30 3 * * *"),
        "timezone": (None, "Europe/Berlin"),
    }


def test_a_job_gone_from_the_given_file_is_retired() -> None:
    now = {"old": deployed(replace(BACKUP, name="old"), "/etc/jobs.yaml")}
    assert plan(now, {}, {}, catalog(BACKUP), prune=False).retire == ("old",)


def test_a_job_from_a_deleted_file_of_the_given_folder_is_retired() -> None:
    now = {"old": deployed(replace(BACKUP, name="old"), "/etc/jobs.d/old.yaml")}
    assert plan(now, {}, {}, catalog(path="/etc/jobs.d"), prune=False).retire == ("old",)


def test_a_job_from_another_path_stays() -> None:
    now = {"other": deployed(replace(BACKUP, name="other"), "/etc/jobs.yaml.d/other.yaml")}
    assert plan(now, {}, {}, catalog(BACKUP), prune=False).retire == ()


def test_prune_retires_a_job_from_another_path_too() -> None:
    now = {"other": deployed(replace(BACKUP, name="other"), "/srv/other.yaml")}
    assert plan(now, {}, {}, catalog(BACKUP), prune=True).retire == ("other",)


def test_an_unchanged_job_from_another_file_is_moved() -> None:
    now = {"backup": deployed(BACKUP, "/srv/old.yaml")}
    result = plan(now, {}, {}, catalog(BACKUP), prune=False)
    assert (result.moved, result.unchanged, result.empty) == (("backup",), 1, False)


def test_a_changed_queue_alone_makes_a_plan() -> None:
    wanted = catalog(BACKUP, queues={"reports": Queue("reports", slots=1)})
    now = {"backup": deployed(BACKUP, "/etc/jobs.yaml")}
    assert plan(now, {"reports": Queue("reports", slots=2)}, {}, wanted, prune=False).queues_changed


def test_a_queue_and_a_limit_of_another_catalogs_job_are_kept() -> None:
    reports = Queue("reports", slots=1)
    result = plan(
        {"report": deployed(REPORT, "/srv/b.yaml")},
        {"reports": reports},
        {"warehouse": 2},
        catalog(BACKUP),
        prune=False,
    )
    assert (result.queues, result.limits, result.queues_changed) == ({"reports": reports}, {"warehouse": 2}, False)


def test_a_queue_that_no_remaining_job_names_is_dropped() -> None:
    result = plan({}, {"reports": Queue("reports", slots=1)}, {}, catalog(BACKUP), prune=False)
    assert (result.queues, result.queues_changed) == ({}, True)


names = st.sampled_from(["a", "b", "c", "d"])
paths = st.sampled_from(["/etc/jobs.yaml", "/etc/jobs.d/a.yaml", "/srv/b.yaml"])
queues = st.dictionaries(st.sampled_from(["default", "q"]), st.integers(1, 3)).map(
    lambda slots: {name: Queue(name, slots=n) for name, n in slots.items()}
)
limits = st.dictionaries(st.sampled_from(["l", "m"]), st.integers(1, 3))
jobs = st.builds(
    Job,
    name=names,
    run=st.sampled_from(["true", "false", ("echo", "hi")]),
    queue=st.sampled_from(["default", "q"]),
    uses=st.sampled_from([(), ("l",)]),
    priority=st.integers(0, 2),
)
states = st.dictionaries(names, st.tuples(jobs, paths)).map(
    lambda d: {name: deployed(replace(job, name=name), path) for name, (job, path) in d.items()}
)
wishes = st.tuples(st.dictionaries(names, st.tuples(jobs, paths)), queues, limits).map(
    lambda parts: Catalog(
        jobs={name: replace(job, name=name) for name, (job, _) in parts[0].items()},
        sources={name: path for name, (_, path) in parts[0].items()},
        queues=parts[1],
        limits=parts[2],
        paths=tuple({path for _, path in parts[0].values()}),
    )
)


@given(states, queues, limits, wishes, st.booleans())
def test_a_plan_applied_makes_the_next_plan_empty(
    now: dict[str, Deployed], lanes: dict[str, Queue], units: dict[str, int], wanted: Catalog, prune: bool
) -> None:
    first = plan(now, lanes, units, wanted, prune)
    again = plan(applied(now, first), dict(first.queues), dict(first.limits), wanted, prune)
    assert again.empty


@given(states, wishes, st.booleans())
def test_every_wanted_job_is_added_changed_or_unchanged(now: dict[str, Deployed], wanted: Catalog, prune: bool) -> None:
    result = plan(now, {}, {}, wanted, prune)
    assert len(result.add) + len(result.change) + result.unchanged == len(wanted.jobs)
