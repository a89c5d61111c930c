"""`show`: what it draws."""

import json

import pytest

from jobctl.cli.render.job import job_lines
from jobctl.cli.render.lines import line_width, plain
from jobctl.cli.render.run import run_lines
from jobctl.shapes.views import job_page_json, run_page_json
from tests.cli.golden_file import assert_golden
from tests.cli.scenes import JOB_PAGE, MINUTE, NOW, RUN_PAGE
from tests.kit.installation import Installation
from tests.kit.prompt import Prompt

RUN_KEYS = (
    "id job job_version state reason queue priority params key correlation_id attempt failures exit_code signal error "
    "result progress scheduled_for missed due_at created_at created_by started_at finished_at host unreadable"
)

ATTEMPT_KEYS = "number outcome exit_code signal started_at finished_at host pid error"
EVENT_KEYS = "at verb from to reason actor"
JOB_KEYS = "name kind schedule timezone queue version digest enabled paused next_at last_run"
STATISTICS_KEYS = "succeeded failed skipped cancelled success_rate duration_p50 duration_p95 lateness_p50 lateness_p99"


@pytest.mark.parametrize("width", [80, 160])
def test_a_run_looks_as_it_did_when_it_was_approved(width: int) -> None:
    assert_golden(f"show-run-{width}", run_lines(RUN_PAGE, NOW, width))


@pytest.mark.parametrize("width", [80, 160])
def test_a_job_looks_as_it_did_when_it_was_approved(width: int) -> None:
    assert_golden(f"show-job-{width}", job_lines(JOB_PAGE, NOW, width))


@pytest.mark.parametrize("width", [40, 60, 80, 119, 120, 160])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = run_lines(RUN_PAGE, NOW, width) + job_lines(JOB_PAGE, NOW, width)
    assert max(map(line_width, lines)) <= width


def test_on_a_narrow_terminal_facts_are_folded_and_states_are_whole() -> None:
    shown = [plain(line) for line in run_lines(RUN_PAGE, NOW, 40)]
    assert " started        2026-03-10 13:59:04 CET" in shown
    assert "                3 min ago, on web-01" in shown
    assert " ATTEMPT  OUTCOME   EXIT   TOOK" in shown
    assert " 03-10 13:59:07  settle   ✗ failed" in shown


def test_on_a_narrow_terminal_the_last_runs_of_a_job_have_their_states_and_times() -> None:
    shown = [plain(line) for line in job_lines(JOB_PAGE, NOW, 40)]
    assert shown[-1] == " #1839  ✓ succeeded  1 min ago  0.25 s"


def test_of_a_secret_only_the_place_is_shown_and_of_its_command_nothing() -> None:
    text = "\n".join(map(plain, job_lines(JOB_PAGE, NOW, 160)))
    assert "PGPASSWORD: {file: /run/secrets/pg}" in text
    assert "print-token" not in text


def test_output_with_control_characters_is_shown_escaped() -> None:
    text = "\n".join(map(plain, run_lines(RUN_PAGE, NOW, 160)))
    assert r"\x1b[31mcurl: (7)\x1b[0m" in text
    assert "connection [red]refused[/red]" in text
    assert "\x1b" not in text


def test_the_json_of_a_run_has_exactly_the_promised_keys() -> None:
    shape = run_page_json(RUN_PAGE)
    assert list(shape) == [*RUN_KEYS.split(), "attempts", "events"]
    assert list(shape["attempts"][0]) == ATTEMPT_KEYS.split()
    assert list(shape["events"][0]) == EVENT_KEYS.split()
    assert shape["scheduled_for"] == "2026-03-10T12:52:07.000Z"


def test_the_json_of_a_job_has_exactly_the_promised_keys() -> None:
    shape = job_page_json(JOB_PAGE)
    assert list(shape) == [*JOB_KEYS.split(), "definition", "versions", "runs", "statistics"]
    assert list(shape["statistics"]) == STATISTICS_KEYS.split()
    assert shape["statistics"]["duration_p50"] == 252.0


def test_a_run_is_shown_with_its_attempts_and_its_last_output(played: Installation) -> None:
    shape = played.json("show", "2")
    assert [(attempt["number"], attempt["exit_code"]) for attempt in shape["attempts"]] == [(1, 7), (2, 7)]
    assert [event["to"] for event in shape["events"]] == ["waiting", "running", "waiting", "running", "failed"]
    assert "│ [red]no route[/red]" in played.jobctl("show", "2").stdout


def test_a_run_may_be_named_with_its_hash(played: Installation) -> None:
    assert played.json("show", "#2")["id"] == 2


def test_a_job_is_shown_with_its_last_runs(played: Installation) -> None:
    shape = played.json("show", "greet")
    assert [run["id"] for run in shape["runs"]] == [4, 1]
    assert shape["statistics"]["succeeded"] == 1
    assert [version["version"] for version in shape["versions"]] == [1]


@pytest.mark.parametrize("verb", ["show", "logs"])
def test_a_run_that_does_not_exist_is_not_found(played: Installation, verb: str) -> None:
    done = played.jobctl(verb, "99", check=False)
    assert done.returncode == 3
    assert done.stderr.startswith("error: there is no run 99\nhint: ")


@pytest.mark.parametrize("verb", ["show", "logs"])
def test_a_job_that_does_not_exist_names_the_one_that_was_perhaps_meant(played: Installation, verb: str) -> None:
    done = played.jobctl(verb, "gret", check=False)
    assert done.returncode == 3
    assert done.stderr == "error: there is no job `gret`\nhint: did you mean `greet`?\n"


def test_a_name_that_only_commands_have_is_shown_with_their_runs(here: Installation) -> None:
    here.enqueue("--name", "sweep", "--", "true")
    here.enqueue("--name", "sweep", "--", "false")
    here.drain()
    said = here.jobctl("show", "sweep").stdout
    assert said.splitlines()[0] == " sweep  not deployed: runs of a command"
    assert "1 succeeded · 1 failed" in said
    assert "#2" in said
    shape = json.loads(here.jobctl("show", "sweep", "--json").stdout)
    assert list(shape) == [*JOB_KEYS.split(), "definition", "versions", "runs", "statistics"]
    assert (shape["version"], shape["definition"], [run["id"] for run in shape["runs"]]) == (None, None, [2, 1])


def test_a_retired_job_is_shown_with_its_runs(here: Installation) -> None:
    here.apply("jobs: {old: {run: 'true'}}")
    here.enqueue("old")
    here.drain()
    here.apply("jobs: {new: {run: 'true'}}")
    said = here.jobctl("show", "old").stdout
    assert said.splitlines()[0] == " old  retired: no longer deployed"
    assert "LAST RUNS" in said


def test_a_name_without_runs_is_not_found(here: Installation) -> None:
    here.enqueue("--", "true")
    assert here.jobctl("show", "nope", check=False).returncode == 3


def test_a_job_that_has_not_run_says_when_it_will(jobctl: Prompt) -> None:
    jobctl.apply(
        "jobs: {hand: {run: 'true'}, daily: {run: 'true', every: 100d}, off: {run: 'true', enabled: false},"
        " held: {run: 'true'}}"
    )
    jobctl.ok("pause", "held")
    said = {name: jobctl.ok("show", name).out.splitlines()[-2:] for name in ("hand", "daily", "off", "held")}
    assert said["hand"] == [" LAST RUNS", " none yet: `jobctl enqueue hand` runs it"]
    assert said["daily"][1].startswith(" none yet: it fires for the first time in ")
    assert said["off"][1] == " none yet: its catalog says `enabled: false`"
    assert said["held"][1] == " none yet: it is paused"


def test_a_retired_job_that_never_ran_is_shown_without_runs(jobctl: Prompt) -> None:
    jobctl.apply("jobs: {old: {run: 'true'}}")
    jobctl.apply("jobs: {new: {run: 'true'}}")
    said = jobctl.ok("show", "old").out
    assert said.splitlines()[0] == " old  retired: no longer deployed"
    assert "LAST RUNS" not in said


def test_a_fire_that_nobody_made_is_due() -> None:
    page = JOB_PAGE._replace(row=JOB_PAGE.row._replace(next_at=NOW - MINUTE), runs=[])
    shown = [plain(line) for line in job_lines(page._replace(row=page.row._replace(pause=None)), NOW, 100)]
    assert [line for line in shown if line.startswith(" next fire")] == [" next fire  2026-03-10 14:01:07 CET  due"]
    assert shown[-1] == " none yet: it is due to fire, and `jobctl enqueue backup` runs it now"
