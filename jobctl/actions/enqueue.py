"""Promise runs: of deployed jobs, and of commands that no catalog names.

Quick by design: a script may call `jobctl enqueue` in a loop, so nothing heavy is imported here.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from jobctl.decide.adhoc import EXEC_QUEUE
from jobctl.decide.names import is_queue_name
from jobctl.decide.params import check_params, parse_params
from jobctl.model.errors import Refused, UsageError
from jobctl.model.instant import from_ms, to_ms
from jobctl.model.run import Enqueued, Request, Run

if TYPE_CHECKING:
    from jobctl.store.protocol import Store
    from jobctl.store.values import Definition

_LONGEST = 1000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


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


class Promised(NamedTuple):
    """What became of wishes, in their order; the jobs that are paused, and the queues in which new runs wait."""

    answers: list[Enqueued]
    paused_jobs: tuple[str, ...]
    queues: tuple[str, ...]


def enqueue(store: "Store", wishes: Iterable[Wish], now: datetime) -> Promised:
    """Promise all of the wishes in one transaction, or none.

    Raises NotFound for a job that is not deployed, Refused for a disabled one and for a nominal time that has its run,
    UsageError for params.
    """
    order = Order(store, now)
    for wish in wishes:
        order.add(wish)
    return order.place()


class Order:
    """Wishes on their way into one transaction; each job is looked up once."""

    def __init__(self, store: "Store", now: datetime) -> None:
        self._store = store
        self._now = now
        self._definitions: dict[str, Definition] = {}
        self._requests: list[Request] = []

    def __len__(self) -> int:
        return len(self._requests)

    def add(self, wish: Wish) -> None:
        """Check one wish. Raises as `enqueue`; what was added before stays."""
        definition = self._definitions.get(wish.job)
        if definition is None:
            definition = self._definitions[wish.job] = find(self._store, wish.job)
        self._requests.append(prepare(definition, wish, self._now))

    def place(self) -> Promised:
        """Promise what was added."""
        promised = place(self._store, self._requests, self._now)
        held = {name for name, definition in self._definitions.items() if definition.paused}
        waiting = {answer.job for answer in promised.answers if waits(answer)}
        return promised._replace(paused_jobs=tuple(sorted(held & waiting)))


def place(store: "Store", requests: Sequence[Request], now: datetime) -> Promised:
    """Promise requests in one transaction. Raises Refused for a command with the name of a deployed job."""
    for request in requests:
        if request.job_version is None and store.definition(request.job) is not None:
            raise Refused(
                f"`{request.job}` is a deployed job, whose runs this command would be counted among",
                hint=f"give the command another name with `--name`, or run `jobctl enqueue {request.job}` for the job",
            )
    answers = store.enqueue(requests, now)
    pairs = zip(requests, answers, strict=True)
    return Promised(answers, (), tuple(dict.fromkeys(request.queue for request, answer in pairs if waits(answer))))


def find(store: "Store", job: str) -> "Definition":
    """The deployed definition of a job. Raises NotFound, with what was perhaps meant."""
    definition = store.definition(job)
    if definition is None:
        from jobctl.actions.find import unknown_job

        raise unknown_job(store, job)
    return definition


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
        params=_encode(params) if params else "{}",
        queue=_queue(wish.queue) or body.get("queue", "default"),
        priority=body.get("priority", 0) if wish.priority is None else wish.priority,
        due_at=wish.due_at,
        expires_at=None if deadline is None else now + timedelta(seconds=deadline),
        key=_key(body, wish, params),
        unique_for_ms=round(body.get("unique_for", 0) * 1000),
        correlation_id=_line("correlation id", wish.correlation_id),
        overlap=wish.overlap or body.get("overlap", "allow"),
        scheduled_for=wish.scheduled_for,
        created_by=wish.created_by,
    )


def adhoc_request(definition: Mapping[str, Any], wish: Wish) -> Request:
    """The request for a command that no catalog names; `definition` comes from `decide.adhoc`."""
    return Request(
        job=wish.job,
        definition=_encode(definition),
        job_version=None,
        params="{}",
        queue=_named(wish.queue) or "default",
        priority=wish.priority or 0,
        due_at=wish.due_at,
        key=_line("key", wish.key),
        correlation_id=_line("correlation id", wish.correlation_id),
        overlap=wish.overlap or "allow",
        created_by=wish.created_by,
    )


def promised_run(request: Request, answer: Enqueued, now: datetime) -> Run:
    """The run that waits since `now`, as a store would read it: whoever enqueues need not read what was written."""
    return Run(
        run_id=answer.run_id,
        job=request.job,
        job_version=request.job_version,
        state="waiting",
        reason=None,
        queue=request.queue,
        priority=request.priority,
        params=json.loads(request.params),
        key=request.key,
        correlation_id=request.correlation_id,
        attempt=0,
        failures=0,
        losses=0,
        exit_code=None,
        signal=None,
        error=None,
        result=None,
        progress=None,
        scheduled_for=request.scheduled_for,
        missed=None,
        due_at=from_ms(to_ms(now if request.due_at is None else request.due_at)),
        created_at=from_ms(to_ms(now)),
        created_by=request.created_by,
        started_at=None,
        finished_at=None,
        host=None,
    )


def waits(answer: Enqueued) -> bool:
    """Whether there is a new run that waits to be started."""
    return answer.created and answer.state == "waiting"


def was_skipped(answer: Enqueued) -> bool:
    """Whether a run was only recorded, because another one of its job has not ended."""
    return answer.created and answer.state == "skipped"


def overlapping(answer: Enqueued) -> Refused:
    """The error for a run that is only recorded, because another one of its job has not ended."""
    return Refused(
        f"run {answer.run_id} is skipped: another run of `{answer.job}` has not ended",
        hint="`--overlap queue` lets it wait for its turn, `--overlap allow` runs it beside the other",
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
    from jobctl.decide.template import render_key

    return _text("key", render_key(unique, params, wish.job))


def _queue(name: str | None) -> str | None:
    if name == EXEC_QUEUE:
        raise UsageError(f"queue `{name}` is for commands that `jobctl exec` wraps", hint="name another queue")
    return _named(name)


def _named(queue: str | None) -> str | None:
    if queue is not None:
        check_queue(queue)
    return queue


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
