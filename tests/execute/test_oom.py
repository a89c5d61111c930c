"""Whether the kernel killed for want of memory: found in literal files, and told by a count that grows."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobctl.execute.holder.oom import Kills, counter

NOON = datetime(2026, 3, 8, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)

V2 = """\
22 27 0:20 / /proc rw,nosuid - proc proc rw
30 22 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate
"""
V1 = """\
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
"""
DOCKER_V1 = """\
1290 1287 0:29 /docker/4f1d /sys/fs/cgroup/memory ro,nosuid - cgroup cgroup rw,memory
"""
SPACED = r"""
30 22 0:26 / /mnt/c\040group rw - cgroup2 cgroup2 rw
""".lstrip()


@pytest.mark.parametrize(
    ("cgroups", "mounts", "file"),
    [
        ("0::/system.slice/jobctl.service\n", V2, "/sys/fs/cgroup/system.slice/jobctl.service/memory.events"),
        ("0::/\n", V2, "/sys/fs/cgroup/memory.events"),
        ("4:memory:/jobs\n1:cpu:/\n0::/\n", V1, "/sys/fs/cgroup/memory/jobs/memory.oom_control"),
        ("4:cpu,memory:/jobs\n0::/\n", V1, "/sys/fs/cgroup/memory/jobs/memory.oom_control"),
        ("4:memory:/docker/4f1d\n", DOCKER_V1, "/sys/fs/cgroup/memory/memory.oom_control"),
        ("4:memory:/docker/4f1d/a\n", DOCKER_V1, "/sys/fs/cgroup/memory/a/memory.oom_control"),
        ("0::/jobs:nightly\n", SPACED, "/mnt/c group/jobs:nightly/memory.events"),
    ],
)
def test_the_file_that_counts_is_found(cgroups: str, mounts: str, file: str) -> None:
    assert counter(cgroups, mounts) == file


@pytest.mark.parametrize(
    ("cgroups", "mounts"),
    [("", V2), ("0::/\n", ""), ("4:memory:/docker/5555\n", DOCKER_V1), ("1:cpu:/\n", V1)],
)
def test_where_no_group_is_in_sight_nothing_counts(cgroups: str, mounts: str) -> None:
    assert counter(cgroups, mounts) is None


class Counted:
    """A cgroup whose count the test sets."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "memory.events"
        self.is_now(3)
        self.kills = Kills(self.file, NOON)

    def is_now(self, count: int) -> None:
        self.file.write_text(f"max 0\noom 9\noom_kill {count}\n")


@pytest.fixture
def group(tmp_path: Path) -> Counted:
    return Counted(tmp_path)


def test_a_count_that_has_grown_explains_a_death(group: Counted) -> None:
    group.is_now(4)
    assert group.kills.explain(NOON + SECOND) is True


def test_a_count_that_stands_still_says_that_it_was_not_for_memory(group: Counted) -> None:
    assert group.kills.explain(NOON + SECOND) is False


def test_one_kill_explains_one_death(group: Counted) -> None:
    group.is_now(5)
    assert [group.kills.explain(NOON + SECOND) for _ in range(3)] == [True, True, False]


def test_a_kill_of_long_ago_explains_no_death(group: Counted) -> None:
    group.is_now(4)
    group.kills.look(NOON + 3 * SECOND)
    group.kills.look(NOON + 6 * SECOND)
    assert group.kills.explain(NOON + 6 * SECOND) is False


def test_a_kill_that_was_looked_at_right_after_it_still_explains_the_death(group: Counted) -> None:
    group.is_now(4)
    group.kills.look(NOON + 3 * SECOND)
    assert group.kills.explain(NOON + 2 * SECOND) is True


def test_of_a_death_before_the_count_was_read_nothing_is_known(group: Counted) -> None:
    assert group.kills.explain(NOON - SECOND) is None


def test_where_the_count_cannot_be_read_nothing_is_known(tmp_path: Path) -> None:
    assert Kills(tmp_path / "missing", NOON).explain(NOON) is None
    assert Kills(None, NOON).explain(NOON) is None
