"""The three forms of `jobctl enqueue`, and what does not go together."""

from collections.abc import Iterable
from typing import NamedTuple

from jobctl.actions.enqueue.request import refuse_exec_queue
from jobctl.cli.policy import checked_policy
from jobctl.model.errors import UsageError
from jobctl.model.run import PRIORITIES

_ONLY_COMMAND = ("name", "retry", "timeout", "cwd", "env")
_ONLY_JOB = ("params", "scheduled_for", "from_date", "to_date")
_NEVER_DATES = ("delay", "at", "key", "scheduled_for")
_NEVER_MANY = ("delay", "at", "priority", "queue", "key", "overlap", *_ONLY_JOB, *_ONLY_COMMAND)
_SPELLED = {"params": "--param", "delay": "--in"}


class Typed(NamedTuple):
    """The options of the command line that are for some forms only; None or empty when not given."""

    job: str | None
    argv: list[str] | None
    source: str | None
    params: list[str]
    delay: str | None
    at: str | None
    priority: int | None
    queue: str | None
    key: str | None
    overlap: str | None
    scheduled_for: str | None
    from_date: str | None
    to_date: str | None
    name: str | None
    retry: int | None
    timeout: str | None
    cwd: str | None
    env: list[str]


def check(typed: Typed, waits: bool) -> None:
    """Refuse what does not go together. Raises UsageError."""
    _check_form(typed)
    if typed.source is not None:
        _refuse(typed, _NEVER_MANY, "does not go with `--from`", "put it into each line")
        if waits:
            raise UsageError("`--wait` does not go with `--from`", hint="`jobctl wait` takes the ids that it prints")
    elif typed.job is not None:
        _refuse(typed, _ONLY_COMMAND, "is for a command after `--`", "a job has it in its catalog")
    else:
        _refuse(typed, _ONLY_JOB, "is for a job", "a command takes its arguments after `--`")
    if typed.to_date is not None and typed.from_date is None:
        raise UsageError("`--to-date` needs `--from-date`", hint="name the first day too")
    if typed.from_date is not None:
        _refuse(typed, _NEVER_DATES, "does not go with `--from-date`", "each run is for its own nominal time")
        if waits:
            raise UsageError("`--wait` does not go with `--from-date`", hint="`jobctl wait` takes the ids it prints")
    if typed.delay is not None and typed.at is not None:
        raise UsageError("`--in` and `--at` exclude each other", hint="give one of them")


def check_values(typed: Typed) -> None:
    """Refuse values that cannot be. Raises UsageError."""
    refuse_exec_queue(typed.queue)
    if typed.priority is not None and abs(typed.priority) >= PRIORITIES:
        raise UsageError(f"--priority: {typed.priority} is too far from 0", hint=f"stay within {PRIORITIES - 1:,}")
    if typed.overlap is not None:
        checked_policy(typed.overlap)


def _check_form(typed: Typed) -> None:
    forms = sum(form is not None for form in (typed.job, typed.argv, typed.source))
    hint = "`jobctl jobs` lists jobs; `jobctl enqueue --help` has examples"
    if forms == 0:
        raise UsageError("name a job, a command after `--`, or a file after `--from`", hint=hint)
    if forms > 1:
        raise UsageError("a job, a command after `--` and `--from` exclude each other", hint=hint)
    if typed.argv is not None and not "".join(typed.argv[:1]):
        raise UsageError("there is no command after `--`", hint=hint)


def _refuse(typed: Typed, names: Iterable[str], why: str, hint: str) -> None:
    for name in names:
        if getattr(typed, name) not in (None, []):
            option = _SPELLED.get(name, f"--{name.replace('_', '-')}")
            raise UsageError(f"`{option}` {why}", hint=hint)
