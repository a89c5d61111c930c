"""`jobs`: what is deployed."""

from datetime import timedelta

import pytest

from jobctl.cli.render.jobs import jobs_lines
from jobctl.cli.render.lines import line_width, plain
from jobctl.model.job import Job, Schedule
from jobctl.model.view import JobRow, Pause
from tests.cli.golden_file import assert_golden
from tests.cli.scenes import HOSTILE, HOUR, LONG, MINUTE, NOW, run
from tests.kit.prompt import Prompt


def row(name: str, **other: object) -> JobRow:
    """A deployed job that has never run, but for what `other` says."""
    job = Job(name=name, run="true")
    usual = {"version": 1, "digest": "0" * 64, "source": "/srv/jobs.yaml", "pause": None}
    return JobRow(**{"job": job, **usual, "next_at": None, "last_run": None, **other})  # type: ignore[arg-type]


def berlin(*cron: str) -> Schedule:
    return Schedule(cron=cron, timezone="Europe/Berlin")


NIGHTLY = Job(name="backup", run="true", schedule=berlin("30 2 * * *"), description="Nightly backup of the shop")
ROWS = [
    row(
        "backup",
        job=NIGHTLY,
        version=12,
        next_at=NOW + 12 * HOUR,
        last_run=run(1838, "backup", "succeeded", finished_at=NOW - 11 * HOUR),
    ),
    row("thumbnails", job=Job(name="thumbnails", call="shop.images:make", queue="images"), last_run=run(2, "x")),
    row(
        LONG,
        job=Job(name=LONG, run="true", schedule=berlin("0 3 * * *", "0 15 * * 1-5"), description=HOSTILE),
        pause=Pause(NOW + HOUR, HOSTILE, "anna", NOW),
        next_at=NOW + timedelta(days=3),
        last_run=run(3, "x", "failed", finished_at=NOW - 3 * MINUTE),
    ),
    row("off", job=Job(name="off", run="true", schedule=Schedule(every=MINUTE), enabled=False)),
    row("late", job=Job(name="late", run="true", schedule=Schedule(every=MINUTE)), next_at=NOW),
]


@pytest.mark.parametrize("width", [80, 160])
def test_it_looks_as_it_did_when_it_was_approved(width: int) -> None:
    assert_golden(f"jobs-{width}", jobs_lines(ROWS, NOW, width))


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 160, 250])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(line_width, jobs_lines(ROWS, NOW, width))) <= width


@pytest.mark.parametrize("width", [50, 60, 80, 100, 160])
def test_long_names_stay_apart(width: int) -> None:
    jobs = [Job(name=LONG.replace("west", where), run="x", schedule=berlin("0 3 * * *")) for where in ("west", "east")]
    rows = [row(job.name, job=job, next_at=NOW + HOUR, last_run=run(2, "x")) for job in jobs]
    shown = [plain(line).split()[0] for line in jobs_lines(rows, NOW, width)[1:3]]
    assert shown[0] != shown[1]


def test_control_characters_of_a_description_are_shown_escaped() -> None:
    shown = "\n".join(map(plain, jobs_lines(ROWS, NOW, 250)))
    assert "\x1b" not in shown
    assert "[red]" in shown


def test_a_zone_that_all_schedules_are_in_is_told_once_below_them() -> None:
    shown = "\n".join(map(plain, jobs_lines([ROWS[0], ROWS[3]], NOW, 80)))
    assert "at 02:30 every day  " in shown
    assert shown.endswith("\n\nSchedules are in Europe/Berlin")


def test_zones_that_differ_are_told_in_each_row() -> None:
    tokyo = row("t", job=Job(name="t", run="true", schedule=Schedule(cron=("0 3 * * *",), timezone="Asia/Tokyo")))
    shown = "\n".join(map(plain, jobs_lines([ROWS[0], tokyo], NOW, 160)))
    assert "at 02:30 every day, Europe/Berlin" in shown
    assert "at 03:00 every day, Asia/Tokyo" in shown
    assert "Schedules are in" not in shown


def test_without_times_of_day_there_is_no_zone_to_tell() -> None:
    assert "Schedules are in" not in "\n".join(map(plain, jobs_lines([ROWS[1], ROWS[3]], NOW, 80)))


def test_a_job_that_was_never_run_has_a_mere_dot() -> None:
    lines = jobs_lines([ROWS[3]], NOW, 80)
    assert plain(lines[1]).split()[-3:] == ["·", "·", "disabled"]


def test_it_may_be_asked_for_some_jobs_only(jobctl: Prompt) -> None:
    jobctl.apply("jobs: {a: {run: x, tags: [t]}, b: {run: x}, c: {run: x, tags: [t]}}")

    def names(*args: str) -> list[str]:
        return [row["name"] for row in jobctl.ok("jobs", *args, "--json").json]

    assert names() == ["a", "b", "c"]
    assert names("--tag", "t") == ["a", "c"]
    assert names("b", "a") == ["a", "b"]
    said = jobctl("jobs", "d")
    assert said.status == 3


def test_nothing_deployed_is_a_note(jobctl: Prompt) -> None:
    jobctl.enqueue("--", "true")
    said = jobctl.ok("jobs")
    assert (said.out, said.err) == ("", "note: no jobs are deployed; `jobctl apply` deploys a catalog\n")


def test_a_pause_shows_and_where_there_is_room_its_reason(jobctl: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    jobctl.apply("jobs: {a: {run: x}}")
    jobctl.ok("pause", "a", "--reason", "moving disks")
    assert jobctl.ok("jobs").out.splitlines()[1].endswith("‖ paused")
    monkeypatch.setenv("COLUMNS", "160")
    assert "paused: moving disks" in jobctl.ok("jobs").out
    assert jobctl.ok("jobs", "--json").json[0]["paused"] is True
