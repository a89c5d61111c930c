"""What the kernel tells of a process: memory, children, what it is."""

import os
import resource
from collections.abc import Iterable
from pathlib import Path


def rss(pid: int) -> float:
    """Resident memory in megabytes; 0 when the process is gone."""
    return _status(pid).get("VmRSS", 0) / 1024


def family(pid: int) -> list[int]:
    """The process and everything below it."""
    found = [pid]
    for one in found:
        try:
            found += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
        except FileNotFoundError:
            continue
    return found


def kind(pid: int) -> str:
    """`daemon`, `holder`, `worker`, or `other`."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return "other"
    for program in ("holder", "worker"):
        if f"{program}_program" in words:
            return program
    return "daemon" if "jobctl" in words and "daemon" in words.split("\0") else "other"


def _status(pid: int) -> dict[str, int]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return {}
    return {line.partition(":")[0]: int(line.split()[1]) for line in lines if line.startswith("VmRSS")}


def cpu(pids: Iterable[int]) -> float:
    """Processor seconds of these processes together."""
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def children_spent() -> float:
    """Processor seconds of all children of this process that have ended, and of theirs."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime
