"""What a holder's journal says. It is input: each line is taken only if a holder can have written it."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple, get_args

from jobctl.execute.holder_program import journal
from jobctl.execute.own_file import NotOurs, read_own
from jobctl.model.outcome import StopReason

_MOST_BYTES = 256 * 1024 * 1024
_MOST_PID = 1 << 22
_LAST_MS = 253_402_300_799_999
_MOST_TICKS = 1 << 62
_MOST_STAMP = 1 << 64
_PROOF = (_MOST_TICKS, _MOST_TICKS, _MOST_STAMP)
_LONGEST = 64 * 1024
_LAST_SIGNAL = 64
_KEY = re.compile(r"[a-z]+:[\w.-]{1,10000}", re.ASCII)
_REASONS = (None, *get_args(StopReason))


class Birth(NamedTuple):
    """A child was started as `pid`, between two clock ticks since boot, and prints into the pipe with this device and
    inode; `stamp` is what it bears, or 0.

    One that a former version wrote down has no ticks: its pid proves nothing.
    """

    pid: int
    pipe: tuple[int, int] | None = None
    first: int = 1
    last: int = 0
    stamp: int = 0


class Record:
    """What a journal says: the facts of its holder, and each key that is not settled.

    `open` maps a key to its birth (None: intended, perhaps spawned); `ended` maps a key to its last event, `last_words`
    to the progress before it. `doubt` says why there may be more than this, if so.
    """

    def __init__(self) -> None:
        self.token = ""
        self.boot_id = ""
        self.namespace = ""
        self.pid = 0
        self.started = 0
        self.open: dict[str, Birth | None] = {}
        self.ended: dict[str, list[Any]] = {}
        self.last_words: dict[str, list[Any]] = {}
        self.doubt: str | None = None


def read(folder: Path) -> Record | None:
    """Read a holder's journal; None if there is none. A last line cut short by a kill is left out.

    Raises OSError where the machine has no descriptor or memory for it.
    """
    record = Record()
    try:
        data = read_own(folder / journal.NAME, _MOST_BYTES)
    except NotOurs as error:
        record.doubt = str(error)
        return record
    if data is None:
        return None
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        try:
            _take(record, json.loads(line), first=number == 1)
        except (ValueError, TypeError, IndexError, KeyError, RecursionError):
            record.doubt = record.doubt or f"has a line {number} that no holder writes"
    return record


def _take(record: Record, line: Any, *, first: bool) -> None:
    kind, key, *rest = line
    if first or kind == "H":
        _take_header(record, line)
        return
    if not _KEY.fullmatch(key):
        raise ValueError(key)
    match kind, rest:
        case "I", _:
            record.open[key] = None
        case "P", [pid, *proof]:
            record.open[key] = _birth(pid, proof)
        case "p", [percent, message]:
            record.last_words[key] = [kind, key, _percent(percent), _message(message)]
        case "F", _:
            for kept in (record.open, record.ended, record.last_words):
                kept.pop(key, None)
        case ("x", [*_]) | ("r", [*_]):
            record.ended[key] = _event(line)
            record.open.pop(key, None)
        case _:
            raise ValueError(kind)


def _take_header(record: Record, line: list[Any]) -> None:
    kind, token, where, pid, started = line
    if kind != "H" or not isinstance(token, str) or not token.isalnum():
        raise ValueError("a journal begins with its holder")
    record.boot_id, _, record.namespace = where.partition(" ")
    record.pid, record.started = _whole(pid, 1, _MOST_PID), _whole(started, 0, _MOST_TICKS)
    record.token = token


def _birth(pid: Any, proof: list[Any]) -> Birth:
    if not proof:
        return Birth(_whole(pid, 1, _MOST_PID))
    pipe, *numbers = proof
    if pipe is not None:
        device, inode = pipe
        pipe = (_whole(device, 0, _MOST_STAMP), _whole(inode, 0, _MOST_STAMP))
    if not numbers:
        return Birth(_whole(pid, 1, _MOST_PID), pipe)
    first, last, stamp = (_whole(number, 0, most) for number, most in zip(numbers, _PROOF, strict=True))
    return Birth(_whole(pid, 1, _MOST_PID), pipe, first, last, stamp)


def _percent(value: Any) -> float | None:
    if value is None:
        return None
    if type(value) not in (int, float) or not 0 <= value <= 100:
        raise ValueError(f"{value!r} is no percentage")
    return float(value)


def _message(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    return None if value is None else value[:_LONGEST]


def _event(line: list[Any]) -> list[Any]:
    """An end, as `messages.event_of` reads it."""
    match line:
        case ["r", _, str(message), at]:
            return [*line[:2], message[:_LONGEST], _whole(at, 0, _LAST_MS)]
        case ["x", _, pid, code, number, started, ended, bool(), why] if why in _REASONS:
            _whole(pid, 1, _MOST_PID)
            _whole(started, 0, _LAST_MS)
            _whole(ended, 0, _LAST_MS)
            if (code is None) == (number is None):
                raise ValueError("a child ends in one way")
            _whole(code or 0, 0, 255)
            _whole(number or 1, 1, _LAST_SIGNAL)
            return line
    raise ValueError("no end is told like this")


def _whole(value: Any, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{value!r} is no whole number from {least} to {most}")
    return value
