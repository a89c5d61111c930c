"""Who is taken for dead: by pid where pids mean something, by lock in another namespace, by silence elsewhere."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobctl.execute.host.identity import dead, identify
from jobctl.execute.host.wake_fifo import WakeFifo
from jobctl.model.daemon import Daemon, Identity

SEEN_AT = datetime(2026, 3, 8, 6, 30, tzinfo=UTC)
SOON = SEEN_AT + timedelta(seconds=5)
LATE = SEEN_AT + timedelta(seconds=31)


@pytest.fixture
def me() -> Identity:
    return identify("here", 4, (), foreground=False)


@pytest.fixture
def fifo(tmp_path: Path) -> Iterator[WakeFifo]:
    held = WakeFifo(tmp_path)
    yield held
    held.close()


def daemon(identity: Identity) -> Daemon:
    return Daemon(7, identity, "running", 0, SEEN_AT, SEEN_AT)


def is_dead(identity: Identity, me: Identity, now: datetime) -> bool:
    return bool(dead([daemon(identity)], me, now))


def test_case_06_a_process_that_lives_is_not_dead_however_silent(me: Identity) -> None:
    assert not is_dead(me, me, LATE)


def test_case_06_a_pid_that_belongs_to_another_process_now_is_dead(me: Identity) -> None:
    assert is_dead(replace(me, pid_started=me.pid_started - 1), me, SOON)


def test_case_07_a_daemon_of_an_earlier_boot_is_dead(me: Identity) -> None:
    assert is_dead(replace(me, boot_id="before"), me, SOON)


def test_in_another_container_a_held_lock_means_life(me: Identity, fifo: WakeFifo) -> None:
    assert not is_dead(replace(me, pid_namespace="pid:[1]", wake_path=str(fifo.path)), me, LATE)


def test_in_another_container_a_free_lock_means_death_at_once(me: Identity, tmp_path: Path) -> None:
    left = WakeFifo(tmp_path)
    kept = tmp_path / "kept.fifo"
    left.path.rename(kept)
    left.close()
    assert is_dead(replace(me, pid_namespace="pid:[1]", wake_path=str(kept)), me, SOON)


@pytest.mark.parametrize(("now", "gone"), [(SOON, False), (LATE, True)])
def test_where_nothing_can_be_seen_silence_decides(me: Identity, now: datetime, gone: bool) -> None:
    assert is_dead(replace(me, pid_namespace="pid:[1]", wake_path="/no/such.fifo"), me, now) == gone
    assert is_dead(replace(me, host="elsewhere", boot_id="its own"), me, now) == gone
