"""The one place that prints: data to stdout, talk to stderr."""

import json
import sys
from typing import Any

from jobctl.decide.visible import visible
from jobctl.model.errors import JobctlError


def print_json(data: Any) -> None:
    """Plain data, for programs."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None) + "\n")


def print_line(text: str = "") -> None:
    """One line of data."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """One line of talk."""
    sys.stderr.write(f"note: {visible(text)}\n")


def warn(text: str) -> None:
    """One line of talk that somebody should act on."""
    sys.stderr.write(f"warning: {visible(text)}\n")


def show_error(error: JobctlError, as_json: bool) -> None:
    """An error: one line and a hint, or an object."""
    if as_json:
        body = {"code": error.code, "message": error.message, "hint": error.hint}
        sys.stderr.write(json.dumps({"error": body}, ensure_ascii=False) + "\n")
        return
    for problem in getattr(error, "problems", ()):
        sys.stderr.write(f"{visible(str(problem))}\n")
    sys.stderr.write(f"error: {visible(error.message)}\n")
    if error.hint:
        sys.stderr.write(f"hint: {visible(error.hint)}\n")
