"""Defaults under jobs."""

from datetime import timedelta

from jobctl.model.job import Retry, Secret
from tests.unit.catalog.conftest import Folder


def test_a_default_holds_for_a_job_that_says_nothing(folder: Folder) -> None:
    assert folder.job("defaults: {timeout: 5m}\njobs: {a: {run: x}}").timeout == timedelta(minutes=5)


def test_a_job_replaces_a_default(folder: Folder) -> None:
    assert folder.job("defaults: {timeout: 5m}\njobs: {a: {run: x, timeout: 1m}}").timeout == timedelta(minutes=1)


def test_env_is_merged_by_name(folder: Folder) -> None:
    job = folder.job("defaults: {env: {A: 1, B: 1}}\njobs: {a: {run: x, environment: [B=2, C=2]}}")
    assert job.env == {"A": "1", "B": "2", "C": "2"}


def test_secrets_are_merged_by_name(folder: Folder) -> None:
    job = folder.job("defaults: {secrets: {A: {env: A}, B: {env: B}}}\njobs: {a: {run: x, secrets: {B: {file: /b}}}}")
    assert job.secrets == {"A": Secret(env="A"), "B": Secret(file="/b")}


def test_other_mappings_are_replaced_as_a_whole(folder: Folder) -> None:
    job = folder.job("defaults: {retry: {limit: 5, delay: 1s}}\njobs: {a: {run: x, retry: {limit: 2}}}")
    assert job.retry == Retry(limit=2)


def test_a_default_schedule_gives_way_to_another_kind_of_schedule(folder: Folder) -> None:
    job = folder.job("defaults: {schedule: '@daily'}\njobs: {a: {run: x, every: 5m}}")
    assert (job.schedule.cron, job.schedule.every) == ((), timedelta(minutes=5))


def test_a_default_may_say_what_to_run(folder: Folder) -> None:
    assert folder.job("defaults: {run: x}\njobs: {a: {timeout: 5m}}").run == "x"


def test_a_limit_named_in_the_defaults_must_be_declared(folder: Folder) -> None:
    problems = folder.problems("defaults: {uses: [w]}\njobs: {a: {run: x}}")
    assert problems == ["jobs.yaml:1:19: jobs.a.uses[0]: `w` is not declared under `limits`"]


def test_defaults_hold_for_included_files_too(folder: Folder) -> None:
    folder.write("other.yaml", "defaults: {priority: 2}\njobs: {b: {run: x}}")
    loaded = folder.read("include: other.yaml\ndefaults: {timeout: 5m, priority: 1}\njobs: {a: {run: x}}")
    assert loaded.catalog is not None
    b = loaded.catalog.jobs["b"]
    assert (b.timeout, b.priority) == (timedelta(minutes=5), 2)


def test_a_default_path_is_relative_to_the_file_it_was_typed_in(folder: Folder) -> None:
    folder.write("sub/other.yaml", "jobs: {b: {run: x}}")
    loaded = folder.read("include: sub/other.yaml\ndefaults: {cwd: work}")
    assert loaded.catalog is not None
    assert loaded.catalog.jobs["b"].working_dir == f"{folder.path}/work"
