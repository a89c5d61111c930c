"""`jobctl`: run the command line, turn every error into one line, a hint and an exit status."""

import errno
import os
import re
import sys
from contextlib import suppress
from typing import NoReturn

import typer
from typer.core import TyperGroup

from jobctl.cli.click import ClickException, ClickUsageError
from jobctl.cli.last_resort import OWN_TROUBLE, own, run_bare, verb, wrapped
from jobctl.cli.output import show_error
from jobctl.cli.registry import application
from jobctl.cli.streams import open_streams
from jobctl.model.errors import JobctlError, UsageError, reason_of, told

INTERRUPTED = 130
_EXTRA = re.compile(r"unexpected extra arguments?(?:\(s\))? \((.*)\)", re.DOTALL)
_NO_NUMBER = re.compile(r"is not a valid (int|float)(?: range)?$")
_OUT_OF_RANGE = re.compile(r"is not in the range (?:([\d.]+)<=)?x(?:>=([\d.]+))?(?:<=([\d.]+))?$")
_NUMBERS = {"int": "whole number", "float": "number"}
_UNWRITABLE = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EBADF)


def main() -> NoReturn:
    """The entry point of the `jobctl` command."""
    status = run(sys.argv[1:])
    with suppress(OSError):
        sys.stderr.flush()
    # Everything is closed by now. Taking the interpreter down in an orderly way would cost each `jobctl enqueue` in a
    # script's loop a tenth of its time.
    os._exit(status)


def run(args: list[str]) -> int:
    """Run one command line; the exit status."""
    as_json = "--json" in own(args)
    try:
        open_streams()
        status = _invoke(args, as_json)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        _discard_output()
        return 0
    except OSError as error:
        if error.filename is not None or error.errno not in _UNWRITABLE:
            return _unforeseen(error, args, as_json)
        _discard_output()
        show_error(
            JobctlError(f"the output cannot be written: {reason_of(error)}", hint="write it somewhere else"), as_json
        )
        return JobctlError.status
    except Exception as error:  # noqa: BLE001 - the last resort: nobody is helped by a traceback
        return _unforeseen(error, args, as_json)


def _unforeseen(error: Exception, args: list[str], as_json: bool) -> int:
    """Tell an error that nobody has foreseen. A command that `exec` wraps has not begun: it does all the same."""
    if os.environ.get("JOBCTL_TRACEBACK"):
        import traceback

        traceback.print_exception(error)
    argv = wrapped(args)
    if argv:
        run_bare(argv, told(error))
    show_error(_in_a_sentence(error), as_json)
    return OWN_TROUBLE if _passes_a_status(own(args)) else JobctlError.status


def _in_a_sentence(error: Exception) -> JobctlError:
    if isinstance(error, OSError):
        what = f"`{error.filename}` cannot be used" if error.filename is not None else "the system refuses"
        hint = "check that it is there and may be used, and the limits of this process"
        return JobctlError(f"{what}: {reason_of(error)}", hint=hint)
    if isinstance(error, MemoryError):
        return JobctlError("there is not enough memory", hint="see `ulimit -v` and what else runs here")
    hint = "this is a fault of jobctl: report it with what it prints when `JOBCTL_TRACEBACK=1` is set"
    return JobctlError(f"jobctl did not expect this: {told(error)}", hint=hint)


def _invoke(args: list[str], as_json: bool) -> int:
    """Call the verb; its errors are told."""
    try:
        status = application()(args=args, prog_name="jobctl", standalone_mode=False)
        return status if isinstance(status, int) else 0
    except JobctlError as error:
        show_error(error, as_json)
        return error.status
    except UnicodeEncodeError:
        strange = next((arg for arg in own(args) if _is_no_text(arg)), None)
        if strange is None:
            raise
        show_error(UsageError(f"`{strange[:60]}` is not valid UTF-8 text", hint="give plain text"), as_json)
        return OWN_TROUBLE if _passes_a_status(own(args)) else UsageError.status
    except ClickUsageError as error:
        path = _path(error, verb(args))
        show_error(UsageError(_sentence(error.format_message()), hint=_hint(error, path)), as_json)
        return OWN_TROUBLE if path == "jobctl exec" else UsageError.status
    except ClickException as error:
        show_error(JobctlError(_sentence(error.format_message())), as_json)
        return 1
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED


def _discard_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _passes_a_status(args: list[str]) -> bool:
    """Whether the verb would have passed on how a run ended."""
    return verb(args) in ("exec", "run", "wait") or (verb(args) == "enqueue" and "--wait" in args)


def _is_no_text(arg: str) -> bool:
    try:
        arg.encode()
    except UnicodeEncodeError:
        return True
    return False


def _path(error: ClickUsageError, verb: str | None) -> str:
    """The command that was typed wrongly; the parser itself does not tell."""
    if verb is None:
        return "jobctl"
    return error.ctx.command_path if error.ctx else f"jobctl {verb}"


def _hint(error: ClickUsageError, path: str) -> str:
    """What to do about a command line that cannot be read."""
    command = error.ctx.command if error.ctx else None
    if path != "jobctl" and isinstance(command, TyperGroup):
        return f"there are {' and '.join(f'`{path} {name}`' for name in command.commands)}"
    explains = f"`{path} --help` explains"
    takes_params = path in ("jobctl enqueue", "jobctl run") and _EXTRA.search(error.format_message())
    return f"a param is given as `-p NAME=VALUE`; {explains}" if takes_params else explains


def _sentence(text: str) -> str:
    text = _NO_NUMBER.sub(lambda kind: f"is not a {_NUMBERS[kind[1]]}", " ".join(text.split()).rstrip("."))
    text = _OUT_OF_RANGE.sub(_bounds, text)
    extra = _EXTRA.search(text)
    if extra is not None:
        return f"unexpected words: {extra[1]}"
    return text[:1].lower() + text[1:]


def _bounds(found: re.Match[str]) -> str:
    least, most = found[1] or found[2], found[3]
    if most is None:
        return f"is less than {least}"
    return f"is not from {least} to {int(most):,}"
