"""`next`: coming fires."""

from datetime import UTC, datetime

import pytest

from jobctl.actions.next import coming, schedule_of
from jobctl.cli.render.fires import fires_lines
from jobctl.decide.schedule.schedule_words import schedule_in_words
from jobctl.model.instant import from_ms
from tests.cli.golden_file import assert_golden
from tests.kit.prompt import Prompt

GAP = ["30 2 * * *", "--tz", "America/New_York", "--after", "2026-03-07T12:00"]


def ats(jobctl: Prompt, *args: str) -> list[tuple[str, str | None]]:
    return [(fire["at"], fire["note"]) for fire in jobctl.ok("next", *args, "--json").json]


def test_a_fixed_time_in_a_gap_is_marked(jobctl: Prompt) -> None:
    assert ats(jobctl, *GAP, "-n", "2") == [("2026-03-08T03:00:00-04:00", "gap"), ("2026-03-09T02:30:00-04:00", None)]


def test_a_wildcard_schedule_goes_through_the_repeated_hour(jobctl: Prompt) -> None:
    args = ["*/30 * * * *", "--tz", "America/New_York", "--after", "2026-11-01T00:30", "--count", "5"]
    assert ats(jobctl, *args) == [
        ("2026-11-01T01:00:00-04:00", "repeat"),
        ("2026-11-01T01:30:00-04:00", "repeat"),
        ("2026-11-01T01:00:00-05:00", "repeat"),
        ("2026-11-01T01:30:00-05:00", "repeat"),
        ("2026-11-01T02:00:00-05:00", None),
    ]


def test_an_expression_without_a_zone_is_on_this_machines_clock(jobctl: Prompt) -> None:
    assert ats(jobctl, "@daily", "--after", "2026-06-01", "-n", "1") == [("2026-06-02T00:00:00+02:00", None)]


def test_a_zone_in_the_expression_counts(jobctl: Prompt) -> None:
    args = ["CRON_TZ=Asia/Tokyo 0 3 * * *", "--after", "2026-06-01T00:00", "-n", "1"]
    assert ats(jobctl, *args) == [("2026-06-01T03:00:00+09:00", None)]


def test_a_duration_is_an_interval(jobctl: Prompt) -> None:
    fires = ats(jobctl, "10m", "--tz", "UTC", "--after", "2026-06-01T00:05", "-n", "2")
    assert fires == [("2026-06-01T00:10:00+00:00", None), ("2026-06-01T00:20:00+00:00", None)]


def test_an_expression_needs_no_database(jobctl: Prompt) -> None:
    jobctl.ok("next", "0 3 * * *", "--db", "/proc/nix/jobctl.db")
    assert not jobctl.db.exists()


def test_ten_fires_are_told_unless_said_otherwise(jobctl: Prompt) -> None:
    assert len(ats(jobctl, "@hourly")) == 10


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("0 0 30 2 *", "this schedule never matches"),
        ("@reboot", "it fires at each boot, at no nominal time"),
    ],
)
def test_what_never_fires_is_an_empty_list_and_a_note(jobctl: Prompt, expression: str, why: str) -> None:
    said = jobctl.ok("next", expression, "--json")
    assert (said.json, said.err) == ([], f"note: `{expression}`: {why}\n")
    assert jobctl.ok("next", expression).out == ""


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["61 * * * *"], "cannot read the schedule `61 * * * *`: `61` is not a minute (0-59)"),
        (["@daily", "--tz", "Mars/Base"], "there is no time zone `Mars/Base`"),
        (["@daily", "--after", "soon"], "--after: expected an instant like"),
    ],
)
def test_what_cannot_be_read_is_refused(jobctl: Prompt, args: list[str], message: str) -> None:
    said = jobctl("next", *args)
    assert said.status == 2
    assert said.err.startswith(f"error: {message}")


def test_an_expression_with_h_is_told_to_depend_on_the_name(jobctl: Prompt) -> None:
    said = jobctl.ok("next", "H H * * *", "--json")
    assert (
        said.err
        == "note: `H` is hashed from a job's name: each job has times of its own, which `jobctl next JOB` shows\n"
    )
    jobctl.apply("jobs: {a: {run: x, schedule: 'H H * * *'}}")
    assert jobctl.ok("next", "a").err == ""
    assert jobctl.ok("next", "0 3 * * THU").err == ""


CATALOG = """
jobs:
  nightly: {run: x, schedule: "30 2 * * *", timezone: America/New_York}
  spread: {run: x, schedule: "0 3 * * *", timezone: UTC, jitter: 10m}
  by-hand: {run: x}
  off: {run: x, every: 1h, enabled: false}
"""


def test_a_job_fires_on_its_own_clock(jobctl: Prompt) -> None:
    jobctl.apply(CATALOG)
    fires = ats(jobctl, "nightly", "--after", "2026-03-07T12:00", "-n", "1")
    assert fires == [("2026-03-08T03:00:00-04:00", "gap")]


def test_the_jitter_of_a_job_is_told(jobctl: Prompt) -> None:
    jobctl.apply(CATALOG)
    fire = jobctl.ok("next", "spread", "--after", "2026-06-01", "-n", "1", "--json").json[0]
    assert 0 <= fire["jitter"] < 600


def test_a_job_that_does_not_fire_says_why(jobctl: Prompt) -> None:
    jobctl.apply(CATALOG)
    assert "it has no schedule" in jobctl.ok("next", "by-hand").err
    assert "job `off` is disabled: it does not fire" in jobctl.ok("next", "off").err
    jobctl.ok("pause", "nightly")
    assert "job `nightly` is paused" in jobctl.ok("next", "nightly").err


def test_an_unknown_job_is_guessed(jobctl: Prompt) -> None:
    jobctl.apply(CATALOG)
    said = jobctl("next", "nigthly")
    assert (said.status, said.err) == (3, "error: there is no job `nigthly`\nhint: did you mean `nightly`?\n")


def test_a_zone_is_not_for_a_job(jobctl: Prompt) -> None:
    jobctl.apply(CATALOG)
    assert jobctl("next", "nightly", "--tz", "UTC").status == 2


def test_it_looks_as_it_did_when_it_was_approved() -> None:
    schedule = schedule_of("30 2 * * *", "America/New_York")
    now = datetime(2026, 3, 6, 12, tzinfo=UTC)
    fires = coming(schedule, "", from_ms(1772798400000), 4)
    assert_golden("next-80", fires_lines(fires, schedule_in_words(schedule), now, 80))


def test_nothing_is_neither_an_expression_nor_a_job(jobctl: Prompt) -> None:
    said = jobctl("next", "")
    assert said.status == 2
    assert said.err.startswith("error: name an expression or a job\nhint: such as")


def test_an_interval_speaks_of_no_hash(jobctl: Prompt) -> None:
    assert jobctl.ok("next", "@every 2h").err == ""


def test_six_fields_whose_author_did_not_think_of_seconds_are_doubted(jobctl: Prompt) -> None:
    assert "warning: with six fields the first is the seconds" in jobctl.ok("next", "* */15 * * * *").err


@pytest.mark.parametrize(
    ("expression", "hint"),
    [
        ("cron(0 12 * * ? *)", "write `0 12 * * ?`"),
        ("rate(5 minutes)", "write `@every 5m`"),
        ("0 0 12 * * ? 2027", "no field is for years"),
    ],
)
def test_the_form_of_another_scheduler_is_answered_with_what_was_meant(
    jobctl: Prompt, expression: str, hint: str
) -> None:
    assert hint in jobctl("next", expression).err


@pytest.mark.parametrize(
    ("zone", "hint"),
    [
        ("GMT+2", "`Etc/GMT-2` is always +2 h"),
        ("UTC-05:00", "`Etc/GMT+5` is always -5 h"),
        ("local", "leave `timezone` out"),
        ("Nowhere/Else", "write an IANA name"),
    ],
)
def test_what_is_no_zone_is_answered_with_what_was_meant(jobctl: Prompt, zone: str, hint: str) -> None:
    assert hint in jobctl("next", "0 3 * * *", "--tz", zone).err
