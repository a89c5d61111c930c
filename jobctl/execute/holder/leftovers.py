"""What a holder that is gone has left: its journal tells the ends it saw, and what of it may still live."""

import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from jobctl.execute.holder import record as records
from jobctl.execute.holder.launch import last_words
from jobctl.execute.holder.messages import End, Ended, Event, Lost, Progressed, Refused, event_of
from jobctl.execute.holder.record import Record
from jobctl.execute.holder.remains import kill_all
from jobctl.execute.holder_program import journal
from jobctl.execute.holder_program.peer import SOCKET
from jobctl.model.errors import ExecutionError
from jobctl.model.instant import from_ms

UNREADABLE = ".unreadable"
"""What the name of a journal ends in that could not be read; it lies beside the folder of its holder."""
_BEFORE = "before"
_log = logging.getLogger("jobctl.execute")


class Recovered(NamedTuple):
    """How children ended. Where this is not `complete`, a key that is not among them may have been started too."""

    ends: list[End]
    complete: bool = True


def recover(folder: Path) -> Recovered:
    """Kill what a dead holder left behind, see it dead, and tell how each child ended.

    A child whose end is in the journal gets its real `Ended` or `Refused`, any other one `Lost`; a key that is not
    among them was never started, unless something of a journal could not be read. Then it is kept under another name,
    and told. Blocks while processes die, usually a few milliseconds. Raises ExecutionError if some cannot be killed
    within 10 s: then nothing may be run in their place. The folder stays until `discard`.
    """
    if os.path.lexists(folder) and not _is_folder(folder):
        return Recovered([], complete=False)
    earlier, complete = recover_earlier(folder)
    with _looking():
        record = records.read(folder)
    if record is not None:
        return Recovered([*earlier, *_ends(record, folder, folder)], complete and record.doubt is None)
    if not earlier:
        discard(folder)
    return Recovered(earlier, complete and not os.path.lexists(_kept(folder)))


def recover_earlier(folder: Path) -> Recovered:
    """What holders told that were in this folder before the present one, as far as it is not discarded."""
    ends: list[End] = []
    complete = True
    for home in sorted((folder / _BEFORE).glob("*")):
        with _looking():
            record = records.read(home)
        if record is not None:
            ends += _ends(record, folder, home)
            complete = complete and record.doubt is None
    return Recovered(ends, complete)


def set_aside(folder: Path) -> None:
    """Make room for another holder in the folder of one that was recovered; what it told can be recovered again."""
    place = _place_for_one_more(folder)
    try:
        (folder / journal.NAME).rename(place / journal.NAME)
    except FileNotFoundError:
        place.rmdir()
        _discard_if_empty(place.parent)
    (folder / SOCKET).unlink(missing_ok=True)


def discard(folder: Path) -> None:
    """Remove the folder of a dead holder: what it had to tell is on disk elsewhere."""
    # What is no folder would be waited for: a FIFO that somebody has put there.
    if _is_folder(folder):
        shutil.rmtree(folder, ignore_errors=True)


def discard_earlier(folder: Path) -> None:
    """The same for those that were in the folder before the present holder."""
    discard(folder / _BEFORE)
    _discard_if_empty(folder)


def _discard_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        # Somebody needs it.
        return


def cause_of_death(folder: Path) -> str:
    """Why children of the holder in `folder` are lost: it was killed, or it said what went wrong."""
    words = last_words(folder)
    return f"the process that held it failed: {words}" if words else "the process that held it was killed"


def lost(key: str, cause: str) -> Lost:
    """The event that tells that a child died with its holder, just now."""
    return Lost(key, cause, _now())


def _place_for_one_more(folder: Path) -> Path:
    """Holders die one after the other: their places are numbered."""
    before = folder / _BEFORE
    before.mkdir(mode=0o700, exist_ok=True)
    place = before / f"{len(list(before.iterdir())):06}"
    place.mkdir(mode=0o700)
    return place


def _ends(record: Record, folder: Path, home: Path) -> list[End]:
    if record.doubt is not None:
        _keep_unreadable(home / journal.NAME, folder, record.doubt)
    with _looking():
        kill_all(record)
    cause = cause_of_death(folder)
    ended = [_by_now(_event(key, record), _now()) for key in record.ended]
    return [*ended, *(lost(key, cause) for key in record.open)]


def _event(key: str, record: Record) -> Event:
    """An end, with the progress that was told before it."""
    event, said = event_of(record.ended[key]), record.last_words.get(key)
    last = None if said is None else event_of(said)
    return event._replace(last=last) if isinstance(event, Ended) and isinstance(last, Progressed) else event


def _by_now(event: Event, now: datetime) -> End:
    """An end that was told for a time that has not come is of this moment: the clock was set, or it is forged."""
    if isinstance(event, Ended):
        return event._replace(ended_at=min(event.ended_at, now), started_at=min(event.started_at, now))
    assert isinstance(event, Refused)
    return event._replace(at=min(event.at, now))


def _is_folder(folder: Path) -> bool:
    return folder.is_dir() and not folder.is_symlink()


def _kept(folder: Path) -> Path:
    return folder.with_name(folder.name + UNREADABLE)


def _keep_unreadable(path: Path, folder: Path, why: str) -> None:
    """Have it under a name that is not removed, once; a journal that says something also stays where it is."""
    kept = _kept(folder)
    if os.path.lexists(kept):
        return
    try:
        try:
            os.link(path, kept, follow_symlinks=False)
        except OSError:
            path.rename(kept)
    except OSError as error:
        _log.warning("the journal %s cannot be believed (it %s), nor be kept: %s", path, why, error.strerror)
        return
    _log.warning("the journal of a former daemon cannot be believed: it %s; it is kept as %s", why, kept)


@contextmanager
def _looking() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExecutionError(
            f"what a former daemon has left cannot be looked for: {error.strerror}",
            hint="its runs wait until this machine has descriptors and memory again",
        ) from error


def _now() -> datetime:
    return from_ms(time.time_ns() // 1_000_000)
