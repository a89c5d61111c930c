"""A database that is not there: only a verb that begins something makes it."""

import pytest

from tests.kit.installation import Installation
from tests.kit.prompt import Prompt

CATALOG = "jobs: {hello: {run: 'true'}}\n"
READING = [
    "",
    "status",
    "runs",
    "show 1",
    "jobs",
    "logs 1",
    "wait 1",
    "explain hello",
    "next hello",
    "cancel --all",
    "retry --all",
    "pause hello",
    "resume hello",
    "prune --dry-run",
    "prune",
    "run hello",
    "enqueue hello",
]


@pytest.mark.parametrize("line", READING)
def test_a_verb_that_begins_nothing_names_it_and_does_not_create_it(jobctl: Prompt, line: str) -> None:
    said = jobctl(*line.split())
    assert said.status == (125 if line in ("run hello", "wait 1") else 5)
    assert said.err == (
        f"error: there is no database `{jobctl.db}`\n"
        "hint: check JOBCTL_DB; `jobctl apply` and `jobctl daemon` create a database\n"
    )
    assert [*jobctl.folder.iterdir()] == []


@pytest.mark.parametrize("line", ["plan", "apply --dry-run"])
def test_a_plan_for_it_is_made_without_it(jobctl: Prompt, line: str) -> None:
    (jobctl.folder / "jobs.yaml").write_text(CATALOG)
    assert "hello" in jobctl.ok(*line.split()).out
    assert [path.name for path in jobctl.folder.iterdir()] == ["jobs.yaml"]


def test_a_command_that_no_catalog_names_creates_it(jobctl: Prompt) -> None:
    assert jobctl.ok("enqueue", "--", "true").out == "1\n"


def test_a_doctor_says_so(jobctl: Prompt) -> None:
    said = jobctl("doctor")
    assert said.status == 1
    assert "there is no database" in said.out
    assert not jobctl.db.exists()


def test_completion_creates_nothing(here: Installation) -> None:
    here.environment |= {"_JOBCTL_COMPLETE": "complete_bash", "COMP_WORDS": "jobctl show ", "COMP_CWORD": "2"}
    assert here.jobctl(check=False).stdout.strip() == ""
    assert not here.db.exists()


def test_the_first_word_of_a_newcomer_is_answered_with_how_to_begin(
    jobctl: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = jobctl.folder / "state" / "jobctl.db"
    monkeypatch.delenv("JOBCTL_DB")
    monkeypatch.setattr("jobctl.store.place.default_path", lambda: usual)
    said = jobctl("status")
    assert (said.status, said.out) == (5, "")
    assert said.err == (
        f"error: there is no database yet: `{usual}`\n"
        "hint: `jobctl init` writes a catalog to start from, `jobctl apply` deploys it into a new database\n"
    )
    assert [*jobctl.folder.iterdir()] == []
