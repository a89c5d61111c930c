"""Reading a file on behalf of a job: what its user may read, and what nobody else could have put there."""

import os
import stat
from collections.abc import Collection
from pathlib import Path

from jobctl.trust.as_user import Who, eyes_of
from jobctl.trust.guards import Guard, guards_of, why_untrusted
from jobctl.trust.opening import Unreadable, opened, read_all, unreadable


def read_for(path: str, limit: int, who: Who | None) -> bytes:
    """The content of a file of at most `limit` bytes for a job that runs as `who`, None: as the daemon. Raises
    Unreadable.

    Where root reads, nobody may be able to change the file but root, the daemon's user and the job's. It is opened as
    the job's user would open it; one that this user may not read is read for him as well if no link leads to it, and
    root alone decides what it is: so passwords that only root may see are given to a job that may not see the file.
    """
    if os.geteuid() != 0:
        return _read(opened(path), limit)
    try:
        fd, owners = _opened_as(path, who)
        try:
            _refuse_untrusted(path, os.fstat(fd), owners)
            return _read(os.dup(fd), limit)
        finally:
            os.close(fd)
    except OSError as error:
        raise unreadable(error) from error


def _opened_as(path: str, who: Who | None) -> tuple[int, Collection[int]]:
    """A descriptor, and who besides root may decide what it leads to."""
    if who is None or who.user == 0:
        return opened(path), ()
    try:
        with eyes_of(who):
            return opened(path), (who.user,)
    except Unreadable as error:
        if not error.denied:
            raise
        if any(stat.S_ISLNK(guard.mode) for guard in guards_of(Path(path))):
            raise Unreadable(f"cannot be read by user {who.user}, and a link leads to it", denied=True) from error
        return opened(path), ()


def _refuse_untrusted(path: str, facts: os.stat_result, owners: Collection[int]) -> None:
    guards = guards_of(Path(path))
    here = guards[-1]
    why = why_untrusted([*guards, Guard(here.shown, facts.st_uid, facts.st_mode)], os.geteuid(), owners)
    if why:
        raise Unreadable(f"is not to be trusted: {why}")


def _read(fd: int, limit: int) -> bytes:
    try:
        return read_all(fd, limit)
    finally:
        os.close(fd)
