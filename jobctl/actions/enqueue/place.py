"""Promise runs: of deployed jobs, and of commands that no catalog names.

Quick by design: a script may call `jobctl enqueue` in a loop, so nothing heavy is imported here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from jobctl.actions.enqueue.answers import Promised, waits
from jobctl.actions.enqueue.request import Wish, prepare
from jobctl.model.errors import Refused
from jobctl.model.run import Request

if TYPE_CHECKING:
    from jobctl.store.protocol import Store
    from jobctl.store.values import Definition


def enqueue(store: "Store", wishes: Iterable[Wish], now: datetime) -> Promised:
    """Promise all of the wishes in one transaction, or none.

    Raises NotFound for a job that is not deployed, Refused for a disabled one and for a nominal time that has its run,
    UsageError for params.
    """
    many = Wishes(store, now)
    for wish in wishes:
        many.add(wish)
    return many.place()


class Wishes:
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
            definition = self._definitions[wish.job] = find_definition(self._store, wish.job)
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
    waiting = [request for request, answer in zip(requests, answers, strict=True) if waits(answer)]
    queues = dict.fromkeys(request.queue for request in waiting)
    too_late = dict.fromkeys(request.job for request in waiting if _is_too_late(request))
    return Promised(answers, (), tuple(queues), tuple(too_late))


def _is_too_late(request: Request) -> bool:
    due_at, expires_at = request.due_at, request.expires_at
    return due_at is not None and expires_at is not None and due_at >= expires_at


def find_definition(store: "Store", job: str) -> "Definition":
    """The deployed definition of a job. Raises NotFound, with what was perhaps meant."""
    definition = store.definition(job)
    if definition is None:
        from jobctl.actions.find import not_to_enqueue

        raise not_to_enqueue(store, job)
    return definition
