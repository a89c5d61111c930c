"""The one place that prints: data to stdout, talk to stderr."""

import json
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from jobctl.decide.text.visible import visible
from jobctl.model.errors import JobctlError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jobctl.model.problem import Problem


def print_json(data: Any) -> None:
    """Plain data, for programs."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None) + "\n")


def print_line(text: str = "") -> None:
    """One line of data."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """One line of talk."""
    _say(f"note: {visible(text)}\n")


def warn(text: str) -> None:
    """One line of talk that somebody should act on."""
    _say(f"warning: {visible(text)}\n")


@contextmanager
def told_anyway(what: str) -> "Iterator[None]":
    """Print what was done, at once; where stdout does not take it, stderr says what was done before the error does."""
    try:
        yield
        sys.stdout.flush()
    except OSError:
        note(what)
        raise


def tell_problems(problems: "Iterable[Problem]") -> None:
    """What is wrong, or doubtful, with a catalog: a line for each, with its place."""
    for problem in problems:
        mark = "warning: " if problem.severity == "warning" else ""
        _say(f"{mark}{visible(str(problem))}\n")


def problem_json(problem: "Problem") -> dict[str, object]:
    """The shape of one problem."""
    return {key: getattr(problem, key) for key in ("file", "line", "column", "path", "message", "severity")}


def show_error(error: JobctlError, as_json: bool) -> None:
    """An error: one line and a hint, or an object; what is wrong with a catalog, problem by problem."""
    problems: Iterable[Problem] = getattr(error, "problems", ())
    if as_json:
        body: dict[str, object] = {"code": error.code, "message": error.message, "hint": error.hint}
        if problems:
            body["problems"] = [problem_json(problem) for problem in problems]
        _say(json.dumps({"error": body}, ensure_ascii=False) + "\n")
        return
    tell_problems(problems)
    _say(f"error: {visible(error.message)}\n")
    if error.hint:
        _say(f"hint: {visible(error.hint)}\n")


def _say(text: str) -> None:
    # Talk that nobody can hear must not make what was done look undone.
    with suppress(OSError):
        sys.stderr.write(text)
