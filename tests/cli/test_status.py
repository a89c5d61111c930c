"""`status`: what it draws."""

import io
import subprocess
import sys
from dataclasses import replace

import pytest

from jobctl.cli.render.lines import line_width, plain
from jobctl.cli.render.paint import rich
from jobctl.cli.render.status import status_lines
from tests.cli.golden_file import assert_golden
from tests.cli.scenes import ALIVE, BUSY, CROWDED, HOSTILE, NOW, RUNNING, SAID, SCENES, STALE
from tests.cli.terminal import Terminal
from tests.kit.installation import Installation
from tests.kit.until import until


@pytest.mark.parametrize("width", [80, 160])
@pytest.mark.parametrize("scene", SCENES)
def test_it_looks_as_it_did_when_it_was_approved(scene: str, width: int) -> None:
    lines = status_lines(SCENES[scene], NOW, width, said=SAID, deployed=scene != "empty")
    assert_golden(f"status-{scene}-{width}", lines)


def test_a_crowd_is_dealt_out_over_the_lines_of_a_small_terminal() -> None:
    assert_golden("status-crowded-80x24", status_lines(CROWDED, NOW, 80, 24))


@pytest.mark.parametrize("width", [40, 60, 79, 80, 100, 119, 120, 160, 250])
@pytest.mark.parametrize("scene", SCENES)
def test_no_line_is_wider_than_the_terminal(scene: str, width: int) -> None:
    lines = status_lines(SCENES[scene], NOW, width, said=SAID)
    assert max(map(line_width, lines)) <= width


@pytest.mark.parametrize("height", [5, 10, 24, 50])
@pytest.mark.parametrize("scene", SCENES)
def test_there_are_no_more_lines_than_the_terminal_has(scene: str, height: int) -> None:
    assert len(status_lines(SCENES[scene], NOW, 80, height)) <= height


def test_markup_in_a_message_stays_literal_for_rich() -> None:
    from rich.console import Console

    console = Console(file=io.StringIO(), width=160, force_terminal=True, color_system="truecolor")
    with console.capture() as capture:
        console.print(rich(status_lines(BUSY, NOW, 160)))
    assert "[red]日本語の進捗[/red]" in capture.get()


def test_control_characters_in_a_message_are_shown_escaped() -> None:
    text = "\n".join(map(plain, status_lines(BUSY, NOW, 200)))
    assert HOSTILE not in text
    assert r"\x1b[31m\x07\u202e" in text
    assert "\x1b" not in text


def test_a_daemon_known_to_be_dead_is_told_before_its_silence_tells() -> None:
    text = "\n".join(map(plain, status_lines(BUSY, NOW, 80, gone={ALIVE[0].daemon_id})))
    assert "! daemon web-01 (pid 4711) was last seen 2 s ago" in text


def test_without_a_living_daemon_it_says_how_to_start_one() -> None:
    text = "\n".join(map(plain, status_lines(STALE, NOW, 80, gone={1, 2})))
    assert "no daemon is alive, so nothing runs; start one: jobctl daemon" in text


def test_a_foreground_run_is_no_daemon_to_count_on() -> None:
    here = ALIVE[0]
    alone = replace(here, identity=replace(here.identity, foreground=True))
    text = "\n".join(map(plain, status_lines(BUSY._replace(daemons=(alone,)), NOW, 80)))
    assert "no daemon is alive" in text


def test_a_daemon_that_is_stopping_is_told_of() -> None:
    stopping = replace(ALIVE[0], state="stopping")
    text = "\n".join(map(plain, status_lines(BUSY._replace(daemons=(stopping,)), NOW, 80)))
    assert "stopping" in text


def test_a_long_job_name_keeps_its_beginning_and_its_end() -> None:
    line = next(line for line in map(plain, status_lines(BUSY, NOW, 80)) if "#1836" in line)
    assert line.split()[0].startswith("warehouse-")
    assert line.split()[0].endswith("-shop")
    assert RUNNING[2].job not in line


QUEUE_KEYS = "name paused slots ready scheduled retrying blocked running failed served"
DAEMON_KEYS = "name host pid version state slots running started_at seen_at"


def test_its_json_has_exactly_the_promised_keys(played: Installation) -> None:
    shape = played.json("status")
    assert list(shape) == ["queues", "daemons", "running", "upcoming", "failed"]
    assert list(shape["queues"][0]) == QUEUE_KEYS.split()
    assert list(shape["upcoming"][0]) == ["job", "at"]
    assert [run["id"] for run in shape["failed"]] == [2]


def test_the_json_of_a_daemon_has_exactly_the_promised_keys(here: Installation) -> None:
    here.daemon()
    daemons = until(lambda: here.json("status")["daemons"], "a daemon has registered")
    assert list(daemons[0]) == DAEMON_KEYS.split()


def test_a_failed_run_tells_its_last_words(played: Installation) -> None:
    assert "exit 7, 2 attempts: [red]no route[/red]" in played.jobctl("status").stdout


def test_a_pipe_gets_no_escape_sequence(played: Installation) -> None:
    assert "\x1b" not in played.jobctl("status").stdout


def test_without_a_verb_it_is_the_status(played: Installation) -> None:
    assert "FAILED LATELY" in played.jobctl().stdout


def test_an_empty_database_says_what_to_do_next(here: Installation) -> None:
    here.apply("jobs: {}")
    said = here.jobctl("status").stdout
    for step in ("jobctl init", "jobctl apply", "jobctl daemon"):
        assert step in said


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_where_there_is_no_colour_rich_is_not_imported(played: Installation, option: list[str]) -> None:
    program = "import sys; from jobctl.cli.main import run; run(sys.argv[1:]); sys.exit('rich' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program, "status", *option], env=played.environment, capture_output=True, check=False
    )
    assert done.returncode == 0


def test_no_color_is_obeyed_on_a_terminal(played: Installation) -> None:
    with Terminal(_argv("status"), {**played.environment, "TERM": "xterm-256color", "NO_COLOR": "1"}) as terminal:
        assert terminal.ended() == 0
        assert "\x1b" not in terminal.text


def test_a_dumb_terminal_gets_plain_text(played: Installation) -> None:
    with Terminal(_argv("status"), {**played.environment, "TERM": "dumb"}) as terminal:
        assert terminal.ended() == 0
        assert "\x1b" not in terminal.text


def test_a_terminal_gets_colour(played: Installation) -> None:
    with Terminal(_argv("status"), {**played.environment, "TERM": "xterm-256color"}) as terminal:
        assert terminal.ended() == 0
        assert "\x1b[31m✗" in terminal.text


def test_it_is_as_wide_as_columns_says(played: Installation) -> None:
    played.environment["COLUMNS"] = "160"
    try:
        assert len(played.jobctl("status").stdout.splitlines()[0]) == 159
    finally:
        del played.environment["COLUMNS"]


def test_watching_shows_a_new_run_at_once_and_q_leaves(here: Installation) -> None:
    here.jobctl("enqueue", "--name", "first", "--", "true")
    argv, env = _argv("status", "--watch", "--interval", "600"), {**here.environment, "TERM": "xterm-256color"}
    with Terminal(argv, env) as terminal:
        terminal.see("no daemon is alive")
        terminal.forget()
        here.daemon()
        terminal.see("1 daemon")
        terminal.press("q")
        assert terminal.ended() == 0
        assert terminal.settings() == terminal.before


def _argv(*args: str) -> list[str]:
    return [sys.executable, "-m", "jobctl", *args]


def test_on_a_narrow_terminal_a_warning_is_folded_and_says_what_to_do() -> None:
    shown = [plain(line) for line in status_lines(SCENES["abandoned"], NOW, 40)]
    assert shown[1:3] == [" ! no daemon is alive, so nothing runs;", "   start one: jobctl daemon"]


@pytest.mark.parametrize("scene", [name for name, picture in SCENES.items() if picture.queues])
def test_on_a_narrow_terminal_the_numbers_of_queues_are_whole(scene: str) -> None:
    shown = [plain(line) for line in status_lines(SCENES[scene], NOW, 40)]
    heads = [line.split() for line in shown if line.startswith(" QUEUE")]
    assert heads == [["QUEUE", "SLOTS", "READY", "FAILED"]]
