"""Doing what may wait without end, for a bounded time: a dead network disk, a file system in a process that hangs."""

from collections.abc import Callable, Hashable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from jobctl.model.errors import ExecutionError

T = TypeVar("T")
_Answer = tuple[bool, Any]


class Patience:
    """Runs functions in a thread that is given up when it does not come back; then a new one takes its place.

    What one waits for is named by `what`: until that has come back it is not asked for again, so that lost threads do
    not gather.
    """

    def __init__(self) -> None:
        self._hung: dict[Hashable, SimpleQueue[_Answer]] = {}
        self._work: SimpleQueue[tuple[Callable[[], Any], SimpleQueue[_Answer]]] | None = None

    def within(self, seconds: float, what: Hashable, function: Callable[[], T]) -> T:
        """What `function` returns or raises; ExecutionError if it takes longer than `seconds`."""
        if what in self._hung and self._hung[what].empty():
            raise _hangs("has not come back since an earlier attempt")
        self._hung.pop(what, None)
        if self._work is None:
            self._work = SimpleQueue()
            Thread(target=_serve, args=(self._work,), name="jobctl-reader", daemon=True).start()
        answer: SimpleQueue[_Answer] = SimpleQueue()
        self._work.put((function, answer))
        try:
            good, found = answer.get(timeout=seconds)
        except Empty:
            self._hung[what], self._work = answer, None
            raise _hangs(f"takes more than {seconds:g} s") from None
        if not good:
            raise found
        result: T = found
        return result


def _serve(work: SimpleQueue[tuple[Callable[[], Any], SimpleQueue[_Answer]]]) -> None:
    while True:
        function, answer = work.get()
        try:
            done = (True, function())
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            done = (False, error)
        answer.put(done)


def _hangs(why: str) -> ExecutionError:
    hint = "see that the file system answers on which `env_file` and the files of `secrets` are"
    return ExecutionError(f"reading the files of the job {why}", hint=hint)
