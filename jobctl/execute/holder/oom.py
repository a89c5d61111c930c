"""Whether the kernel killed for want of memory: the count that it keeps for each cgroup."""

import os
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

LOOK_EVERY = timedelta(seconds=2)
_COUNT = re.compile(r"^oom_kill (\d+)$", re.MULTILINE)
_ESCAPE = re.compile(r"\\([0-7]{3})")


class Mount(NamedTuple):
    """A mounted file system: what of it is mounted where, its type, and the options of the file system itself."""

    root: str
    point: str
    kind: str
    options: tuple[str, ...]


class Kills:
    """Tells of a process that was killed by SIGKILL whether it was for memory, by how the count has grown.

    The count names no process. So growth counts only if it is not older than a look before the last one, and each kill
    explains one death.
    """

    def __init__(self, counter: Path | None, now: datetime) -> None:
        self._counter = counter
        self._last = self._before = self._count()
        self._last_at = self._before_at = now
        self._explained = 0

    @classmethod
    def here(cls, now: datetime) -> "Kills":
        """Those in the cgroup of this process, in which its children are too."""
        return cls(_counter_of_this_process(), now)

    def look(self, now: datetime) -> None:
        """Keep up with the count: to be called now and then, before ends are heard of. Every 2 s it is read."""
        if not self._last_at <= now < self._last_at + LOOK_EVERY:
            self._before, self._before_at = self._last, self._last_at
            self._last, self._last_at = self._count(), now

    def explain(self, ended_at: datetime) -> bool | None:
        """Whether a process that was killed at `ended_at` was so for want of memory; None if that cannot be told."""
        count = self._count()
        if count is None or self._before is None or ended_at < self._before_at:
            return None
        known = max(self._before, self._explained)
        if count <= known:
            return False
        self._explained = known + 1
        return True

    def _count(self) -> int | None:
        if self._counter is None:
            return None
        try:
            return kills_in(self._counter.read_text())
        except OSError:
            return None


def kills_in(text: str) -> int | None:
    r"""The count in `memory.events` (v2) or `memory.oom_control` (v1); None on kernels that do not tell.

    >>> kills_in("low 0\nhigh 0\nmax 3\noom 1\noom_kill 2\noom_group_kill 0\n")
    2
    >>> kills_in("oom_kill_disable 0\nunder_oom 0\n") is None
    True
    """
    found = _COUNT.search(text)
    return None if found is None else int(found[1])


def counter(cgroups: str, mounts: str) -> str | None:
    """The file that counts for a process, from its `cgroup` and `mountinfo` in /proc; None if there is none."""
    groups = {names: group for _, names, group in (line.split(":", 2) for line in cgroups.splitlines())}
    mounted = list(_mounts(mounts))
    for names, group in groups.items():
        if "memory" in names.split(","):
            return _file(group, "memory.oom_control", [m for m in mounted if "memory" in m.options])
    if "" in groups:
        return _file(groups[""], "memory.events", [m for m in mounted if m.kind == "cgroup2"])
    return None


def _mounts(text: str) -> Iterator[Mount]:
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        root, point = before.split(" ")[3:5]
        kind, _, options = after.split(" ")[:3]
        if kind in ("cgroup", "cgroup2"):
            yield Mount(_plain(root), _plain(point), kind, tuple(options.split(",")))


def _file(group: str, name: str, mounted: list[Mount]) -> str | None:
    """Below the first mount that shows the group: a container may see a part of the tree only."""
    for mount in mounted:
        root = mount.root.rstrip("/")
        if group == mount.root or group.startswith(f"{root}/"):
            return os.path.normpath(f"{mount.point}/{group[len(root) :]}/{name}")
    return None


def _plain(path: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 8)), path)


def _counter_of_this_process() -> Path | None:
    try:
        found = counter(Path("/proc/self/cgroup").read_text(), Path("/proc/self/mountinfo").read_text())
    except OSError:
        return None
    return None if found is None else Path(found)
