"""Words and surroundings that nobody plans for: each is answered in words, none with a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.installation import Installation
from tests.kit.prompt import Prompt

CATALOG = "jobs: {hello: {run: 'true'}}\n"
NOT_TEXT = os.fsdecode(b"\xff\xfe")


@pytest.fixture
def deployed(jobctl: Prompt) -> Prompt:
    jobctl.apply(CATALOG)
    return jobctl


@pytest.mark.parametrize(
    "args",
    [
        *(["runs", option, NOT_TEXT] for option in ("--job", "--queue", "--key", "--tag", "--search")),
        *([verb, NOT_TEXT] for verb in ("show", "explain", "logs", "pause", "resume", "next", "jobs")),
        ["cancel", "--job", NOT_TEXT],
        ["retry", "--queue", NOT_TEXT],
        ["enqueue", NOT_TEXT],
        ["runs", "--correlation-id", NOT_TEXT],
    ],
    ids=lambda args: " ".join(args[:2]).encode("ascii", "backslashreplace").decode(),
)
def test_what_is_no_text_is_refused_and_shown_escaped(deployed: Prompt, args: list[str]) -> None:
    said = deployed(*args)
    assert said.status in (2, 3)
    assert said.err.startswith("error: ")
    assert "\\udcff" in said.err


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (["runs", "--job", "exec", "--key", NOT_TEXT], 2),
        (["enqueue", NOT_TEXT], 2),
        (["enqueue", NOT_TEXT, "--wait"], 125),
        (["run", "hello", "--key", NOT_TEXT], 125),
        (["--db", "exec", "enqueue", "hello", "--key", NOT_TEXT], 2),
    ],
    ids=lambda value: " ".join(value).encode("ascii", "backslashreplace").decode() if isinstance(value, list) else None,
)
def test_the_verb_says_with_which_status_what_is_no_text_ends(jobctl: Prompt, args: list[str], status: int) -> None:
    jobctl.apply("jobs: {hello: {run: 'true'}, exec: {run: 'true'}}")
    jobctl.ok("apply", "jobs.yaml", "--db", "exec")
    said = jobctl(*args)
    assert said.status == status
    assert said.err.startswith("error: ")
    assert "is not valid UTF-8 text" in said.err


def test_a_database_has_a_name_that_is_text(deployed: Prompt) -> None:
    said = deployed("apply", "--db", f"{NOT_TEXT}.db", "jobs.yaml")
    assert (said.status, r"is not valid UTF-8 text: `\xff\xfe.db`" in said.err) == (5, True)


def test_a_relative_database_needs_a_folder_that_is_there(here: Installation, tmp_path: Path) -> None:
    here.apply(CATALOG)
    gone = tmp_path / "gone"
    gone.mkdir()
    program = "import os, sys; os.rmdir(os.getcwd()); from jobctl.cli.main import run; sys.exit(run(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", program, "runs", "--db", "jobctl.db"],
        cwd=gone,
        env=here.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 5
    assert done.stderr == (
        "error: the folder you are in does not exist any more, and `jobctl.db` is looked for in it\n"
        "hint: change to another folder, or give the whole path to `--db`\n"
    )


def test_a_text_too_long_to_be_looked_for_is_refused(deployed: Prompt) -> None:
    said = deployed("runs", "--search", "x" * 60_000)
    assert said.status == 2
    assert said.err == "error: --search: at most 1,000 characters can be looked for\nhint: give a part of the text\n"


def test_a_span_that_ends_before_it_begins_is_refused(deployed: Prompt) -> None:
    said = deployed("runs", "--since", "1h", "--until", "2h")
    assert said.status == 2
    assert said.err.startswith("error: --since is later than --until\nhint: ")


def test_a_word_too_many_is_named(deployed: Prompt) -> None:
    said = deployed("enqueue", "hello", "album=7", "x")
    assert said.status == 2
    assert said.err == (
        "error: unexpected words: album=7 x\n"
        "hint: a param is given as `-p NAME=VALUE`; `jobctl enqueue --help` explains\n"
    )


@pytest.mark.parametrize("word", ["version", "help"])
def test_a_word_that_is_an_option_is_guessed(jobctl: Prompt, word: str) -> None:
    said = jobctl(word)
    assert said.status == 2
    assert said.err == f"error: there is no verb `{word}`\nhint: did you mean `jobctl --{word}`?\n"


def test_an_empty_command_is_none(jobctl: Prompt) -> None:
    said = jobctl("enqueue", "--", "")
    assert said.status == 2
    assert said.err.startswith("error: there is no command after `--`\n")


@pytest.mark.parametrize("url", ["sqlite:my.db", "sqlite://my.db", "mysql://x/y"])
def test_half_a_url_is_no_path(jobctl: Prompt, url: str) -> None:
    said = jobctl("apply", "--db", url)
    assert said.status in (3, 5)
    (jobctl.folder / "jobs.yaml").write_text(CATALOG)
    said = jobctl("apply", "--db", url)
    assert (said.status, said.err.splitlines()[0]) == (5, "error: the database URL is not understood")


def test_a_long_name_that_is_not_found_is_cut(deployed: Prompt) -> None:
    assert len(deployed("show", "x" * 3_000).err) < 300


def test_a_part_of_a_second_is_told_how_to_be_written(deployed: Prompt) -> None:
    deployed.enqueue("hello")
    assert "hint: write whole numbers of ms, s, m, h, d or w" in deployed("wait", "1", "--timeout", "0.1").err


def test_help_is_broken_where_the_terminal_ends(jobctl: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert "Without a command it is `jobctl status`." in jobctl.ok("--help").out


@pytest.mark.parametrize("line", ["status --watch --interval 0.1", "runs --limit 100000"])
def test_a_reader_that_goes_away_is_no_failure_where_there_is_colour(here: Installation, line: str) -> None:
    here.apply(CATALOG)
    here.jobctl("enqueue", "--from", "-", stdin='{"job": "hello"}\n' * 2_000)
    with subprocess.Popen(
        [sys.executable, "-m", "jobctl", *line.split()],
        cwd=here.folder,
        env={**here.environment, "FORCE_COLOR": "1", "TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert (process.wait(timeout=60), process.stderr.read()) == (0, b"")


@pytest.mark.parametrize(
    ("line", "choice"),
    [
        ("cancel --state succeeded", "waiting, running"),
        ("retry --state waiting", "succeeded, failed, cancelled, skipped"),
    ],
)
def test_a_state_in_which_nothing_can_be_done_is_refused(deployed: Prompt, line: str, choice: str) -> None:
    said = deployed(*line.split())
    assert said.status == 2
    assert said.err.splitlines()[1] == f"hint: it is one of {choice}"


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_file_without_lines_is_noted(deployed: Prompt, option: list[str]) -> None:
    said = deployed.ok("enqueue", "--from", "-", *option)
    assert said.err == "note: there is no line in standard input: nothing was enqueued\n"


def test_a_wrapped_command_is_not_retried_by_others(here: Installation) -> None:
    here.jobctl("exec", "w", "--", "false", check=False)
    done = here.jobctl("retry", "1", check=False)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == (
        "error: run 1 is of a command that `jobctl exec` wraps: nobody else can execute it\n"
        "hint: run the line that wraps it again\n"
    )
    assert here.run(1)["state"] == "failed"


def test_a_retry_of_all_that_failed_leaves_wrapped_commands_alone(here: Installation) -> None:
    here.jobctl("exec", "w", "--", "false", check=False)
    run_id = here.enqueue("--", "false")
    here.drain()
    done = here.jobctl("retry", "--all", "--json")
    assert json.loads(done.stdout) == [{"id": run_id, "answer": "waiting"}, {"id": 1, "answer": "wrapped"}]
    assert "note: 1 run of a wrapped command is left alone: run what wraps them again" in done.stderr


@pytest.mark.parametrize("what", ["", ".", "/", "folder"])
def test_a_first_catalog_is_not_written_over_a_folder(jobctl: Prompt, what: str) -> None:
    (jobctl.folder / "folder").mkdir()
    said = jobctl("init", what)
    assert (said.status, said.out) == (2, "")
    assert "is a folder\nhint: name a file in it: `jobctl init " in said.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("runs --limit 0", "invalid value for '--limit': 0 is less than 1"),
        ("next @daily -n 1000000", "invalid value for '--count' / '-n': 1000000 is not from 1 to 100,000"),
        ("enqueue --retry -1 -- true", "invalid value for '--retry': -1 is not from 0 to 1,000,000"),
        ("status --interval 0", "invalid value for '--interval': 0.0 is less than 0.1"),
    ],
)
def test_a_number_out_of_bounds_is_told_in_words(jobctl: Prompt, line: str, said: str) -> None:
    assert jobctl(*line.split()).err.splitlines()[0] == f"error: {said}"


def test_a_verb_of_two_words_names_the_second_ones(jobctl: Prompt) -> None:
    hint = "hint: there are `jobctl import crontab` and `jobctl import systemd-timer`"
    assert [jobctl("import", *words).err.splitlines()[1] for words in ([], ["cron"])] == [hint, hint]


def test_an_unknown_option_without_a_verb_points_to_the_help_of_all(jobctl: Prompt) -> None:
    assert jobctl("--verison").err.splitlines()[1] == "hint: `jobctl --help` explains"


def test_a_run_that_waits_has_no_output_because_it_has_not_been_started(jobctl: Prompt) -> None:
    jobctl.enqueue("--", "true")
    assert jobctl.ok("logs", "1").err == "note: run 1 has not been started\n"


def test_wrapped_commands_can_be_paused_before_there_is_any(jobctl: Prompt) -> None:
    jobctl.apply(CATALOG)
    assert jobctl.ok("pause", "--queue", "exec").out == "queue exec: paused\n"
