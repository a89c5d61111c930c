"""`pause` and `resume`: jobs and queues."""

import pytest

from tests.kit.prompt import Prompt

CATALOG = """
queues: {reports: {slots: 1}}
jobs:
  hello: {run: "true"}
  nightly: {run: "true", schedule: "30 2 * * *", queue: night}
"""


@pytest.fixture(autouse=True)
def _deployed(jobctl: Prompt) -> None:
    jobctl.apply(CATALOG)


def paused(jobctl: Prompt) -> list[str]:
    return [row["name"] for row in jobctl.ok("jobs", "--json").json if row["paused"]]


def test_jobs_are_held_until_they_are_resumed(jobctl: Prompt) -> None:
    assert jobctl.ok("pause", "hello", "nightly").out == "job hello: paused\njob nightly: paused\n"
    assert paused(jobctl) == ["hello", "nightly"]
    assert jobctl.ok("resume", "hello").out == "job hello: resumed\n"
    assert paused(jobctl) == ["nightly"]


@pytest.mark.parametrize("queue", ["reports", "default", "night"])
def test_a_queue_is_held(jobctl: Prompt, queue: str) -> None:
    assert jobctl.ok("pause", "--queue", queue).out == f"queue {queue}: paused\n"
    rows = jobctl.ok("status", "--json").json["queues"]
    assert [row["name"] for row in rows if row["paused"]] == [queue]
    assert jobctl.ok("resume", "--queue", queue).out == f"queue {queue}: resumed\n"


def test_a_pause_may_end_by_itself(jobctl: Prompt) -> None:
    answer = jobctl.ok("pause", "hello", "--until", "2031-01-01T03:00", "--reason", "deploy", "--json").json
    until_at = "2031-01-01T02:00:00.000Z"
    assert answer == [{"kind": "job", "name": "hello", "paused": True, "until_at": until_at, "reason": "deploy"}]
    assert jobctl.ok("pause", "hello", "--until", "2031-01-01T03:00").out == (
        "job hello: paused until 2031-01-01 03:00:00 CET\n"
    )
    assert jobctl.ok("pause", "hello", "--until", "2h").status == 0


def test_a_pause_that_has_ended_already_is_refused(jobctl: Prompt) -> None:
    said = jobctl("pause", "hello", "--until", "2020-01-01")
    assert said.status == 2
    assert said.err == "error: --until: 2020-01-01 has passed already\nhint: name an instant in the future\n"


def test_to_resume_what_is_not_held_is_a_note(jobctl: Prompt) -> None:
    said = jobctl.ok("resume", "hello")
    assert (said.out, said.err) == ("", "note: job `hello` was not paused\n")


@pytest.mark.parametrize("verb", ["pause", "resume"])
def test_unknown_names_are_guessed_and_nothing_is_done(jobctl: Prompt, verb: str) -> None:
    said = jobctl(verb, "hello", "helo")
    assert (said.status, said.err) == (3, "error: there is no job `helo`\nhint: did you mean `hello`?\n")
    said = jobctl(verb, "--queue", "repots")
    assert (said.status, said.err) == (3, "error: there is no queue `repots`\nhint: did you mean `reports`?\n")
    assert paused(jobctl) == []


@pytest.mark.parametrize("verb", ["pause", "resume"])
def test_something_must_be_named(jobctl: Prompt, verb: str) -> None:
    said = jobctl(verb)
    assert (said.status, said.err) == (2, "error: which job or queue?\nhint: name jobs, or give `--queue Q`\n")
