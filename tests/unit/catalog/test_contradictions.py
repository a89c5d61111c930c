"""What two keys of a job say against each other, and what is hardly meant."""

from datetime import UTC, datetime

import pytest

from tests.unit.catalog.conftest import Folder

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

# Each is a key of job `a`, which runs `x`.
REFUSED = {
    "a schedule without an expression": (
        "schedule: []",
        "schedule: expected at least one cron expression, got an empty list",
    ),
    "a longest wait below the first": (
        "retry: {limit: 3, delay: 5s, max_delay: 1s}",
        "retry.max_delay: the longest wait is shorter than `delay`, the first one",
    ),
    "a code after which to retry and not to retry": (
        "retry: {limit: 3, exit_codes: [1, 75], except_exit_codes: [75]}",
        "retry.except_exit_codes: 75 is in `exit_codes` too; retry after it, or never",
    ),
    "a variable that is a secret too": (
        "{env: {TOKEN: x}, secrets: {TOKEN: {file: t}}}",
        "secrets.TOKEN: `TOKEN` is given under `env` too; remove one of the two",
    ),
    "a variable of jobctl's own": (
        "env: {JOBCTL_RUN_ID: 7}",
        "env.JOBCTL_RUN_ID: `JOBCTL_RUN_ID` is a name of jobctl's own, which tells the job about itself by it; "
        "choose another",
    ),
    "a secret in a variable of jobctl's own": (
        "secrets: {JOBCTL_PARAM_X: {file: t}}",
        "secrets.JOBCTL_PARAM_X: `JOBCTL_PARAM_X` is a name of jobctl's own, which tells the job about itself by it; "
        "choose another",
    ),
    "a variable that begins with a digit": (
        "env: {1A: 1}",
        'env.1A: expected the name of a variable: letters, digits and _, no digit first, got "1A"',
    ),
    "a folder with a variable": (
        "working_dir: $HOME/x",
        'working_dir: `$HOME` is not expanded; write the whole path instead of "$HOME/x"',
    ),
    "a folder with a variable in braces": (
        'cwd: "${HOME}"',
        'cwd: `${HOME}` is not expanded; write the whole path instead of "${HOME}"',
    ),
}
DOUBTFUL = {
    "a shell without anything for it": (
        "{call: 'a:b', shell: bash}",
        "shell: `shell` is for `run`, which this job does not have: it changes nothing",
    ),
    "an interpreter for a command": (
        "{run: x, python: /usr/bin/python3}",
        "python: `python` is for `call`, which this job does not have: it changes nothing",
    ),
    "folders of modules for a command": (
        "{run: x, path: [lib]}",
        "path: `path` is for `call`, which this job does not have: it changes nothing",
    ),
    "hours of catch-up without a schedule": (
        "{run: x, catchup_between: 03:00-06:00}",
        "catchup_between: `catchup_between` is for jobs with `schedule`, `every` or `at`: it changes nothing",
    ),
    "a spread without a schedule": (
        "{run: x, jitter: 5m}",
        "jitter: `jitter` is for jobs with `schedule`, `every` or `at`: it changes nothing",
    ),
    "a first wait beyond the longest that is not given": (
        "{run: x, retry: {limit: 2, delay: 3h}}",
        "retry.delay: each wait is cut to 1h, the `max_delay` of a retry that gives none",
    ),
    "an instant that has passed": (
        "{run: x, at: 2026-11-24T11:59}",
        "at: this has passed: the schedule does not fire any more",
    ),
    "an end that has passed": (
        "{run: x, schedule: '@daily', end: 2026-11-01}",
        "end: this has passed: the schedule does not fire any more",
    ),
}
SOUND = {
    "a schedule that goes on": "{run: x, schedule: '@daily', end: 2027-01-01}",
    "a disabled job whose time has passed": "{run: x, at: 2026-01-01, enabled: false}",
    "a job that starts at boot": "{run: x, schedule: '@reboot'}",
    "the database for a job that enqueues": "{run: x, env: {JOBCTL_DB: /srv/jobs.db}}",
    "a longest wait below the usual first one": "{run: x, retry: {limit: 3, max_delay: 5s}}",
}


@pytest.mark.parametrize(("keys", "problem"), REFUSED.values(), ids=REFUSED.keys())
def test_a_job_is_refused_for(folder: Folder, keys: str, problem: str) -> None:
    text = f"jobs: {{a: {{run: x, {keys.removeprefix('{').removesuffix('}') if keys[0] == '{' else keys}}}}}"
    assert [said.partition(": jobs.a.")[2] for said in folder.problems(text)] == [problem]


@pytest.mark.parametrize(("job", "warning"), DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_a_job_is_doubted_for(folder: Folder, job: str, warning: str) -> None:
    loaded = folder.read(f"jobs: {{a: {job}}}")
    assert loaded.catalog is not None
    told = [*loaded.problems, *loaded.ended(NOW)]
    assert [(p.severity, str(p).partition(": jobs.a.")[2]) for p in told] == [("warning", warning)]


@pytest.mark.parametrize("job", SOUND.values(), ids=SOUND.keys())
def test_nothing_is_said_of(folder: Folder, job: str) -> None:
    loaded = folder.read(f"jobs: {{a: {job}}}")
    assert loaded.catalog is not None
    assert [*loaded.problems, *loaded.ended(NOW)] == []


def test_a_default_for_other_jobs_is_no_doubt_about_a_job(folder: Folder) -> None:
    defaults = "{jitter: 5m, shell: bash, python: /usr/bin/python3, path: [lib]}"
    text = f"defaults: {defaults}\njobs: {{a: {{run: x}}, b: {{call: 'a:b'}}}}"
    assert folder.problems(text) == []


def test_what_is_wrong_in_the_defaults_is_told_once(folder: Folder) -> None:
    text = "defaults: {env: {JOBCTL_JOB: x}, retry: {limit: 1, delay: 3h}}\njobs: {a: {run: x}, b: {run: x}}"
    assert len(folder.problems(text)) == 1
    assert len(folder.problems(text.replace("env: {JOBCTL_JOB: x}, ", ""))) == 1


@pytest.mark.parametrize("default", ["yes", "007"])
def test_a_default_that_yaml_reads_in_two_ways_is_told_once(folder: Folder, default: str) -> None:
    assert len(folder.problems(f"jobs: {{a: {{run: x, params: {{p: {{type: integer, default: {default}}}}}}}}}")) == 1


@pytest.mark.parametrize("number", ["4294967295", "-1", "4294967296", "+1", "99999999999", " 5"])
@pytest.mark.parametrize("key", ["user", "group"])
def test_a_number_that_the_kernel_takes_for_root_is_no_owner(folder: Folder, key: str, number: str) -> None:
    said = folder.problems(f'jobs: {{a: {{run: x, {key}: "{number}"}}}}')
    assert len(said) == 1
    assert "expected a name, or a number from 0 to 4,294,967,294" in said[0]
