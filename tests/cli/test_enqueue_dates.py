"""`enqueue JOB --from-date --to-date`: runs for the nominal times that have none."""

import pytest

from tests.kit.installation import Installation
from tests.kit.prompt import Prompt

CATALOG = """
jobs:
  nightly:
    run: 'echo "$JOBCTL_SCHEDULED_FOR" >> nights'
    schedule: "30 2 * * *"
    timezone: America/New_York
  often: {run: "true", every: 1s}
  by-hand: {run: "true"}
"""
WEEK = ["--from-date", "2026-03-07", "--to-date", "2026-03-09"]
NIGHTS = ["2026-03-07T07:30:00.000Z", "2026-03-08T07:00:00.000Z", "2026-03-09T06:30:00.000Z"]


@pytest.fixture(autouse=True)
def _deployed(jobctl: Prompt) -> None:
    jobctl.apply(CATALOG)


def test_each_nominal_time_gets_a_run_both_days_included(jobctl: Prompt) -> None:
    assert jobctl.ok("enqueue", "nightly", *WEEK).out == "1\n2\n3\n"
    assert [jobctl.run(run_id)["scheduled_for"] for run_id in (1, 2, 3)] == NIGHTS
    assert {jobctl.run(run_id)["state"] for run_id in (1, 2, 3)} == {"waiting"}


def test_what_has_its_run_is_left_alone(jobctl: Prompt) -> None:
    jobctl.enqueue("nightly", "--scheduled-for", "2026-03-08T03:00")
    said = jobctl.ok("enqueue", "nightly", *WEEK, "--json")
    assert said.json == {"ids": [2, 3], "recorded": 1}
    assert "note: 1 nominal time has its run already: nothing was enqueued there" in said.err
    assert jobctl.ok("enqueue", "nightly", *WEEK, "--json").json == {"ids": [], "recorded": 3}


def test_they_run_one_after_another_in_order(here: Installation) -> None:
    here.apply(CATALOG)
    here.jobctl("enqueue", "nightly", *WEEK)
    here.drain("--slots", "4")
    assert (here.folder / "nights").read_text().split() == [f"{night[:19]}Z" for night in NIGHTS]


def test_the_future_is_left_to_the_schedule(jobctl: Prompt) -> None:
    said = jobctl("enqueue", "nightly", "--from-date", "9998-01-01", "--to-date", "9999-02-01")
    assert said.status == 2
    assert said.err == (
        "error: --from-date: 9998-01-01 has not come yet\n"
        "hint: this makes up for times that have passed; those to come are made by the schedule\n"
    )


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["nightly", "--to-date", "2026-03-08"], "`--to-date` needs `--from-date`"),
        (["nightly", *WEEK, "--key", "k"], "`--key` does not go with `--from-date`"),
        (["nightly", *WEEK, "--wait"], "`--wait` does not go with `--from-date`"),
        (["often", *WEEK], "there are more than 10,000 nominal times"),
        (["by-hand", *WEEK], "job `by-hand` has no schedule, and so no nominal times\n"),
        (
            ["nightly", "--from-date", "2026-03-09", "--to-date", "2026-03-07"],
            "--from-date is later than --to-date\nhint: name the earlier day first\n",
        ),
        (
            ["nightly", "--from-date", "2026-03-09T03:00", "--to-date", "2026-03-09"],
            "the schedule of `nightly` names no time from 2026-03-09T03:00 to 2026-03-09\n"
            "hint: `jobctl next nightly --after 2026-03-09T03:00` lists those that follow\n",
        ),
        (["nightly", "--from-date", "soon"], "--from-date: expected an instant"),
        ([*WEEK, "--", "true"], "`--from-date` is for a job"),
    ],
)
def test_what_cannot_be_is_refused(jobctl: Prompt, args: list[str], message: str) -> None:
    said = jobctl("enqueue", *args)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(f"error: {message}")
