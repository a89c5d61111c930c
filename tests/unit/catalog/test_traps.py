"""What YAML makes of innocent text, and what hostile text makes of YAML."""

import pytest

from tests.unit.catalog.conftest import Folder

JOB = "jobs:\n  a:\n    run: x\n    "


def test_case_30_a_key_that_is_given_twice_is_refused_with_both_places(folder: Folder) -> None:
    assert folder.problems(JOB + "timeout: 5m\n    timeout: 6m\n") == [
        "jobs.yaml:5:5: jobs.a.timeout: duplicate key `timeout`, first given at jobs.yaml:4:5"
    ]


def test_case_30_a_job_that_is_given_twice_is_refused(folder: Folder) -> None:
    (problem,) = folder.problems(JOB + "\n  a:\n    run: y\n")
    assert problem == "jobs.yaml:5:3: jobs.a: duplicate key `a`, first given at jobs.yaml:2:3"


def test_case_30_a_tab_is_named(folder: Folder) -> None:
    (problem,) = folder.problems("jobs:\n  a:\n\trun: x\n")
    assert problem == "jobs.yaml:3:1: jobs.a: a tab indents this line; YAML takes spaces only"


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system", "!!python/name:os.system", "!!binary", "!application/tag"]
)
def test_case_30_a_tag_builds_no_object(folder: Folder, tag: str) -> None:
    (problem,) = folder.problems(f"jobs:\n  a:\n    run: {tag} ['touch built']\n")
    assert problem.startswith("jobs.yaml:3:10: ")
    assert not (folder.path / "built").exists()


@pytest.mark.parametrize("word", ["on", "no", "Yes", "OFF", "y", "N"])
def test_case_30_a_word_that_yaml_once_took_for_a_boolean_is_never_taken_silently(folder: Folder, word: str) -> None:
    loaded = folder.read(f"jobs:\n  a:\n    run: x\n    env: {{FLAG: {word}}}\n")
    job = loaded.catalog.jobs["a"] if loaded.catalog else None
    assert job is None or job.env == {"FLAG": word}


def test_case_30_a_key_called_on_is_a_key_called_on(folder: Folder) -> None:
    (problem,) = folder.problems(JOB + "on: x\n")
    assert "`on`" in problem


@pytest.mark.parametrize("number", ["010", "12:30"])
def test_case_30_a_number_that_may_mean_two_things_is_refused(folder: Folder, number: str) -> None:
    (problem,) = folder.problems(JOB + f"priority: {number}\n")
    assert problem.startswith("jobs.yaml:4:15: jobs.a.priority: ")


def test_case_30_a_version_like_text_stays_text(folder: Folder) -> None:
    assert folder.job(JOB + "env: {RELEASE: 3.10}\n").env == {"RELEASE": "3.10"}
