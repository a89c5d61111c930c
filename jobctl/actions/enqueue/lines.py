"""Promise many runs at once: one JSON object for each, a thousand in a transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jobctl.actions.enqueue.answers import Promised
from jobctl.actions.enqueue.batches import BATCH
from jobctl.actions.enqueue.place import Wishes
from jobctl.actions.enqueue.request import Wish
from jobctl.decide.bounds import instant_problem, text_problem
from jobctl.decide.params.value import spelled
from jobctl.decide.text.closest import did_you_mean
from jobctl.decide.text.strict_json import Twice, read_json
from jobctl.decide.time.durations import parse_instant
from jobctl.model.errors import JobctlError, UsageError
from jobctl.model.run import PRIORITIES

if TYPE_CHECKING:
    from jobctl.store.protocol import Store


LONGEST = 1024 * 1024
_KEYS = {
    "job": (str, "text"),
    "params": (dict, "an object"),
    "at": (str, "an instant like 2026-03-08T02:30Z"),
    "key": (str, "text"),
    "priority": (int, "a whole number"),
    "queue": (str, "text"),
    "correlation_id": (str, "text"),
}


def enqueue_lines(
    store: "Store", lines: Iterable[bytes], clock: Callable[[], datetime], zone: str, defaults: Wish
) -> Iterator[Promised]:
    """Promise a run for each line, and tell of each transaction when it is on disk; blank lines are passed over.

    A line is an object of `job params at key priority queue correlation_id`; `defaults` gives what a line leaves out,
    `zone` is that of instants without an offset. Raises UsageError that names the first bad line; nothing of its
    transaction is promised.
    """
    wishes, first, promised = Wishes(store, clock()), 1, 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            wishes.add(wish_of(_read(line, number), zone, defaults))
        except JobctlError as error:
            raise _bad_line(error, number, first, promised) from error
        if len(wishes) == BATCH:
            yield wishes.place()
            promised += BATCH
            wishes, first = Wishes(store, clock()), number + 1
    if len(wishes):
        yield wishes.place()


def wish_of(data: Any, zone: str, defaults: Wish) -> Wish:
    """The wish that plain data stands for. Raises UsageError.

    >>> wish_of({"job": "thumbnail", "params": {"size": 64}, "key": "a"}, "UTC", Wish("")).key
    'a'
    """
    if not isinstance(data, dict | Mapping):
        raise UsageError("expected an object", hint='write a line like {"job": "thumbnail", "params": {"size": 64}}')
    given = checked(data)
    if "at" in given:
        given["due_at"] = _instant(given.pop("at"), zone)
    else:
        given["due_at"] = None
    return defaults._replace(**given)


def checked(data: Mapping[str, Any]) -> dict[str, Any]:
    """What is given of a wish, each value of the right kind; `at` is text or an aware datetime. Raises UsageError."""
    given = {key: value for key, value in data.items() if value is not None}
    complaints = [wrong for key, value in given.items() if (wrong := _complaint(key, value)) is not None]
    if "job" not in given:
        complaints.insert(0, "`job` is missing")
    if complaints:
        raise UsageError("; ".join(complaints), hint=f"the keys are {', '.join(_KEYS)}")
    return given


def _read(line: bytes, number: int) -> Any:
    if len(line) > LONGEST:
        raise UsageError("it is longer than 1 MiB", hint="end each object with a newline")
    try:
        text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        return read_json(text)
    except Twice as error:
        raise UsageError(f"the key `{error.args[0][:60]}` is there twice", hint="leave one of them out") from error
    except (ValueError, RecursionError) as error:
        raise UsageError("it is not JSON", hint="write one object a line, as UTF-8 text") from error


def _complaint(key: str, value: Any) -> str | None:
    if key not in _KEYS:
        key = spelled(key)
        return f"unknown key `{key}`{did_you_mean(key, _KEYS)}"
    kind, words = _KEYS[key]
    right = isinstance(value, kind | Mapping if kind is dict else kind) and not isinstance(value, bool)
    if key == "at" and isinstance(value, datetime):
        wrong = instant_problem(value)
        return None if wrong is None else f"`at` {wrong}"
    if key == "job" and right:
        wrong = text_problem(value)
        return None if wrong is None else f"`{key}` {wrong}"
    if key == "priority" and right:
        right = abs(value) < PRIORITIES
        words = "a whole number within 2,000,000,000"
    return None if right else f"`{key}` must be {words}"


def _instant(at: str | datetime | None, zone: str) -> datetime | None:
    if at is None or isinstance(at, datetime):
        return at
    try:
        return parse_instant(at, zone)
    except ValueError as error:
        raise UsageError(f"`at`: {error}", hint="add `Z` or an offset to be sure of the zone") from error


def _bad_line(error: JobctlError, number: int, first: int, promised: int) -> UsageError:
    before = "no run was enqueued before" if not promised else f"{promised:,} runs were enqueued before"
    advice = f"{error.hint}; " if error.hint else ""
    return UsageError(
        f"line {number}: {error.message}", hint=f"{advice}nothing from line {first} on was enqueued, {before}"
    )
