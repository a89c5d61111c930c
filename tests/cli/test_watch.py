"""Watching: a view that is redrawn in place."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal

PROGRAM = Path(__file__).parent / "programs" / "watching.py"
ENTER_SCREEN, LEAVE_SCREEN, SHOW_CURSOR = "\x1b[?1049h", "\x1b[?1049l", "\x1b[?25h"


def _environment() -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
    return {**inherited, "TERM": "xterm-256color"}


@pytest.fixture
def watched(tmp_path: Path) -> Path:
    path = tmp_path / "watched"
    path.write_text("one")
    return path


@pytest.fixture
def terminal(watched: Path) -> Iterator[Terminal]:
    with Terminal([sys.executable, str(PROGRAM), str(watched), "600"], _environment()) as terminal:
        terminal.see("<one> 80x24")
        yield terminal


def _assert_given_back(terminal: Terminal) -> None:
    assert terminal.settings() == terminal.before
    assert LEAVE_SCREEN in terminal.text
    assert SHOW_CURSOR in terminal.text


def test_it_draws_on_a_screen_of_its_own(terminal: Terminal) -> None:
    assert ENTER_SCREEN in terminal.text


def test_it_redraws_at_once_when_something_changed(terminal: Terminal, watched: Path) -> None:
    watched.write_text("two")
    terminal.see("<two>")


def test_it_never_clears_what_it_is_about_to_draw_again(terminal: Terminal, watched: Path) -> None:
    terminal.forget()
    watched.write_text("two")
    terminal.see("<two>")
    assert "\x1b[2J" not in terminal.text


def test_it_follows_the_size_of_the_window(terminal: Terminal) -> None:
    terminal.resize(100, 30)
    terminal.see("<one> 100x30")


def test_q_leaves_and_gives_the_terminal_back(terminal: Terminal) -> None:
    terminal.press("q")
    assert terminal.ended() == 0
    assert terminal.text.rstrip().endswith("left")
    _assert_given_back(terminal)


def test_control_c_leaves_and_gives_the_terminal_back(terminal: Terminal) -> None:
    terminal.press("\x03")
    assert terminal.ended() == 0
    _assert_given_back(terminal)


def test_another_key_does_not_leave(terminal: Terminal, watched: Path) -> None:
    terminal.press("x")
    watched.write_text("two")
    terminal.see("<two>")


def test_keys_are_not_echoed(terminal: Terminal, watched: Path) -> None:
    terminal.forget()
    terminal.press("zzz")
    watched.write_text("two")
    terminal.see("<two>")
    assert "z" not in terminal.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_gives_the_terminal_back(terminal: Terminal, number: signal.Signals) -> None:
    os.kill(terminal.pid, number)
    assert terminal.ended() == 128 + number
    _assert_given_back(terminal)


def test_an_error_while_drawing_gives_the_terminal_back(terminal: Terminal, watched: Path) -> None:
    watched.write_text("break")
    assert terminal.ended() == 1
    # Python 3.13 colours it.
    assert "ValueError: broken" in re.sub(r"\x1b\[[0-9;]*m", "", terminal.text)
    _assert_given_back(terminal)


def test_it_redraws_after_the_interval_when_nothing_tells_of_a_change(watched: Path) -> None:
    with Terminal([sys.executable, str(PROGRAM), str(watched), "0.05"], _environment()) as terminal:
        terminal.see("<one>")
        terminal.forget()
        terminal.see("<one>")


def test_it_works_without_a_terminal_on_stdin(watched: Path) -> None:
    command = f"exec {sys.executable} {PROGRAM} {watched} 600 < /dev/null"
    with Terminal(["/bin/sh", "-c", command], _environment()) as terminal:
        terminal.see("<one>")
        os.kill(terminal.pid, signal.SIGINT)
        assert terminal.ended() == 0
        _assert_given_back(terminal)


def test_into_a_pipe_it_draws_plain_pictures_one_after_the_other(watched: Path) -> None:
    with subprocess.Popen(
        [sys.executable, str(PROGRAM), str(watched), "0.05"], stdout=subprocess.PIPE, text=True, env=_environment()
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        process.terminate()
    assert lines == ["<one> 80x24\n", "\n", "<one> 80x24\n", "\n"]
