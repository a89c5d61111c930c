"""A cgroup with little memory, where this machine lets one be made."""

import os
import subprocess
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


def inside(group: Path | None, *command: str) -> list[str]:
    """A command that executes in the cgroup."""
    enter = 'echo $$ > "$0/cgroup.procs" && exec "$@"'
    return [*command] if group is None else ["sh", "-c", enter, str(group), *command]


def _made(parent: Path, limit: str) -> Path | None:
    group = parent / f"jobctl-test-{os.getpid()}"
    try:
        group.mkdir()
    except OSError:
        return None
    try:
        with (group / limit).open("r+") as file:  # not created: the place may be no cgroup
            file.write(str(LIMIT))
        subprocess.run(inside(group, "true"), check=True, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        group.rmdir()
        return None
    return group
