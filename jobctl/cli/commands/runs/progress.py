"""`jobctl progress`: tell from inside a job how far it is."""

import json
import os
from typing import Annotated

import typer

from jobctl.model.errors import UsageError

_VARIABLE = "JOBCTL_PROGRESS_FD"
_LONGEST = 2000
_ONLY_INSIDE = "it works in a job that jobctl runs, and in what that job starts"


def command(
    percent: Annotated[str, typer.Argument(metavar="N", help="Percent, 0 to 100.")],
    message: Annotated[str | None, typer.Argument(metavar="[MESSAGE]", help="What it is at.")] = None,
) -> None:
    """Report from inside a job how far it is; `jobctl status` shows it.

    Example: `jobctl progress 70 "album 7 of 10"`
    """
    line = json.dumps({"percent": _percent(percent), "message": _short(message)})
    _write(_descriptor(), line.encode() + b"\n")


def _percent(text: str) -> float:
    try:
        number = float(text.strip().removesuffix("%"))
    except ValueError:
        number = -1.0
    if not 0 <= number <= 100:
        raise UsageError(f"expected percent from 0 to 100, got `{text}`", hint='like `jobctl progress 70 "album 7"`')
    return number


def _short(message: str | None) -> str | None:
    """A message that fits into one line of the pipe, whatever its characters are."""
    if message is None:
        return None
    shown = message.encode(errors="replace").decode()
    while len(json.dumps(shown)) > _LONGEST:
        shown = shown[: len(shown) * 3 // 4]
    return shown


def _descriptor() -> int:
    text = os.environ.get(_VARIABLE, "")
    if not text.isdecimal():
        raise UsageError("`jobctl progress` is not inside a job", hint=_ONLY_INSIDE)
    return int(text)


def _write(fd: int, line: bytes) -> None:
    try:
        os.write(fd, line)
    except BrokenPipeError:
        return  # nobody listens any more, which is no reason for a job to fail
    except OSError as error:
        raise UsageError("the descriptor for progress is closed", hint=_ONLY_INSIDE) from error
