import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from jobctl.daemon.journal import LOGGER
from jobctl.daemon.loops.keep import KeepLoop
from jobctl.execute.host.identity import identify
from jobctl.model.daemon import Daemon
from jobctl.store.opening import open_store
from jobctl.store.protocol import Store
from jobctl.store.sqlite.driver import sqlite3
from tests.kit.shell_jobs import ShellJobs, lives
from tests.store.making import enqueue, request, take


class Late:
    """A store whose list of daemons was read a moment ago."""

    def __init__(self, store: Store, daemons: Sequence[Daemon]) -> None:
        self._store = store
        self._daemons = daemons

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def daemons(self) -> Sequence[Daemon]:
        return self._daemons


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[ShellJobs]:
    made = ShellJobs(tmp_path)
    yield made
    made.close()


def test_paths_in_a_dead_daemons_row_lead_nowhere_but_into_the_state_folder(jobs: ShellJobs) -> None:
    store, now = open_store(str(jobs.root / "jobctl.db")), datetime.now(UTC)
    me = identify("me", 1, (), foreground=False)
    elsewhere = jobs.root / "precious"
    elsewhere.mkdir()
    (elsewhere / "journal").write_text("not ours")
    (jobs.folder.wake / "a-file.fifo").write_text("no FIFO")
    os.mkfifo(elsewhere / "their.fifo")
    ours = jobs.folder.wake / "dead.fifo"
    os.mkfifo(ours)
    wakes = [elsewhere / "journal", elsewhere / "their.fifo", "../a-file.fifo", "", "/moved/since/wake/dead.fifo"]
    for wake in map(str, wakes):
        named = (str(elsewhere), f"{elsewhere}/", "..", "", "/", "a\0b", f"{jobs.folder.holders}/../../precious/..")
        store.register(replace(me, name="dead", pid_started=1, wake_path=wake, holders=named), now)
    heir = store.register(replace(me, name="heir"), now)
    KeepLoop(store, heir, me, jobs.folder, jobs.shell).tick(now)
    assert sorted(path.name for path in elsewhere.iterdir()) == ["journal", "their.fifo"]
    assert (jobs.folder.wake / "a-file.fifo").exists()
    assert not ours.exists()


def test_a_row_whose_holders_are_spoilt_is_a_daemon_that_had_none(jobs: ShellJobs) -> None:
    store, now = open_store(str(jobs.root / "jobctl.db")), datetime.now(UTC)
    me = identify("me", 1, (), foreground=False)
    for text in ("not json", "{}", "7", "[[]]", "[" * 100_000):
        dead = store.register(replace(me, name="dead", pid_started=1), now)
        with sqlite3.connect(jobs.root / "jobctl.db") as connection:
            connection.execute("UPDATE daemons SET holders = ? WHERE daemon_id = ?", (text, dead))
        connection.close()
    assert {daemon.identity.holders for daemon in store.daemons()} == {()}
    heir = store.register(replace(me, name="heir"), now)
    KeepLoop(store, heir, me, jobs.folder, jobs.shell).tick(now)


def test_who_comes_second_to_a_dead_daemons_estate_leaves_its_jobs_alone(jobs: ShellJobs) -> None:
    claim = jobs.start("echo $$; sleep 300")
    pid = int(jobs.wrote(claim, b"\n").split()[0])
    home = jobs.vanish()
    store, now, me = (
        open_store(str(jobs.root / "jobctl.db")),
        datetime.now(UTC),
        identify("me", 1, (), foreground=False),
    )
    dead = store.register(replace(me, name="dead", pid_started=1, holders=(str(home),)), now)
    heir, late = (store.register(replace(me, name=name), now) for name in ("heir", "late"))
    seen = store.daemons()
    store.take_over(dead, heir, now)
    jobs.begin()
    KeepLoop(cast(Store, Late(store, seen)), late, me, jobs.folder, jobs.shell).tick(now)
    for _ in range(10):
        jobs.turn()
    assert lives(pid)


def test_one_run_that_a_dead_daemon_left_is_told_as_one(
    jobs: ShellJobs, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(LOGGER), "propagate", True)
    caplog.set_level(logging.WARNING, LOGGER)
    store, now, me = (
        open_store(str(jobs.root / "jobctl.db")),
        datetime.now(UTC),
        identify("me", 1, (), foreground=False),
    )
    dead = store.register(replace(me, name="dead", pid_started=1, holders=()), now)
    enqueue(store, request(), now=now)
    take(store, dead, now)
    heir = store.register(me, now)
    KeepLoop(store, heir, me, jobs.folder, jobs.shell).tick(now)
    assert "a daemon died and left 1 run" in [record.getMessage() for record in caplog.records]
