"""What a holder that is gone has left: its journal tells the ends it saw, its mark finds what still lives."""

import os
import shutil
import signal
import time
from pathlib import Path

from jobctl.execute.holder_process import last_words
from jobctl.execute.holding import journal, tree
from jobctl.execute.holding.journal import Record
from jobctl.execute.holding.peer import SOCKET
from jobctl.execute.messages import End, Ended, Event, Lost, Progressed, Refused, event_of
from jobctl.model.errors import ExecutionError
from jobctl.model.instant import from_ms

_BEFORE = "before"
_PATIENCE_S = 10.0
_PAUSE_S = 0.005


def recover(folder: Path) -> list[End]:
    """Kill what a dead holder left behind, see it dead, and tell how each child ended.

    A child whose end is in the journal gets its real `Ended` or `Refused`, any other one `Lost`; a key that is not
    among them was never started. Blocks while processes die, usually a few milliseconds. Raises ExecutionError if some
    cannot be killed within 10 s: then nothing may be run in their place. The folder stays until `discard`.
    """
    earlier = recover_earlier(folder)
    record = journal.read(str(folder))
    if record is not None:
        return [*earlier, *_ends(record, folder)]
    if not earlier:
        discard(folder)
    return earlier


def set_aside(folder: Path) -> None:
    """Make room for another holder in the folder of one that was recovered; what it told can be recovered again."""
    place = _place_for_one_more(folder)
    try:
        (folder / journal.NAME).rename(place / journal.NAME)
    except FileNotFoundError:
        place.rmdir()
        _discard_if_empty(place.parent)
    (folder / SOCKET).unlink(missing_ok=True)


def recover_earlier(folder: Path) -> list[End]:
    """What holders told that were in this folder before the present one, as far as it is not discarded."""
    homes = sorted((folder / _BEFORE).glob("*"))
    records = ((home, journal.read(str(home))) for home in homes)
    return [end for home, record in records if record is not None for end in _ends(record, folder)]


def discard(folder: Path) -> None:
    """Remove the folder of a dead holder: what it had to tell is on disk elsewhere."""
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
    return Lost(key, cause, from_ms(time.time_ns() // 1_000_000))


def _place_for_one_more(folder: Path) -> Path:
    """Holders die one after the other: their places are numbered."""
    before = folder / _BEFORE
    before.mkdir(mode=0o700, exist_ok=True)
    place = before / f"{len(list(before.iterdir())):06}"
    place.mkdir(mode=0o700)
    return place


def _ends(record: Record, folder: Path) -> list[End]:
    try:
        if record.boot_id == tree.boot_id():
            _kill_all(record)
    except OSError as error:
        raise ExecutionError(
            f"what a former daemon has left cannot be looked for: {error.strerror}",
            hint="its runs wait until this machine has descriptors and memory again",
        ) from error
    events = (_with_last_words(event_of(line), record) for line in record.ended.values())
    ended = [event for event in events if isinstance(event, (Ended, Refused))]
    cause = cause_of_death(folder)
    return [*ended, *(lost(key, cause) for key in record.open)]


def _with_last_words(event: Event, record: Record) -> Event:
    line = record.last_words.get(event.key) if isinstance(event, Ended) else None
    last = None if line is None else event_of(line)
    return event._replace(last=last) if isinstance(event, Ended) and isinstance(last, Progressed) else event


def _kill_all(record: Record) -> None:
    _kill_holder(record)
    if not record.open:
        return
    give_up_at = time.monotonic() + _PATIENCE_S
    while True:
        left = _left(record)
        if not left and not _left(record):
            return
        for pid in left:
            tree.send(pid, signal.SIGKILL)
        if time.monotonic() > give_up_at:
            pids = ", ".join(map(str, sorted(left)))
            raise ExecutionError(
                f"processes {pids} of a former daemon cannot be killed",
                hint="end them by hand; their runs wait until they are gone",
            )
        time.sleep(_PAUSE_S)


def _kill_holder(record: Record) -> None:
    """The holder first, if it is only stuck: nothing must be started while its children are looked for."""
    facts = tree.stat(record.pid)
    if facts is not None and facts.started == record.started:
        tree.send(record.pid, signal.SIGKILL)


def _left(record: Record) -> set[int]:
    """Live processes of children that have not ended: by mark, by session, by the pipe they print into, by descent."""
    marks = {f"{record.token}:{key}" for key in record.open}
    pipes = set(record.pipes.values())
    sessions = {pid for pid in record.open.values() if pid is not None}
    roots = []
    for pid in tree.pids():
        facts = tree.stat(pid)
        if facts is None or not facts.lives or pid == os.getpid():
            continue
        mark = tree.mark_of(pid)
        ours = mark in marks or (facts.session in sessions and (mark is None or mark.startswith(record.token)))
        if ours or (mark is None and pipes and not pipes.isdisjoint(tree.files_written(pid))):
            roots.append(pid)
    return {pid for pid, facts in tree.descendants(roots).items() if facts.lives}
