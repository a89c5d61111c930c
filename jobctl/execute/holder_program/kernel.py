"""The kernel calls that the standard library lacks."""

from __future__ import annotations

import ctypes
import os

_PR_SET_CHILD_SUBREAPER = 36
_KEEP_SIZE_AND_PUNCH_HOLE = 3

_libc = ctypes.CDLL(None, use_errno=True)
_fallocate = getattr(_libc, "fallocate64", None) or _libc.fallocate
_fallocate.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)


def become_subreaper() -> None:
    """From now on every orphan below this process becomes its child instead of init's."""
    if _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def punch_hole(fd: int, offset: int, length: int) -> None:
    """Give a file's blocks in a range back to the disk; its size stays. Raises OSError where that is impossible."""
    if _fallocate(fd, _KEEP_SIZE_AND_PUNCH_HOLE, offset, length) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
