"""`runs`: what it draws."""

from typing import Any

import pytest

from jobctl.cli.render.lines import line_width, plain
from jobctl.cli.render.runs import runs_lines
from tests.cli.golden_file import assert_golden
from tests.cli.scenes import LONG, NOW, RUNS, failure, run
from tests.kit.installation import Installation
from tests.kit.prompt import Prompt


@pytest.mark.parametrize("width", [80, 160])
def test_it_looks_as_it_did_when_it_was_approved(width: int) -> None:
    assert_golden(f"runs-{width}", runs_lines(RUNS, NOW, width))


@pytest.mark.parametrize("width", [40, 60, 80, 100, 160, 250])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(line_width, runs_lines(RUNS, NOW, width))) <= width


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160])
def test_long_names_stay_apart_however_much_there_is_to_say_of_their_runs(width: int) -> None:
    names = [LONG, LONG.replace("west", "east")]
    said: dict[str, Any] = {"queue": "imports-of-the-night", "key": "2026-03-10T02:30", "result": "x" * 80}
    lines = runs_lines([run(at, name, "succeeded", attempt=2, **said) for at, name in enumerate(names)], NOW, width)
    shown = [plain(line).split()[1] for line in lines[1:]]
    assert shown[0] != shown[1]
    assert min(map(len, shown)) >= 18


def test_a_blocked_run_is_neither_due_nor_in_any_time() -> None:
    line = plain(runs_lines([run(1, "build", "waiting", due_at=None, started_at=None)], NOW, 80)[1])
    assert line.split() == ["#1", "build", "○", "waiting", "blocked"]


def test_an_error_never_reaches_the_terminal_with_its_control_characters() -> None:
    from datetime import timedelta

    line = plain(runs_lines([failure(1, "x", timedelta(0), error="\x1b]0;owned\x07")], NOW, 80)[1])
    assert line.endswith(r"\x1b]0;owned\x07")


def _ids(played: Installation, *args: str) -> list[int]:
    return [run["id"] for run in played.json("runs", *args)]


def test_the_newest_run_comes_first(played: Installation) -> None:
    assert _ids(played) == [4, 3, 2, 1]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (["--state", "failed"], [2]),
        (["--job", "greet"], [4, 1]),
        (["--queue", "reports"], [2]),
        (["--key", "seven"], [2]),
        (["--exit-code", "7"], [2]),
        (["--exit-code", "0"], [3, 1]),
        (["--since", "1h"], [4, 3, 2, 1]),
        (["--until", "1h"], []),
        (["--since", "2020-01-01", "--until", "2020-01-02T00:00Z"], []),
        (["--correlation-id", "order-5"], [3]),
        (["--search", "brea"], [2]),
        (["--job", "greet", "--state", "waiting"], [4]),
    ],
)
def test_every_filter_must_match(played: Installation, filters: list[str], ids: list[int]) -> None:
    assert _ids(played, *filters) == ids


def test_a_page_says_how_to_get_the_next_one(played: Installation) -> None:
    done = played.jobctl("runs", "--limit", "2")
    assert done.stderr == "note: there are older runs: add `--before 3`\n"
    assert _ids(played, "--limit", "2", "--before", "3") == [2, 1]


def test_the_last_page_says_nothing(played: Installation) -> None:
    assert played.jobctl("runs", "--limit", "4").stderr == ""


def test_json_says_nothing_but_data(played: Installation) -> None:
    assert played.jobctl("runs", "--limit", "1", "--json").stderr == ""


def test_no_match_is_said_on_stderr(played: Installation) -> None:
    done = played.jobctl("runs", "--job", "nightly")
    assert (done.stdout, done.stderr) == ("", "note: no run matches\n")


def test_a_job_that_never_was_is_not_found_and_guessed(played: Installation) -> None:
    done = played.jobctl("runs", "--job", "gret", check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "error: there is no job `gret`\nhint: did you mean `greet`?\n"


def test_a_queue_that_nothing_names_is_noted_and_guessed(played: Installation) -> None:
    done = played.jobctl("runs", "--queue", "report")
    assert done.stderr == "note: no run matches: there is no queue `report`; did you mean `reports`?\n"


def test_a_state_that_does_not_exist_is_refused(played: Installation) -> None:
    done = played.jobctl("runs", "--state", "done", check=False)
    assert done.returncode == 2
    assert "error: --state: there is no state `done`" in done.stderr


def test_a_moment_that_is_none_is_refused(played: Installation) -> None:
    done = played.jobctl("runs", "--since", "lately", check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: --since: expected an instant like")


@pytest.mark.parametrize("option", ["--limit", "--before", "--exit-code"])
def test_a_number_that_no_database_can_hold_is_refused(played: Installation, option: str) -> None:
    done = played.jobctl("runs", option, "9" * 20, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: invalid value for '{option}'")


def test_a_look_that_was_given_up_says_where_to_go_on(jobctl: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    jobctl.apply("jobs: {hello: {run: 'true'}}")
    for _ in range(3):
        jobctl.enqueue("hello")
    monkeypatch.setattr("jobctl.cli.commands.runs.runs.REACH", 1)
    monkeypatch.setattr("jobctl.store.relational.history.runs._WINDOW", 1)
    said = jobctl.ok("runs", "--search", "zebra")
    assert (said.out, said.err) == ("", "note: looked at the newest 1 runs only: go on with `--before 3`\n")
