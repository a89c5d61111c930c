"""`explain`: what it draws, its data, and what it says of real runs."""

import pytest

from jobctl.actions.explain import Explained
from jobctl.cli.commands.runs.explain import explained_json
from jobctl.cli.render.explain import explanation_lines
from jobctl.cli.render.lines import line_width, plain
from jobctl.decide.explain.facts import Explanation, Fact
from tests.cli.golden_file import assert_golden
from tests.cli.scenes import HOSTILE, HOUR, MINUTE, NOW
from tests.kit.installation import Installation
from tests.kit.prompt import Prompt

WAITS = Explanation(
    "run 1851 waits: queue `reports` is paused by anna (deploy)",
    (
        Fact("pause", "queue `reports` is paused by anna (deploy)", NOW + HOUR),
        Fact("slots", "all 12 slots of queue `reports` are taken", None, tuple(range(1838, 1850))),
        Fact("rate", "queue `reports` may start no more than 2 per 60 s", NOW + MINUTE),
        Fact("before", "3 runs that are ready come first by priority and due time, 1 of them of the same job"),
    ),
    "`jobctl resume --queue reports` lets it go on",
)


@pytest.mark.parametrize("width", [80, 160])
def test_an_explanation_looks_as_it_did_when_it_was_approved(width: int) -> None:
    assert_golden(f"explain-{width}", explanation_lines(WAITS, NOW, width))


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(line_width, explanation_lines(WAITS, NOW, width))) <= width


def test_text_from_jobs_is_shown_escaped() -> None:
    lines = explanation_lines(Explanation(HOSTILE, (Fact("ended", HOSTILE),), None), NOW, 160)
    text = "\n".join(map(plain, lines))
    assert "\x1b" not in text
    assert "[red]日本語の進捗[/red]" in text


def test_the_json_has_exactly_the_promised_keys() -> None:
    shape = explained_json(Explained(1851, "digest", "waiting", WAITS))
    assert list(shape) == ["id", "job", "state", "answer", "facts", "hint"]
    assert shape["facts"][0] == {
        "code": "pause",
        "text": "queue `reports` is paused by anna (deploy)",
        "at": "2026-03-10T14:02:07.000Z",
        "runs": [],
    }


def test_a_run_without_a_daemon_says_so_in_its_first_line(jobctl: Prompt) -> None:
    jobctl.enqueue("--", "true")
    said = jobctl.ok("explain", "1")
    assert said.out.splitlines()[0] == " run 1 waits: no daemon is alive"
    assert said.out.splitlines()[-1] == " hint: start one: `jobctl daemon`"


def test_a_delayed_run_of_a_paused_queue_tells_both(jobctl: Prompt) -> None:
    run_id = jobctl.enqueue("--in", "1h", "--", "true")
    jobctl.ok("pause", "--queue", "default", "--reason", "deploy")
    shape = jobctl.ok("explain", str(run_id), "--json").json
    assert [fact["code"] for fact in shape["facts"]] == ["due", "pause", "no_daemon"]


def test_a_failed_run_says_what_brings_it_back(played: Installation) -> None:
    shape = played.json("explain", "2")
    assert shape["answer"] == "run 2 failed: exit 7, 2 attempts"
    assert "`jobctl retry 2`" in shape["hint"]


def test_a_job_is_explained_by_its_name(played: Installation) -> None:
    shape = played.json("explain", "nightly")
    assert (shape["id"], shape["job"]) == (None, "nightly")
    assert [fact["code"] for fact in shape["facts"]][:2] == ["no_daemon", "next_fire"]


def test_a_job_without_a_schedule_says_that_it_runs_when_enqueued(jobctl: Prompt) -> None:
    jobctl.apply("jobs: {a: {run: 'true'}}")
    shape = jobctl.ok("explain", "a", "--json").json
    assert shape["facts"][-1]["text"] == "it has no schedule: it runs when it is enqueued"


def test_a_retired_job_says_so(jobctl: Prompt) -> None:
    jobctl.apply("jobs: {a: {run: 'true'}, b: {run: 'true'}}")
    (jobctl.folder / "jobs.yaml").write_text("jobs: {b: {run: 'true'}}")
    jobctl.ok("apply", "--prune")
    assert "job `a` is retired" in jobctl.ok("explain", "a").out


def test_what_does_not_exist_is_not_found(jobctl: Prompt) -> None:
    jobctl.apply("jobs: {a: {run: x}}")
    assert [jobctl("explain", what).status for what in ("99", "nothing")] == [3, 3]


def test_a_wrapped_command_that_has_failed_says_to_run_the_line_again(here: Installation) -> None:
    here.jobctl("exec", "w", "--", "sh", "-c", "exit 7", check=False)
    assert here.json("explain", "1")["hint"] == "run the line that wraps it again"


def test_a_running_run_whose_daemon_was_just_killed_says_so_and_what_to_do(here: Installation) -> None:
    run_id = here.enqueue("--", "sleep", "60")
    daemon = here.daemon("--name", "web-01", "--grace", "0s")
    here.until_state(run_id, "running")
    daemon.kill()
    daemon.wait()
    shape = here.json("explain", str(run_id))
    assert f"is running, but its daemon web-01 (process {daemon.pid} on " in shape["answer"]
    assert [fact["code"] for fact in shape["facts"]] == ["daemon_gone", "rescue", "since"]
    assert shape["hint"] == "start a daemon, which takes it over: `jobctl daemon`"
    here.jobctl("cancel", str(run_id))


def test_a_name_that_only_commands_have_says_so_and_tells_of_the_last_run(here: Installation) -> None:
    here.jobctl("exec", "w", "--", "sh", "-c", "exit 7", check=False)
    shape = here.json("explain", "w")
    assert (shape["id"], shape["job"]) == (None, "w")
    assert shape["answer"] == "`w` is no job of the catalog: its runs are of a command"
    assert [(fact["code"], fact["text"], fact["runs"]) for fact in shape["facts"]] == [
        ("last_run", "its last run failed: exit 7", [1])
    ]
    assert shape["hint"] == "`jobctl explain 1` tells more of it, `jobctl runs --job w` of all"


def test_of_commands_the_one_that_has_not_ended_is_pointed_to(jobctl: Prompt) -> None:
    jobctl.enqueue("--name", "w", "--", "true")
    jobctl.enqueue("--name", "w", "--", "true")
    jobctl.ok("cancel", "2")
    assert jobctl.ok("explain", "w", "--json").json["hint"] == (
        "`jobctl explain 1` tells about the run that has not ended"
    )


def test_a_disabled_job_says_that_its_schedule_rests(jobctl: Prompt) -> None:
    jobctl.apply("jobs: {a: {run: 'true', every: 5m, enabled: false}, b: {run: 'true', enabled: false}}")
    said = [jobctl.ok("explain", name, "--json").json["facts"][-1]["text"] for name in ("a", "b")]
    assert said == ["its schedule rests while it is disabled", "it has no schedule: it runs when it is enqueued"]
