"""`runs`: what it draws."""

import pytest

from jobctl.cli.render.lines import line_width, plain
from jobctl.cli.render.runs import runs_lines
from tests.cli.golden_file import assert_golden
from tests.cli.scenes import NOW, RUNS, failure, run


@pytest.mark.parametrize("width", [80, 160])
def test_it_looks_as_it_did_when_it_was_approved(width: int) -> None:
    assert_golden(f"runs-{width}", runs_lines(RUNS, NOW, width))


@pytest.mark.parametrize("width", [40, 60, 80, 100, 160, 250])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(line_width, runs_lines(RUNS, NOW, width))) <= width


def test_a_blocked_run_is_neither_due_nor_in_any_time() -> None:
    line = plain(runs_lines([run(1, "build", "waiting", due_at=None, started_at=None)], NOW, 80)[1])
    assert line.split() == ["#1", "build", "○", "waiting", "blocked"]


def test_an_error_never_reaches_the_terminal_with_its_control_characters() -> None:
    from datetime import timedelta

    line = plain(runs_lines([failure(1, "x", timedelta(0), error="\x1b]0;owned\x07")], NOW, 80)[1])
    assert line.endswith(r"\x1b]0;owned\x07")
