"""The catalog changes while runs wait: they keep what they were promised."""

import json

from tests.kit.installation import Installation

OLD = "jobs:\n  old: {run: 'echo the old one', params: {size: {type: integer, default: 1}}}\n"


def output(here: Installation, run_id: int) -> str:
    return here.jobctl("logs", str(run_id)).stdout


def test_case_28_a_run_of_a_job_that_was_renamed_runs_as_it_was_enqueued(here: Installation) -> None:
    here.apply(OLD)
    run_id = here.enqueue("old")
    here.apply("jobs:\n  new: {run: 'echo the new one'}\n")
    here.drain()
    run = here.run(run_id)
    assert (run["job"], run["job_version"], run["state"], output(here, run_id)) == (
        "old",
        1,
        "succeeded",
        "the old one\n",
    )


def test_case_28_a_run_of_a_job_that_was_removed_still_runs(here: Installation) -> None:
    here.apply(OLD)
    run_id = here.enqueue("old")
    here.apply("jobs: {}\n")
    here.drain()
    assert output(here, run_id) == "the old one\n"


def test_case_28_a_run_of_a_job_that_was_changed_keeps_its_version(here: Installation) -> None:
    here.apply(OLD)
    first = here.enqueue("old")
    here.apply(OLD.replace("the old one", "another one"))
    second = here.enqueue("old")
    here.drain()
    assert [(here.run(n)["job_version"], output(here, n)) for n in (first, second)] == [
        (1, "the old one\n"),
        (2, "another one\n"),
    ]


def test_case_28_a_removed_job_takes_no_new_runs(here: Installation) -> None:
    here.apply(OLD)
    here.apply("jobs: {}\n")
    assert here.jobctl("enqueue", "old", check=False).returncode == 3


def test_case_29_params_that_no_longer_validate_stay_those_of_the_run(here: Installation) -> None:
    here.apply(OLD.replace("the old one", "$JOBCTL_PARAM_SIZE"))
    run_id = here.enqueue("old", "-p", "size=5")
    here.apply(OLD.replace("default: 1", "default: 1, maximum: 3").replace("the old one", "$JOBCTL_PARAM_SIZE"))
    here.drain()
    assert output(here, run_id) == "5\n"


def test_case_29_params_that_no_longer_validate_are_refused_to_new_runs(here: Installation) -> None:
    here.apply(OLD)
    here.apply(OLD.replace("default: 1", "default: 1, maximum: 3"))
    refused = here.jobctl("enqueue", "old", "-p", "size=5", check=False)
    assert (refused.returncode, "size" in refused.stderr) == (2, True)


def test_case_29_a_bad_line_of_many_enqueues_nothing_of_its_thousand(here: Installation) -> None:
    here.apply(OLD)
    lines = [json.dumps({"job": "old", "params": {"size": size}}) for size in (1, "many", 3)]
    refused = here.jobctl("enqueue", "--from", "-", stdin="\n".join(lines), check=False)
    assert (refused.returncode, here.json("runs")) == (2, [])


def test_case_29_a_default_that_does_not_validate_is_refused_with_its_catalog(here: Installation) -> None:
    (here.folder / "jobs.yaml").write_text(OLD.replace("default: 1", "default: 1, minimum: 3"))
    refused = here.jobctl("apply", check=False)
    assert (refused.returncode, "jobs.old.params.size" in refused.stderr) == (2, True)
