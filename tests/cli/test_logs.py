"""`logs`: what a run wrote, and what it writes."""

import subprocess
import sys

import pytest

from tests.cli.terminal import Terminal
from tests.kit.installation import Installation

GREETING = "hello\n\x1b[31mred\x1b[0m \x1b[2Jcleared\n"


def _argv(*args: str) -> list[str]:
    return [sys.executable, "-m", "jobctl", *args]


def test_a_pipe_gets_every_byte_as_it_is(played: Installation) -> None:
    assert played.jobctl("logs", "1").stdout == GREETING


def test_a_job_means_its_newest_run(played: Installation) -> None:
    assert played.jobctl("logs", "break").stdout == "[red]no route[/red]\n"


def test_a_terminal_gets_colours_and_sees_everything_else_escaped(played: Installation) -> None:
    with Terminal(_argv("logs", "1"), {**played.environment, "TERM": "xterm-256color"}) as terminal:
        assert terminal.ended() == 0
        assert terminal.text == "hello\r\n\x1b[31mred\x1b[0m \\x1b[2Jcleared\r\n"


def test_raw_passes_everything_on_to_a_terminal(played: Installation) -> None:
    with Terminal(_argv("logs", "1", "--raw"), {**played.environment, "TERM": "xterm-256color"}) as terminal:
        assert terminal.ended() == 0
        assert terminal.text == GREETING.replace("\n", "\r\n")


def test_tail_shows_the_last_lines(played: Installation) -> None:
    assert played.jobctl("logs", "1", "--tail", "1").stdout == GREETING.splitlines(keepends=True)[1]


def test_an_earlier_attempt_can_be_asked_for(played: Installation) -> None:
    assert played.jobctl("logs", "2", "--attempt", "1").stdout == "[red]no route[/red]\n"


def test_an_attempt_that_never_was_is_not_found(played: Installation) -> None:
    done = played.jobctl("logs", "2", "--attempt", "3", check=False)
    assert done.returncode == 3
    assert done.stderr == "error: run 2 had 2 attempts\nhint: `jobctl show 2` lists them\n"


def test_a_run_without_output_says_so_and_is_no_failure(played: Installation) -> None:
    done = played.jobctl("logs", "3")
    assert (done.stdout, done.stderr) == ("", "note: run 3 has written nothing\n")


@pytest.mark.parametrize(("run", "status"), [("1", 0), ("2", 7)])
def test_following_a_finished_run_gives_its_output_and_its_status(played: Installation, run: str, status: int) -> None:
    done = played.jobctl("logs", run, "-f", check=False)
    assert done.returncode == status
    assert done.stdout == played.jobctl("logs", run).stdout


def test_following_shows_output_as_it_grows_and_ends_with_the_run(here: Installation) -> None:
    script = "echo one; until test -e go; do sleep 0.02; done; echo two; exit 7"
    run = here.enqueue("--name", "slow", "--", "sh", "-c", script)
    with subprocess.Popen(
        _argv("logs", str(run), "-f"), cwd=here.folder, env=here.environment, stdout=subprocess.PIPE, text=True
    ) as process:
        here.daemon()
        assert process.stdout is not None
        assert process.stdout.readline() == "one\n"
        (here.folder / "go").touch()
        assert process.stdout.readline() == "two\n"
        assert process.wait(timeout=60) == 7


def test_following_goes_on_with_the_next_attempt(here: Installation) -> None:
    script = "echo attempt $JOBCTL_ATTEMPT; test $JOBCTL_ATTEMPT = 2"
    here.apply(f"jobs: {{twice: {{run: '{script}', retry: {{limit: 1, delay: 10ms, jitter: 0}}}}}}")
    run = here.enqueue("twice")
    with subprocess.Popen(
        _argv("logs", str(run), "-f"), cwd=here.folder, env=here.environment, stdout=subprocess.PIPE, text=True
    ) as process:
        here.daemon()
        assert process.communicate(timeout=60)[0] == "attempt 1\nattempt 2\n"
        assert process.returncode == 0


def test_following_a_run_that_nobody_will_start_says_so(here: Installation) -> None:
    run = here.enqueue("--name", "later", "--", "true")
    with subprocess.Popen(
        _argv("logs", str(run), "-f"), cwd=here.folder, env=here.environment, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert "no daemon is alive for queue `default`" in process.stderr.readline()
        here.jobctl("cancel", str(run))
        assert process.wait(timeout=60) == 130


@pytest.mark.parametrize("verb", ["logs", "show"])
def test_a_number_that_no_database_can_hold_names_no_run(played: Installation, verb: str) -> None:
    done = played.jobctl(verb, "9" * 20, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith("error: there is no job `9999")
