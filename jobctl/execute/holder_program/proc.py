"""Processes as /proc shows them: who lives, who descends from whom, who carries which mark.

Looking takes a descriptor for a moment. That none is free must not hide a process: see `reserve_descriptor`.
"""
# pathlib would make the holder larger:
# ruff: noqa: PTH116, PTH208

from __future__ import annotations

import errno
import os
import signal as signals
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")

MARK = "JOBCTL_MARK"
_GONE = (FileNotFoundError, ProcessLookupError, PermissionError)
"""What is said of a process that has ended meanwhile, or is another user's."""
_PATIENCE_S = 5.0
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_spare: list[int] = []


class Stat:
    """What `/proc/<pid>/stat` says of a process; `started` is in clock ticks since boot."""

    __slots__ = ("group", "parent", "session", "started", "state", "threads")

    def __init__(self, line: bytes) -> None:
        fields = line[line.rindex(b")") + 2 :].split()
        self.state = fields[0]
        self.parent = int(fields[1])
        self.group = int(fields[2])
        self.session = int(fields[3])
        self.threads = int(fields[17])
        self.started = int(fields[19])

    @property
    def lives(self) -> bool:
        """False for a zombie: it executes nothing and waits to be reaped. One whose first thread alone has ended looks
        like one."""
        return self.state not in b"ZX" or self.threads > 1

    @property
    def stopped(self) -> bool:
        """True for one that SIGSTOP has halted, and that a SIGCONT lets go on."""
        return self.state == b"T"


def stat(pid: int) -> Stat | None:
    """A process's facts; None if there is no such process."""
    line = _read(f"/proc/{pid}/stat")
    return Stat(line) if line else None


def descendants(roots: list[int]) -> dict[int, Stat]:
    """The processes `roots` and everything below them, with the zombies."""
    found: dict[int, Stat] = {}
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        facts = None if pid in found else stat(pid)
        if facts is not None:
            found[pid] = facts
            waiting += children(pid)
    return found


def children(pid: int) -> list[int]:
    """The direct children of a process, of all its threads."""
    try:
        threads = _insist(lambda: os.listdir(f"/proc/{pid}/task"))
    except _GONE:
        return []
    found: list[int] = []
    for thread in threads:
        found += map(int, _read(f"/proc/{pid}/task/{thread}/children").split())
    return found if found or _HAS_CHILDREN_FILES else _children_by_scan(pid)


def mark_of(pid: int) -> str | None:
    """The mark in a process's environment as it was when it was executed."""
    environment = b"\0" + _read(f"/proc/{pid}/environ")
    _, found, rest = environment.partition(f"\0{MARK}=".encode())
    return os.fsdecode(rest.split(b"\0", 1)[0]) if found else None


def limits(pid: int) -> bytes:
    """What `/proc/<pid>/limits` says; nothing if there is no such process."""
    return _read(f"/proc/{pid}/limits")


def open_files(pid: int) -> list[tuple[int, int]]:
    """Device and inode of every file and pipe that a process holds open."""
    return _behind(pid, lambda entry: True)


def files_written(pid: int) -> list[tuple[int, int]]:
    """Device and inode of every file and pipe that a process holds open to write into."""
    # The link's own permissions tell how the file was opened.
    return _behind(pid, lambda entry: bool(os.lstat(entry).st_mode & 0o200))


def pids() -> list[int]:
    """Every process that can be seen."""
    return [int(name) for name in _insist(lambda: os.listdir("/proc")) if name.isdigit()]


def boot_id() -> str:
    """Names the time since the machine started: a pid of another boot means nothing."""
    return _read("/proc/sys/kernel/random/boot_id").decode().strip()


def pid_namespace() -> str:
    """Names the space in which this process's pids mean something; empty where it cannot be told."""
    try:
        return os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - the target is no path
    except OSError:
        return ""


def ticks() -> int:
    """The present in clock ticks since boot, as the kernel writes down when a process starts."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) * _TICKS_PER_S // 1_000_000_000


def send(pid: int, started: int, signal: int) -> None:
    """Signal the process of this number that started then, if it may be signalled: never one that has the number now.

    Where the kernel has no handle to give, the number is looked at as late as can be.
    """
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    except OSError:
        handle = -1
    try:
        facts = stat(pid)
        if facts is None or facts.started != started:
            return
        if handle < 0:
            os.kill(pid, signal)
        else:
            signals.pidfd_send_signal(handle, signal)
    except (ProcessLookupError, PermissionError):
        return
    finally:
        if handle >= 0:
            os.close(handle)


def send_to_group(leader: int, signal: int) -> None:
    """Signal a process group; its leader must not have been reaped, so that the number cannot be another's."""
    try:
        os.killpg(leader, signal)
    except (ProcessLookupError, PermissionError):
        return


def _behind(pid: int, wanted: Callable[[str], bool]) -> list[tuple[int, int]]:
    """Device and inode behind the descriptors that are wanted; one that is closed meanwhile hides no other."""
    folder = f"/proc/{pid}/fd"
    try:
        names = _insist(lambda: os.listdir(folder))
    except _GONE:
        return []
    found = []
    for name in names:
        try:
            if wanted(f"{folder}/{name}"):
                facts = os.stat(f"{folder}/{name}")
                found.append((facts.st_dev, facts.st_ino))
        except _GONE:
            continue
    return found


def _children_by_scan(parent: int) -> list[int]:
    facts = ((pid, stat(pid)) for pid in pids())
    return [pid for pid, found in facts if found is not None and found.parent == parent]


def reserve_descriptor() -> None:
    """Have a descriptor to give up for a moment when no other one is free; a second call does nothing."""
    if not _spare:
        _spare.append(os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC))


def _read(path: str) -> bytes:
    """What a file in /proc holds; nothing if its process is gone. Raises OSError where it could not be looked at."""
    try:
        return _insist(lambda: _whole(path))
    except _GONE:
        return b""


def _whole(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:
        return file.readall()


def _insist(look: Callable[[], T]) -> T:
    """Look, if need be with the spare descriptor, and again while the whole machine has none."""
    give_up_at = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return look()
        except OSError as error:
            if error.errno == errno.EMFILE and _spare:
                return _with_spare(look)
            if error.errno not in (errno.EMFILE, errno.ENFILE, errno.ENOMEM) or time.monotonic() > give_up_at:
                raise
        time.sleep(0.01)


def _with_spare(look: Callable[[], T]) -> T:
    os.close(_spare.pop())
    try:
        return look()
    finally:
        reserve_descriptor()


_HAS_CHILDREN_FILES = os.path.exists(f"/proc/{os.getpid()}/task/{os.getpid()}/children")  # noqa: PTH110
