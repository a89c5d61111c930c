"""Reads files that jobctl itself has written, and that somebody may have damaged or replaced since."""

import errno
import os
from pathlib import Path

from jobctl.trust.opening import Unreadable, opened, read_all

_TROUBLE_OF_THE_MACHINE = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)


class NotOurs(Exception):
    """What bears the name cannot be what was written there; the message says why."""


def read_own(path: Path, limit: int) -> bytes | None:
    """What the file holds; None if there is none.

    Raises NotOurs for what is no regular file of this user's own, is longer than `limit`, or cannot be read; OSError
    where the machine has no descriptor or memory for it. It never waits for a writer, and follows no link.
    """
    try:
        fd = opened(path, follow=False)
        try:
            owner = os.fstat(fd).st_uid
            if owner != os.geteuid():
                raise NotOurs(f"belongs to the user {owner}")
            return read_all(fd, limit)
        finally:
            os.close(fd)
    except Unreadable as error:
        cause = error.__cause__
        if isinstance(cause, OSError) and cause.errno in _TROUBLE_OF_THE_MACHINE:
            raise cause from error
        if error.missing:
            return None
        raise NotOurs(str(error)) from error
