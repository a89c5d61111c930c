"""From what somebody wants to the request that a store takes: params checked, keys rendered, names and texts judged.

Quick by design: a script may call `jobctl enqueue` in a loop, so nothing heavy is imported here.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from jobctl.decide.params.check import check_params, parse_params
from jobctl.decide.text.names import is_queue_name
from jobctl.model import defaults
from jobctl.model.canonical import canonical
from jobctl.model.errors import Refused, UsageError
from jobctl.model.queues import EXEC_QUEUE
from jobctl.model.run import Request

if TYPE_CHECKING:
    from jobctl.store.values import Definition

_LONGEST = 1000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Wish(NamedTuple):
    """What somebody wants promised; None leaves it to the job.

    `params` are values by name, or texts `NAME=VALUE`. `due_at=None` is now.
    """

    job: str
    params: Mapping[str, Any] | Sequence[str] = ()
    due_at: datetime | None = None
    priority: int | None = None
    queue: str | None = None
    key: str | None = None
    correlation_id: str | None = None
    overlap: str | None = None
    scheduled_for: datetime | None = None
    created_by: str = ""


def prepare(definition: "Definition", wish: Wish, now: datetime) -> Request:
    """The request that a wish comes to: params checked, key rendered, everything decided. Raises as `enqueue`."""
    body = definition.body
    if not definition.enabled:
        raise Refused(f"job `{wish.job}` is disabled", hint="set `enabled: true` in its catalog and run `jobctl apply`")
    params = _params(body.get("params", {}), wish.params)
    deadline = body.get("deadline")
    return Request(
        job=wish.job,
        definition=definition.text,
        job_version=definition.version,
        params=canonical(params) if params else "{}",
        queue=_queue(wish.queue) or body.get("queue", defaults.QUEUE),
        priority=body.get("priority", defaults.PRIORITY) if wish.priority is None else wish.priority,
        due_at=wish.due_at,
        expires_at=None if deadline is None else now + timedelta(seconds=deadline),
        key=_key(body, wish, params),
        unique_for_ms=round(body.get("unique_for", 0) * 1000),
        correlation_id=_line("correlation id", wish.correlation_id),
        overlap=wish.overlap or body.get("overlap", defaults.OVERLAP),
        scheduled_for=wish.scheduled_for,
        created_by=wish.created_by,
    )


def adhoc_request(definition: Mapping[str, Any], wish: Wish) -> Request:
    """The request for a command that no catalog names; `definition` comes from `decide.adhoc`."""
    return Request(
        job=wish.job,
        definition=canonical(definition),
        job_version=None,
        params="{}",
        queue=_named(wish.queue) or defaults.QUEUE,
        priority=wish.priority or defaults.PRIORITY,
        due_at=wish.due_at,
        key=_line("key", wish.key),
        correlation_id=_line("correlation id", wish.correlation_id),
        overlap=wish.overlap or defaults.OVERLAP,
        created_by=wish.created_by,
    )


def _params(specs: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any] | Sequence[str]) -> dict[str, Any]:
    if not specs and not given:
        return {}
    return check_params(specs, given) if isinstance(given, dict | Mapping) else parse_params(specs, given)


def _key(body: Mapping[str, Any], wish: Wish, params: Mapping[str, Any]) -> str | None:
    if wish.key is not None:
        return _line("key", wish.key)
    unique = body.get("unique")
    if not unique:
        return None
    from jobctl.decide.params.template import render_key

    return _text("key", render_key(unique, params, wish.job))


def _queue(name: str | None) -> str | None:
    refuse_exec_queue(name)
    return _named(name)


def _named(queue: str | None) -> str | None:
    if queue is not None:
        check_queue(queue)
    return queue


def refuse_exec_queue(queue: str | None) -> None:
    """Raises UsageError for the one queue that nobody may choose."""
    if queue == EXEC_QUEUE:
        raise UsageError(f"queue `{queue}` is for commands that `jobctl exec` wraps", hint="name another queue")


def check_actor(name: object) -> str:
    """Who asks, as a program names itself. Raises UsageError."""
    if not isinstance(name, str):
        raise UsageError("the actor must be text", hint="give the name of your program")
    return _line("actor", name) or ""


def check_queue(queue: str) -> None:
    """Raises UsageError for the name of a queue that no catalog could declare."""
    if not is_queue_name(queue):
        raise UsageError(
            f"`{queue[:60]}` cannot be the name of a queue",
            hint="use letters, digits, `_`, `.` and `-`, at most 100; `jobctl status` lists queues",
        )


def _line(what: str, value: str | None) -> str | None:
    """A text that somebody gave, and that an environment and a table can hold: one line."""
    if value is not None and _CONTROL.search(value):
        raise UsageError(f"the {what} holds a control character", hint="give plain text, on one line")
    return _text(what, value)


def _text(what: str, value: str | None) -> str | None:
    """A text that a database can hold."""
    if value is None:
        return None
    if not value or len(value) > _LONGEST:
        hint = "shorten it" if value else "leave it out where there is none"
        raise UsageError(f"the {what} must have 1 to {_LONGEST:,} characters, got {len(value):,}", hint=hint)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UsageError(f"the {what} is not valid UTF-8 text", hint="give plain text") from None
    return value
