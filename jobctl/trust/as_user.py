"""To look at files as another user would: for this thread alone, by the kernel's own judgement."""

import ctypes
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple

_SETGROUPS = {"x86_64": 116, "aarch64": 159, "riscv64": 159, "loongarch64": 159, "ppc64le": 81, "s390x": 206}
_UNCHANGED = 0xFFFFFFFF


class Who(NamedTuple):
    """A user, by numbers."""

    user: int
    group: int
    groups: tuple[int, ...]


@contextmanager
def eyes_of(who: Who) -> Iterator[None]:
    """Files are opened as `who` until the end, by this thread only: root may do so. Raises OSError where the system
    cannot do it. The rest of the process stays what it is."""
    libc, mine = _libc(), (os.getegid(), tuple(os.getgroups()))
    try:
        _set_groups(libc, who.groups)
        libc.setfsgid(who.group)
        libc.setfsuid(who.user)
        # They say nothing of an error, but what is in force when they are asked for the impossible.
        if (libc.setfsuid(_UNCHANGED), libc.setfsgid(_UNCHANGED)) != (who.user, who.group):
            raise PermissionError(1, f"files cannot be opened as user {who.user} here")
        yield
    finally:
        libc.setfsuid(os.geteuid())
        libc.setfsgid(mine[0])
        _set_groups(libc, mine[1])


def _set_groups(libc: ctypes.CDLL, groups: tuple[int, ...]) -> None:
    # The library's setgroups would change all threads.
    number = _SETGROUPS.get(platform.machine())
    if number is None:
        raise OSError(38, f"files cannot be opened as another user on {platform.machine()}")
    if libc.syscall(number, len(groups), (ctypes.c_uint32 * len(groups))(*groups)) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


@cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    for call in (libc.setfsuid, libc.setfsgid):
        call.argtypes, call.restype = [ctypes.c_uint32], ctypes.c_int
    return libc
