"""`jobctl exec`: wrap a command in somebody else's crontab."""

import json
import os
import random
import shlex
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobctl.cli.after_dashes import AfterDashes, command_of
from jobctl.cli.context import actor, database, state_folder
from jobctl.cli.last_resort import run_bare
from jobctl.cli.options import MOST_RETRIES, CorrelationId, Db
from jobctl.cli.output import note, warn
from jobctl.cli.own_errors import passing_status
from jobctl.cli.policy import checked_policy
from jobctl.decide.runs.overlap import POLICIES
from jobctl.model.errors import UsageError, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobctl.model.run import Request

SETTINGS = {"cls": AfterDashes, "context_settings": {"allow_extra_args": True}}


def command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called in `runs` and `show`.")],
    timeout: Annotated[
        str | None, typer.Option("--timeout", metavar="DURATION", help="Stop an attempt that takes longer.")
    ] = None,
    retry: Annotated[
        int, typer.Option("--retry", min=0, max=MOST_RETRIES, metavar="N", help="Try again so often after a failure.")
    ] = 0,
    retry_delay: Annotated[
        str | None,
        typer.Option("--retry-delay", metavar="DURATION", help="Wait before the first retry; doubled for each other."),
    ] = None,
    overlap: Annotated[
        str,
        typer.Option(
            "--overlap", metavar="POLICY", help=f"While another run of NAME has not ended: {', '.join(POLICIES)}."
        ),
    ] = "skip",
    key: Annotated[
        str | None, typer.Option("--key", metavar="KEY", help="Do nothing while a run of NAME holds this key.")
    ] = None,
    correlation_id: CorrelationId = None,
    db: Db = None,
) -> None:
    """Wrap a command: run it as cron would, and keep a record: output, end, attempts. No daemon is needed.

    stdin, stdout, stderr, the environment and the folder are the caller's. The exit status is the command's own: 0
    if it succeeded or was skipped, 124 timed out, 128+N signal, 126 and 127 as a shell tells that it could not begin;
    125 is trouble of jobctl's own; 1 also where stdout or stderr did not take what it printed. If the database cannot
    be used within 5 seconds the command runs all the same, locked but not recorded.

    Example: `jobctl exec nightly-sync --timeout 2h --retry 2 -- rsync -a /srv/ backup:/srv/`
    """
    with passing_status():
        from jobctl.daemon.journal import open_journal
        from jobctl.daemon.wrapped.wrap import Means, WrappedCommand, wrap
        from jobctl.model.job import Job
        from jobctl.model.plain import from_plain

        open_journal(sys.stderr, "text").setLevel("ERROR")
        _check_no_more(name, ctx.args, command_of(ctx))
        definition, why_not = _definition(name, command_of(ctx), timeout, retry, retry_delay)
        policy = checked_policy(overlap)
        request = None
        if not why_not:
            request, why_not = _request(definition, policy, key, correlation_id or None)
        wrapped = WrappedCommand(from_plain(Job, definition), policy, request, why_not)
        means = Means(database(ctx, db), state_folder, os.environ, warn, _mention, random.random)
        try:
            status = wrap(wrapped, means)
        except Exception as error:  # noqa: BLE001 - `wrap` raises only as long as the command has not begun
            run_bare(command_of(ctx) or (), told(error))
        raise typer.Exit(status)


def _check_no_more(name: str, words: list[str], argv: list[str] | None) -> None:
    """Refuse words that stand before `--`, or where it is missing."""
    if words and argv is None:
        command = shlex.join(words)
        raise UsageError(
            "a command is given without `--`", hint=f"put the command after `--`: `jobctl exec {name} -- {command}`"
        )
    if words:
        hint = "only NAME and options stand before it; `jobctl exec --help` explains"
        raise UsageError(f"unexpected words before `--`: {shlex.join(words)}", hint=hint)


def _definition(
    name: str, argv: list[str] | None, timeout: str | None, retry: int, retry_delay: str | None
) -> tuple[dict[str, Any], str]:
    """The plain definition, and why it cannot be recorded (empty: it can)."""
    from jobctl.cli.commands.runs.enqueue.adhoc import check_name, timeout_of
    from jobctl.cli.times import duration
    from jobctl.decide.adhoc import exec_definition

    if not argv:
        raise UsageError("there is no command", hint=f"put it after `--`: `jobctl exec {name} -- CMD ARG..`")
    check_name(name)
    folder, why_not = _folder()
    definition = exec_definition(
        name,
        argv,
        working_dir=folder,
        retries=retry,
        retry_delay=None if retry_delay is None else duration("--retry-delay", retry_delay),
        timeout=None if timeout is None else timeout_of(timeout),
    )
    try:
        json.dumps(definition, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        why_not = "the command or its folder is not valid UTF-8 text"
    return definition, why_not


def _folder() -> tuple[str, str]:
    try:
        return os.getcwd(), ""  # noqa: PTH109 - as it is known to the kernel
    except OSError as error:
        return "/", f"the folder you are in cannot be found: {error.strerror}"


def _request(
    definition: dict[str, Any], overlap: str, key: str | None, correlation_id: str | None
) -> "tuple[Request | None, str]":
    """What is to be recorded, or why nothing is. What cannot be kept of it is left out, and told."""
    from jobctl.actions.enqueue.request import Wish, adhoc_request
    from jobctl.model.queues import EXEC_QUEUE

    def asked(key: str | None, correlation_id: str | None) -> "Request":
        wish = Wish(
            definition["name"],
            queue=EXEC_QUEUE,
            key=key,
            correlation_id=correlation_id,
            overlap=overlap,
            created_by=actor(),
        )
        return adhoc_request(definition, wish)

    try:
        correlation_id = _fit(lambda: asked(None, correlation_id), correlation_id)
        key = _fit(lambda: asked(key, None), key)
        return asked(key, correlation_id), ""
    except Exception as error:  # noqa: BLE001 - whatever cannot be recorded must not keep the command from running
        return None, told(error)


def _fit(try_it: "Callable[[], Request]", value: str | None) -> str | None:
    """A value, if the record can hold it."""
    try:
        try_it()
    except UsageError as error:
        warn(f"{error}: it is left out")
        return None
    return value


def _mention(text: str) -> None:
    """What a cron mail should not hold."""
    if sys.stderr.isatty():
        note(text)
