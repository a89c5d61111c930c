"""`status`: what it draws."""

import io

import pytest

from jobctl.cli.render.lines import line_width, plain
from jobctl.cli.render.status import status, status_lines
from tests.cli.golden_file import assert_golden
from tests.cli.scenes import ALIVE, BUSY, CROWDED, HOSTILE, NOW, RUNNING, SAID, SCENES, STALE


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
        console.print(status(BUSY, NOW, 160))
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


def test_a_long_job_name_keeps_its_beginning_and_its_end() -> None:
    line = next(line for line in map(plain, status_lines(BUSY, NOW, 80)) if "#1836" in line)
    assert line.split()[0].startswith("warehouse-")
    assert line.split()[0].endswith("-shop")
    assert RUNNING[2].job not in line
