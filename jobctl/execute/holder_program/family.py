"""Whose process is it: the children, and the orphans that the kernel hands to the holder as their subreaper."""

from __future__ import annotations

import os

from jobctl.execute.holder_program import proc as tree
from jobctl.execute.holder_program.child import Child
from jobctl.execute.holder_program.stamp import Stamps, stamp_of


class Family:
    """Everything below the holder.

    `jobs` counts the children that are no workers. `strays` are orphans, each with the key of the child it belongs to,
    or None if nothing tells.
    """

    def __init__(self, token: str, stamps: Stamps) -> None:
        self.by_key: dict[str, Child] = {}
        self.jobs = 0
        self.strays: dict[int, str | None] = {}
        self._by_pid: dict[int, Child] = {}
        self._token = token
        self._stamps = stamps
        self._own_pid = os.getpid()
        self._had = 0

    def mark(self, key: str) -> str:
        """What the environment of a child and of everything it starts carries."""
        return f"{self._token}:{key}"

    def add(self, child: Child) -> None:
        """A child was started."""
        self.by_key[child.key] = child
        self._by_pid[child.pid] = child
        self.jobs += not child.worker
        self._had += 1

    def reaped(self, pid: int) -> Child | None:
        """A process is gone for good: the child that it was, if it was one."""
        self.strays.pop(pid, None)
        return self._by_pid.pop(pid, None)

    def remove(self, child: Child) -> None:
        """A child's end was told."""
        del self.by_key[child.key]
        self.jobs -= not child.worker

    def look_for_strays(self) -> None:
        """Find orphans that have come since the last look, and whose they are."""
        for pid in tree.children(self._own_pid):
            if pid not in self._by_pid and pid not in self.strays:
                self.strays[pid] = self._owner(pid)

    def members(self, child: Child) -> dict[int, tree.Stat]:
        """The live processes of a child's tree, those that left its session or lost their parent included."""
        self.look_for_strays()
        roots = [pid for pid, key in self.strays.items() if key == child.key]
        if child.status is None:
            roots.append(child.pid)
        found = tree.descendants(roots)
        return {pid: facts for pid, facts in found.items() if facts.lives}

    def _owner(self, pid: int) -> str | None:
        """By its stamp, its mark, its session, a log or pipe it holds; or because there never was another child.

        That others have ended proves nothing: what they left behind goes on starting processes. A mark is a variable,
        which anybody can set: it is believed where no stamp of ours says otherwise, and where it names somebody.
        """
        children = self.by_key.values()
        stamp = stamp_of(pid)
        if self._stamps.made(stamp):
            return next((child.key for child in children if child.stamp == stamp), None)
        mark = tree.mark_of(pid) or ""
        key = mark.removeprefix(self._token + ":")
        if key != mark and key in self.by_key:
            return key
        facts = tree.stat(pid)
        if facts is None:
            return None
        for child in children:
            if child.pid == facts.session and child.status is None:
                return child.key
        held = set(tree.open_files(pid))
        for child in children:
            if held & child.own_files():
                return child.key
        return next(iter(self.by_key), None) if self._had == 1 else None
