"""A cgroup with little memory, where this machine lets one be made."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.kit.until import until

LIMIT = 300 * 1024 * 1024
_CGROUPS = Path("/sys/fs/cgroup")
# Of version 1, then of version 2: where one may be made, and the file that takes its limit.
_PLACES = ((_CGROUPS / "memory", "memory.limit_in_bytes"), (_CGROUPS, "memory.max"))


@contextmanager
def memory_group() -> Iterator[Path | None]:
    """The folder of a new cgroup that may use `LIMIT` bytes; None where none can be made. What is in it must end."""
    group = next(filter(None, (_made(*place) for place in _PLACES)), None)
    try:
        yield group
    finally:
        if group is not None:
            until(lambda: not (group / "cgroup.procs").read_text(), "nothing lives in the cgroup")
            group.rmdir()


@contextmanager
def inside(group: Path | None) -> Iterator[None]:
    """What is started meanwhile is in the cgroup; this process is so for that long."""
    if group is None:
        yield
        return
    lines = Path("/proc/self/cgroup").read_text().splitlines()
    own = next(line for line in lines if ":memory:" in line or line.startswith("0::"))
    home = group.parent / own.split(":", 2)[2].lstrip("/")
    (group / "cgroup.procs").write_text(str(os.getpid()))
    try:
        yield
    finally:
        (home / "cgroup.procs").write_text(str(os.getpid()))


def _made(parent: Path, limit: str) -> Path | None:
    group = parent / f"jobctl-test-{os.getpid()}"
    try:
        group.mkdir()
    except OSError:
        return None
    try:
        (group / limit).write_text(str(LIMIT))
    except OSError:
        group.rmdir()
        return None
    return group
