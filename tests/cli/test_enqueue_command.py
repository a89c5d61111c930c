"""`enqueue -- CMD`: a command that no catalog names."""

import os
from datetime import timedelta

import pytest

from jobctl.decide.adhoc import INHERITED, adhoc_definition
from jobctl.model.job import Job, Retry
from jobctl.model.plain import to_plain
from jobctl.store.opening import open_store
from tests.kit.installation import Installation
from tests.kit.prompt import Prompt


def test_its_definition_is_that_of_a_job() -> None:
    made = adhoc_definition(
        "x",
        ["echo", "a b"],
        working_dir="/srv",
        env={"A": "1"},
        user="anna",
        retries=2,
        timeout=timedelta(minutes=1, milliseconds=500),
    )
    job = Job(
        name="x",
        run=("echo", "a b"),
        working_dir="/srv",
        env={"A": "1"},
        user="anna",
        retry=Retry(limit=2),
        timeout=timedelta(minutes=1, milliseconds=500),
    )
    assert made == to_plain(job)


def test_what_has_its_default_is_left_out_as_in_a_job() -> None:
    made = adhoc_definition("x", ["true"], working_dir="/", env={})
    assert made == to_plain(Job(name="x", run=("true",)))


def test_the_callers_variables_are_those_that_a_job_inherits() -> None:
    assert Job(name="x").inherit_env == INHERITED


def test_it_runs_in_the_callers_folder_with_its_arguments_as_they_are(here: Installation) -> None:
    run_id = here.enqueue("--", "sh", "-c", 'pwd; printf "%s|" "$@"', "--", "a b", "$HOME", "{{ params.x }}")
    here.drain()
    out = here.jobctl("logs", str(run_id)).stdout
    assert out == f"{here.folder}\na b|$HOME|{{{{ params.x }}}}|"
    assert here.run(run_id)["job"] == "sh"


def test_it_gets_the_callers_path_and_the_variables_that_are_passed_on(here: Installation) -> None:
    here.environment |= {"STAGE": "test", "SECRET": "x", "PATH": f"{here.folder}:{here.environment['PATH']}"}
    run_id = here.enqueue("--env", "STAGE", "--", "sh", "-c", 'echo "$STAGE,$SECRET,${PATH%%:*}"')
    here.environment["PATH"] = os.environ["PATH"]
    here.drain()
    assert here.jobctl("logs", str(run_id)).stdout == f"test,,{here.folder}\n"


def test_retries_and_timeout_hold_for_it(jobctl: Prompt) -> None:
    run_id = jobctl.enqueue("--name", "slow", "--timeout", "100ms", "--retry", "1", "--", "sleep", "60")
    store = open_store(str(jobctl.db))
    deployed = store.run_definition(run_id)
    store.close()
    assert deployed is not None
    job = deployed.job
    assert (job.name, job.timeout, job.retry.limit) == ("slow", timedelta(milliseconds=100), 1)


def test_another_folder_must_exist(jobctl: Prompt) -> None:
    said = jobctl("enqueue", "--cwd", "nowhere", "--", "true")
    assert said.status == 2
    assert said.err.startswith(f"error: --cwd: there is no folder `{jobctl.folder}/nowhere`\n")


def test_options_of_the_command_are_its_own(jobctl: Prompt) -> None:
    assert jobctl.ok("enqueue", "--", "ls", "--json", "--wait").out == "1\n"


def test_a_variable_that_is_not_set_is_refused(jobctl: Prompt) -> None:
    said = jobctl("enqueue", "--env", "JOBCTL_TEST_NIX", "--", "true")
    assert said.status == 2
    assert said.err.startswith("error: --env: the variable `JOBCTL_TEST_NIX` is not set\n")


@pytest.mark.parametrize("name", ["42", "a b", "", "-x", "x" * 101])
def test_a_name_that_no_job_may_have_is_refused(jobctl: Prompt, name: str) -> None:
    assert jobctl("enqueue", f"--name={name}", "--", "true").status == 2


def test_a_command_that_is_not_text_is_refused(jobctl: Prompt) -> None:
    said = jobctl("enqueue", "--", "echo", "\udcff")
    assert said.status == 2
    assert said.err.startswith("error: the command is not valid UTF-8 text\n")


@pytest.mark.parametrize("args", [["--name", "backup", "--", "true"], ["--", "/usr/bin/backup"]])
def test_a_name_that_a_deployed_job_has_is_refused(jobctl: Prompt, args: list[str]) -> None:
    jobctl.apply("jobs: {backup: {run: x}}")
    said = jobctl("enqueue", *args)
    assert said.status == 4
    assert said.err == (
        "error: `backup` is a deployed job, whose runs this command would be counted among\n"
        "hint: give the command another name with `--name`, or run `jobctl enqueue backup` for the job\n"
    )
    assert jobctl.ok("runs", "--json").json == []


@pytest.mark.parametrize("verb", ["enqueue", "run"])
def test_a_command_is_enqueued_again_with_its_words(jobctl: Prompt, verb: str) -> None:
    jobctl.enqueue("--name", "sweep", "--", "true")
    assert jobctl(verb, "sweep").err == (
        "error: `sweep` is no job of the catalog: its runs are of a command\n"
        "hint: give the command again: `jobctl enqueue --name sweep -- CMD ARG..`\n"
    )


def test_a_wrapped_command_is_wrapped_again(here: Installation) -> None:
    here.jobctl("exec", "w", "--", "true")
    assert (
        "hint: give the command again: `jobctl exec w -- CMD ARG..`" in here.jobctl("enqueue", "w", check=False).stderr
    )


@pytest.mark.parametrize("verb", ["pause", "next", "jobs"])
def test_a_verb_about_jobs_says_that_a_name_is_a_commands(jobctl: Prompt, verb: str) -> None:
    jobctl.enqueue("--name", "sweep", "--", "true")
    said = jobctl(verb, "sweep")
    assert said.status == 3
    assert said.err.endswith("its runs are of a command\nhint: `jobctl show sweep` tells about them\n")


def test_a_retired_job_is_not_enqueued_and_says_how_it_comes_back(jobctl: Prompt) -> None:
    jobctl.apply("jobs: {old: {run: 'true'}}")
    jobctl.apply("jobs: {new: {run: 'true'}}")
    assert jobctl("enqueue", "old").err == (
        "error: job `old` is retired: the deployed catalog does not have it\n"
        "hint: put it back into the catalog and run `jobctl apply`\n"
    )


def test_a_value_that_is_passed_on_is_said_to_be_kept_in_clear(jobctl: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", "x")
    said = jobctl.ok("enqueue", "--env", "API_TOKEN", "--", "true")
    assert "`API_TOKEN` is kept in the database in clear" in said.err
    monkeypatch.setenv("JOBCTL_RUN_ID", "7")
    assert jobctl("enqueue", "--env", "JOBCTL_RUN_ID", "--", "true").status == 2
