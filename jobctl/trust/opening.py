"""The one way to open a file that somebody else may have put there: it never waits, and it never grows without end."""

import os
import stat

from jobctl.model.errors import reason_of

_PIECE = 1024 * 1024


class Unreadable(Exception):
    """A file that cannot be read; the text says why, `said` is the system's part of it. `missing`: there is none.
    `denied`: it is somebody else's."""

    def __init__(self, why: str, *, said: str | None = None, missing: bool = False, denied: bool = False) -> None:
        super().__init__(why)
        self.said = said
        self.missing = missing
        self.denied = denied


class TooLarge(Unreadable):
    """It is longer than it may be."""


def opened(path: str | os.PathLike[str], *, follow: bool = True) -> int:
    """A descriptor to read a regular file by. Raises Unreadable for anything else, without having opened it: a FIFO's
    writer is not woken, a device does nothing. `follow=False`: a link in the last place is not a regular file."""
    try:
        # What it is is asked before it is opened, of the very same file.
        place = os.open(path, os.O_PATH | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW))
    except OSError as error:
        raise unreadable(error) from error
    except ValueError as error:
        raise Unreadable("cannot be read: its name holds a NUL character") from error
    try:
        if not stat.S_ISREG(os.fstat(place).st_mode):
            raise Unreadable("is not a regular file")
        # Some regular files of /proc and /sys make a reader wait all the same.
        return os.open(f"/proc/self/fd/{place}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise unreadable(error) from error
    finally:
        os.close(place)


def read_all(fd: int, limit: int) -> bytes:
    """What a descriptor of `opened` holds. Raises TooLarge where that is more than `limit` bytes,
    Unreadable where it cannot be read."""
    pieces, room = [], limit + 1
    try:
        # A file tells its size; one of /proc says 0, and one that grows says too little.
        while room > 0 and os.fstat(fd).st_size <= limit and (piece := os.read(fd, min(room, _PIECE))):
            pieces.append(piece)
            room -= len(piece)
    except OSError as error:
        raise unreadable(error) from error
    if room <= 0 or os.fstat(fd).st_size > limit:
        raise TooLarge(f"is larger than {_in_words(limit)}")
    return b"".join(pieces)


def read_bounded(path: str | os.PathLike[str], limit: int, *, follow: bool = True) -> bytes:
    """The content of a regular file of at most `limit` bytes. Raises Unreadable."""
    fd = opened(path, follow=follow)
    try:
        return read_all(fd, limit)
    finally:
        os.close(fd)


def unreadable(error: OSError) -> Unreadable:
    """What the system said, as an Unreadable."""
    missing = isinstance(error, (FileNotFoundError, NotADirectoryError))
    denied = isinstance(error, PermissionError)
    return Unreadable(f"cannot be read: {reason_of(error)}", said=error.strerror, missing=missing, denied=denied)


def _in_words(size: int) -> str:
    """
    >>> _in_words(1024 * 1024), _in_words(64 * 1024)
    ('1 MB', '64 KB')
    """
    return f"{size >> 20} MB" if size >= 1 << 20 else f"{size >> 10} KB"
