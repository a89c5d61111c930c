"""The JSON that programs rely on: keys are added, never renamed or removed."""

from typing import Any

import pytest

from jobctl.decide.runs.states import STATES
from tests.kit.prompt import Prompt

RUN_STATES = STATES


def words(text: str) -> list[str]:
    """Names, as the contract lists them."""
    return text.split()


RUN = words(
    "id job job_version state reason queue priority params key correlation_id attempt failures exit_code "
    "signal error result progress scheduled_for missed due_at created_at created_by started_at finished_at host "
    "unreadable"
)
JOB = words("name kind schedule timezone queue version digest enabled paused next_at last_run")
CATALOG = """
jobs:
  nightly: {run: "true", schedule: "30 2 * * *", timezone: Europe/Berlin}
  hello: {run: "true"}
"""


@pytest.fixture(autouse=True)
def _deployed(jobctl: Prompt) -> None:
    jobctl.apply(CATALOG)
    jobctl.enqueue("hello")


def keys(data: Any) -> list[str]:
    return sorted(data)


def test_a_run(jobctl: Prompt) -> None:
    assert keys(jobctl.ok("runs", "--json").json[0]) == sorted(RUN)


def test_a_run_in_full(jobctl: Prompt) -> None:
    run = jobctl.ok("show", "1", "--json").json
    assert keys(run) == sorted([*RUN, "attempts", "events"])
    assert keys(run["events"][0]) == sorted(["at", "verb", "from", "to", "reason", "actor"])


def test_a_row_of_jobs(jobctl: Prompt) -> None:
    rows = jobctl.ok("jobs", "--json").json
    assert [row["name"] for row in rows] == ["hello", "nightly"]
    assert keys(rows[0]) == sorted(JOB)
    assert keys(rows[0]["last_run"]) == sorted(RUN)
    assert rows[1]["schedule"] == "at 02:30 every day, Europe/Berlin"


def test_a_job_in_full(jobctl: Prompt) -> None:
    job = jobctl.ok("show", "hello", "--json").json
    assert keys(job) == sorted([*JOB, "definition", "versions", "runs", "statistics"])
    statistics = words(
        "succeeded failed skipped cancelled success_rate duration_p50 duration_p95 lateness_p50 lateness_p99"
    )
    assert keys(job["statistics"]) == sorted(statistics)


def test_status(jobctl: Prompt) -> None:
    status = jobctl.ok("status", "--json").json
    assert keys(status) == sorted(["queues", "daemons", "running", "upcoming", "failed"])
    queue = words("name paused slots ready scheduled retrying blocked running failed served")
    assert keys(status["queues"][0]) == sorted(queue)
    assert keys(status["upcoming"][0]) == ["at", "job"]


def test_enqueue(jobctl: Prompt) -> None:
    assert keys(jobctl.ok("enqueue", "hello", "--json").json) == sorted(["id", "job", "state", "created"])
    many = jobctl.ok("enqueue", "--from", "-", "--json", stdin='{"job": "hello"}').json
    assert many == {"ids": [3], "existing": []}


def test_next(jobctl: Prompt) -> None:
    fires = jobctl.ok("next", "30 2 * * *", "--tz", "America/New_York", "--after", "2026-03-07T12:00", "--json").json
    assert fires[:2] == [
        {"at": "2026-03-08T03:00:00-04:00", "note": "gap"},
        {"at": "2026-03-09T02:30:00-04:00", "note": None},
    ]


def test_validate(jobctl: Prompt) -> None:
    (jobctl.folder / "bad.yaml").write_text("jobs: {a: {run: x, retry: {limt: 1}}}")
    verdict = jobctl("validate", "bad.yaml", "--json").json
    assert keys(verdict) == ["jobs", "problems"]
    assert keys(verdict["problems"][0]) == sorted(["file", "line", "column", "path", "message", "severity"])


def test_plan(jobctl: Prompt) -> None:
    (jobctl.folder / "jobs.yaml").write_text("jobs: {hello: {run: 'false', timeout: 1h}, other: {run: x}}")
    plan = jobctl.ok("plan", "--json").json
    assert keys(plan) == sorted(["add", "change", "retire", "unchanged", "moved", "queues_changed"])
    assert plan["add"] == ["other"]
    assert plan["retire"] == ["nightly"]
    assert plan["unchanged"] == 0
    assert plan["change"] == [{"job": "hello", "keys": {"run": ["true", "false"], "timeout": [None, 3600]}}]


def test_apply(jobctl: Prompt) -> None:
    answer = jobctl.ok("apply", "--json").json
    assert keys(answer) == sorted(words("add change retire unchanged moved queues_changed applied"))
    assert answer["applied"] is False


def test_what_operators_are_answered(jobctl: Prompt) -> None:
    assert jobctl.ok("cancel", "1", "--json").json == [{"id": 1, "answer": "cancelled"}]
    assert jobctl.ok("retry", "1", "--json").json == [{"id": 1, "answer": "waiting"}]
    paused = jobctl.ok("pause", "hello", "--reason", "x", "--json").json
    assert paused == [{"kind": "job", "name": "hello", "paused": True, "until_at": None, "reason": "x"}]
    resumed = jobctl.ok("resume", "hello", "--json").json
    assert resumed == [{"kind": "job", "name": "hello", "paused": False, "was_paused": True}]
    assert jobctl.ok("prune", "--json").json == {"runs": 0, "dry_run": False}


def test_the_error_of_an_invalid_catalog_holds_its_problems(jobctl: Prompt) -> None:
    (jobctl.folder / "bad.yaml").write_text("jobs: {a: {run: x, timeout: 5x}}\n")
    for verb in ("plan", "apply"):
        error = jobctl(verb, "bad.yaml", "--json").error
        assert keys(error) == ["code", "hint", "message", "problems"]
        (problem,) = error["problems"]
        assert keys(problem) == sorted(words("file line column path message severity"))
        assert (problem["line"], problem["path"]) == (1, "jobs.a.timeout")


def test_an_error_is_an_object_on_stderr(jobctl: Prompt) -> None:
    said = jobctl("show", "99", "--json")
    assert (said.status, said.out) == (3, "")
    assert keys(said.error) == ["code", "hint", "message"]


@pytest.mark.parametrize("args", [["runs", "--json"], ["jobs", "--json"], ["status", "--json"]])
def test_instants_are_utc_with_milliseconds(jobctl: Prompt, args: list[str]) -> None:
    import re

    text = jobctl.ok(*args).out
    stamps = re.findall(r'"\d{4}-[^"]*"', text)
    assert stamps
    assert all(re.fullmatch(r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"', stamp) for stamp in stamps)
