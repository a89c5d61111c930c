"""Schedules: each nominal time leaves exactly one record."""

from datetime import datetime, timedelta

from jobctl.model.fire import DueSchedule, Fire, Fires, Recording
from jobctl.model.job import Job, Param, Schedule
from jobctl.model.run import Missed
from jobctl.model.view import Pause
from jobctl.store.protocol import Store
from jobctl.store.values import RunFilter
from tests.store.making import NOON, at, daemon, deploy, enqueue, ids, request, settled, swap, take

MINUTELY = Schedule(every=timedelta(minutes=1))


def _deploy(store: Store, overlap: str = "skip", **keys: object) -> DueSchedule:
    """A job that fires every minute, and how it stands a minute later."""
    job: Job = Job(name="tick", run="true", schedule=MINUTELY, overlap=overlap, **keys)  # type: ignore[arg-type]
    deploy(store, job)
    (due,) = store.due_schedules(at(60), 10)
    return due


def _fires(*seconds: float, cursor: float, caught_up: bool = False, missed: tuple[Missed, ...] = ()) -> Fires:
    due = tuple(Fire(at(s), at(s + 0.5), caught_up) for s in seconds)
    return Fires(due, missed, at(cursor), at(cursor + 60))


def _record(store: Store, due: DueSchedule, fires: Fires, now: datetime, booted: str | None = None) -> list[str]:
    return [f"{one.state}/{one.reason}" for one in store.record([Recording(due, fires, booted)], now)]


def test_a_new_schedule_is_due_at_its_first_time_after_the_deployment(store: Store) -> None:
    deploy(store, Job(name="tick", run="true", schedule=MINUTELY))
    assert (store.due_schedules(at(59), 10), len(store.due_schedules(at(60), 10))) == ([], 1)


def test_a_due_schedule_says_where_it_stands(store: Store) -> None:
    due = _deploy(store)
    assert (due.job.name, due.job_version, due.cursor_at, due.deployed_at) == ("tick", 1, NOON, NOON)
    assert (due.paused, due.booted) == (False, None)


def test_the_next_fire_is_the_earliest_of_all(store: Store) -> None:
    slow = Schedule(every=timedelta(hours=1))
    deploy(store, Job(name="a", run="true", schedule=slow), Job(name="b", run="true", schedule=MINUTELY))
    assert store.next_fire_at() == at(60)


def test_without_schedules_there_is_no_next_fire(store: Store) -> None:
    assert store.next_fire_at() is None


def test_due_schedules_come_earliest_first_and_bounded(store: Store) -> None:
    slow = Schedule(every=timedelta(hours=1))
    deploy(store, Job(name="a", run="true", schedule=slow), Job(name="b", run="true", schedule=MINUTELY))
    assert [due.job.name for due in store.due_schedules(at(3600), 1)] == ["b"]


def test_a_fire_becomes_a_run(store: Store) -> None:
    due = _deploy(store, params={"size": Param(type="integer", default=3)}, queue="q", priority=2)
    _record(store, due, _fires(60, cursor=60), at(61))
    (run,) = store.runs(RunFilter())
    assert (run.job, run.job_version, run.queue, run.priority, run.params) == ("tick", 1, "q", 2, {"size": 3})
    assert (run.scheduled_for, run.due_at, run.created_at) == (at(60), at(60.5), at(61))
    assert (run.created_by, run.correlation_id) == ("schedule", None)


def test_a_recorded_schedule_goes_on_from_its_cursor(store: Store) -> None:
    _record(store, _deploy(store), _fires(60, cursor=60), at(61))
    assert store.next_fire_at() == at(120)
    assert store.due_schedules(at(120), 1)[0].cursor_at == at(60)


def test_a_recording_is_void_when_the_cursor_has_moved(store: Store) -> None:
    due = _deploy(store)
    _record(store, due, _fires(60, cursor=60), at(61))
    assert _record(store, due, _fires(60, cursor=60), at(62)) == []


def test_a_recording_is_void_when_the_version_has_moved(store: Store) -> None:
    due = _deploy(store)
    deploy(store, Job(name="tick", run="false", schedule=MINUTELY, overlap="skip"), now=at(60))
    assert _record(store, due, _fires(60, cursor=60), at(61)) == []


def test_a_recording_is_void_when_the_job_was_retired(store: Store) -> None:
    due = _deploy(store)
    deploy(store, now=at(60))
    assert _record(store, due, _fires(60, cursor=60), at(61)) == []


def test_a_nominal_time_that_has_a_manual_run_gets_no_second(store: Store) -> None:
    due = _deploy(store, "allow")
    enqueue(store, request("tick", scheduled_for=at(60)))
    assert _record(store, due, _fires(60, cursor=60), at(61)) == []


def test_a_paused_schedule_records_its_fires_as_paused(store: Store) -> None:
    due = _deploy(store)
    store.pause("job", "tick", Pause(None, None, "ann", at(30)))
    assert store.due_schedules(at(60), 1)[0].paused
    assert _record(store, due, _fires(60, cursor=60), at(61)) == ["skipped/paused"]


def test_a_paused_queue_lets_its_fires_wait(store: Store) -> None:
    due = _deploy(store)
    store.pause("queue", "default", Pause(None, None, "ann", at(30)))
    assert _record(store, due, _fires(60, cursor=60), at(61)) == ["waiting/None"]


def test_a_fire_beside_a_live_run_is_skipped(store: Store) -> None:
    due = _deploy(store)
    assert _record(store, due, _fires(60, 120, cursor=120), at(121)) == ["waiting/None", "skipped/overlap"]


def test_missed_times_share_one_record(store: Store) -> None:
    due = _deploy(store)
    missed = (Missed(at(60), at(180), 3),)
    assert _record(store, due, _fires(240, cursor=240, missed=missed), at(241)) == ["skipped/missed", "waiting/None"]
    run = store.runs(RunFilter(state="skipped"))[0]
    assert (run.scheduled_for, run.missed, run.finished_at) == (at(180), Missed(at(60), at(180), 3), at(241))


def test_times_that_are_all_made_up_for_run_one_after_another(store: Store) -> None:
    worker = daemon(store)
    job = Job(name="tick", run="true", schedule=Schedule(every=timedelta(minutes=1), catchup="all"), overlap="skip")
    deploy(store, job)
    (due,) = store.due_schedules(at(180), 1)
    _record(store, due, _fires(60, 120, 180, cursor=180, caught_up=True), at(181))
    (first,) = take(store, worker, at(182))
    (next_one,) = swap(store, worker, at(183), settled(first, at(183)), capacity=5).claims
    assert [c.scheduled_for for c in (first, next_one)] == [at(60), at(120)]


def test_a_deadline_counts_from_the_record(store: Store) -> None:
    worker = daemon(store)
    due = _deploy(store, deadline=timedelta(seconds=30))
    _record(store, due, _fires(60, cursor=60), at(61))
    assert take(store, worker, at(62))[0].deadline_at == at(91)


def test_a_schedule_with_reboot_is_due_once_for_each_boot(store: Store) -> None:
    deploy(store, Job(name="boot", run="true", schedule=Schedule(cron=("@reboot",))))
    (due,) = store.boot_schedules("boot-1")
    fires = Fires((Fire(at(5), at(5)),), (), due.cursor_at, None)
    assert _record(store, due, fires, at(6), booted="boot-1") == ["waiting/None"]
    assert (store.boot_schedules("boot-1"), len(store.boot_schedules("boot-2"))) == ([], 1)


def test_two_daemons_fire_a_boot_once(store: Store) -> None:
    deploy(store, Job(name="boot", run="true", schedule=Schedule(cron=("@reboot",))))
    (due,) = store.boot_schedules("boot-1")
    for second, expected in ((5, ["waiting/None"]), (7, [])):
        fires = Fires((Fire(at(second), at(second)),), (), due.cursor_at, None)
        assert _record(store, due, fires, at(8), booted="boot-1") == expected


def test_schedules_with_start_are_those_of_enabled_jobs(store: Store) -> None:
    deploy(
        store,
        Job(name="a", run="true", schedule=Schedule(cron=("@daily", " @START "))),
        Job(name="b", run="echo @start", schedule=Schedule(cron=("@daily",))),
        Job(name="c", run="true", schedule=Schedule(cron=("@start",)), enabled=False),
        Job(name="d", run="true", schedule=Schedule(cron=("@start",))),
    )
    deploy(store, *[Job(name="a", run="true", schedule=Schedule(cron=("@start",)))], source="jobs.yaml", now=at(1))
    assert [due.job.name for due in store.start_schedules()] == ["a"]


def test_a_thousand_schedules_fire_at_one_instant(store: Store) -> None:
    deploy(store, *[Job(name=f"j{n}", run="true", schedule=MINUTELY, overlap="skip") for n in range(1000)])
    due = store.due_schedules(at(60), 5000)
    made = store.record([Recording(one, _fires(60, cursor=60), None) for one in due], at(61))
    assert len({one.run_id for one in made}) == 1000
    assert len(ids(take(store, daemon(store), at(62), 5000))) == 1000


def test_a_made_up_run_that_waits_for_its_hours_does_not_expire_before_them(store: Store) -> None:
    schedule = Schedule(every=timedelta(minutes=1), catchup_between="03:00-06:00")
    deploy(store, Job(name="tick", run="true", schedule=schedule, overlap="skip", deadline=timedelta(minutes=5)))
    (due,) = store.due_schedules(at(60), 10)
    fires = Fires((Fire(at(60), at(54_000), True),), (), at(60), at(120))
    (made_up,) = store.record([Recording(due, fires, None)], at(61))
    worker = daemon(store)
    assert take(store, worker, at(53_999)) == []
    assert ids(take(store, worker, at(54_000))) == [made_up.run_id]
