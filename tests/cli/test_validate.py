"""`validate`, `schema` and `init`: catalogs, without any database."""

import json

import pytest

from tests.kit.prompt import Prompt

GOOD = "jobs: {hello: {run: 'true'}}\n"
BAD = "jobs:\n  a:\n    run: x\n    timeout: soon\n    retry: {limt: 3, limit: 1}\n"


def test_a_right_catalog_is_counted(jobctl: Prompt) -> None:
    (jobctl.folder / "jobs.yaml").write_text(GOOD)
    said = jobctl.ok("validate")
    assert (said.out, said.err) == ("1 job, no errors\n", "")


def test_every_problem_is_told_with_its_place_on_stderr(jobctl: Prompt) -> None:
    (jobctl.folder / "jobs.yaml").write_text(BAD)
    said = jobctl("validate")
    assert (said.status, said.out) == (2, "")
    assert said.err.splitlines() == [
        'jobs.yaml:4:14: jobs.a.timeout: expected a duration like 90s or 2h30m, got "soon"',
        "jobs.yaml:5:13: jobs.a.retry.limt: unknown key `limt`; did you mean `limit`?",
        "error: the catalog has 2 problems",
        "hint: nothing was changed; mend the catalog and run the command again",
    ]


def test_its_json_has_the_problems_as_data_on_stdout(jobctl: Prompt) -> None:
    (jobctl.folder / "jobs.yaml").write_text(BAD)
    said = jobctl("validate", "--json")
    assert (said.status, said.err) == (2, "")
    assert said.json["jobs"] == 0
    assert [(p["line"], p["column"], p["path"]) for p in said.json["problems"]] == [
        (4, 14, "jobs.a.timeout"),
        (5, 13, "jobs.a.retry.limt"),
    ]


def test_a_warning_is_shown_and_is_no_error(jobctl: Prompt) -> None:
    (jobctl.folder / "jobs.yaml").write_text("jobs: {a: {run: x, schedule: '0 0 30 2 *'}}")
    said = jobctl.ok("validate")
    assert said.err == "warning: jobs.yaml:1:30: jobs.a.schedule: this schedule never matches\n"
    assert jobctl.ok("validate", "--json").json["problems"][0]["severity"] == "warning"


def test_a_schedule_that_is_over_is_a_warning_of_validate_and_of_apply(jobctl: Prompt) -> None:
    (jobctl.folder / "jobs.yaml").write_text("jobs: {a: {run: x, at: 2020-01-01}}")
    warning = "warning: jobs.yaml:1:24: jobs.a.at: this has passed: the schedule does not fire any more\n"
    assert jobctl.ok("validate").err == warning
    assert jobctl.ok("apply").err.startswith(warning)


def test_the_catalog_is_the_argument_else_the_variable_else_jobs_yaml(
    jobctl: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, count in (("jobs.yaml", 1), ("two.yaml", 2), ("three.yaml", 3)):
        names = ", ".join(f"j{n}: {{run: x}}" for n in range(count))
        (jobctl.folder / name).write_text(f"jobs: {{{names}}}")
    assert jobctl.ok("validate").out == "1 job, no errors\n"
    monkeypatch.setenv("JOBCTL_CATALOG", "two.yaml")
    assert jobctl.ok("validate").out == "2 jobs, no errors\n"
    assert jobctl.ok("validate", "three.yaml").out == "3 jobs, no errors\n"


def test_a_catalog_that_is_not_there_is_not_found(jobctl: Prompt) -> None:
    said = jobctl("validate")
    assert said.status == 3
    assert said.err.startswith("error: there is no catalog `jobs.yaml`\nhint: run `jobctl init`")


def test_it_touches_no_state(jobctl: Prompt) -> None:
    (jobctl.folder / "jobs.yaml").write_text(GOOD)
    jobctl.ok("validate")
    jobctl.ok("schema")
    assert not jobctl.db.exists()


def test_the_schema_is_a_json_schema(jobctl: Prompt) -> None:
    schema = json.loads(jobctl.ok("schema").out)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "jobs" in schema["properties"]


def test_a_first_catalog_is_right_as_it_is(jobctl: Prompt) -> None:
    assert jobctl.ok("init").out == "jobs.yaml\n"
    said = jobctl.ok("validate")
    assert (said.out, said.err) == ("2 jobs, no errors\n", "")


def test_a_first_catalog_is_never_written_over_another(jobctl: Prompt) -> None:
    (jobctl.folder / "jobs.yaml").write_text(GOOD)
    said = jobctl("init")
    assert said.status == 4
    assert said.err == "error: `jobs.yaml` exists already\nhint: name another file: `jobctl init more-jobs.yaml`\n"
    assert (jobctl.folder / "jobs.yaml").read_text() == GOOD


def test_a_first_catalog_may_have_another_name(jobctl: Prompt) -> None:
    jobctl.ok("init", "other.yaml")
    jobctl.ok("validate", "other.yaml")
    assert jobctl("init", "nowhere/x.yaml").status == 2
