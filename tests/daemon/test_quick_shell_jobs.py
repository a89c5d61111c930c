"""Quick shell jobs are claimed ahead of a free slot: every promise holds for them as for all others."""

import signal
from collections import Counter
from contextlib import closing
from itertools import accumulate, pairwise
from typing import Any

from jobctl import Client
from jobctl.store.sqlite.driver import sqlite3
from tests.kit.installation import Installation
from tests.kit.until import until

CATALOG = """
limits: {{one: 1}}
defaults: {{working_dir: "{folder}"}}
jobs:
  note: {{run: 'echo "$JOBCTL_RUN_ID" >> journal'}}
  once: {{run: 'echo "$JOBCTL_RUN_ID" >> journal', idempotent: false}}
  limited: {{run: 'echo + >> limited; echo - >> limited', uses: one}}
  both: {{run: 'echo + >> there; echo - >> there'}}
  varying: {{run: 'sleep "$JOBCTL_PARAM_SECONDS"', params: {{seconds: {{type: number}}}}}}
"""


def apply(here: Installation) -> None:
    here.apply(CATALOG.format(folder=here.folder))


def promise(here: Installation, job: str, count: int, **params: Any) -> list[int]:
    with Client(str(here.db)) as client:
        return client.enqueue_many([{"job": job, "params": params}] * count)


def words(here: Installation, name: str) -> list[str]:
    path = here.folder / name
    return path.read_text().split() if path.exists() else []


def until_noted(here: Installation, count: int) -> None:
    until(lambda: len(words(here, "journal")) >= count, f"{count} have run")


def attempts(here: Installation, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(here.db)) as connection:
        return connection.execute(f"SELECT {sql}").fetchall()


def at_once(signs: list[str]) -> int:
    return max(accumulate(1 if sign == "+" else -1 for sign in signs))


def claimed_before_the_last_one_ended(here: Installation) -> int:
    rows = attempts(here, "claimed_at, finished_at FROM attempts ORDER BY run_id, number")
    return sum(later[0] < before[1] for before, later in pairwise(rows))


def test_quick_runs_are_claimed_ahead_each_is_executed_once_and_one_after_the_other(here: Installation) -> None:
    apply(here)
    ids = promise(here, "note", 80)
    here.drain("--slots", "1")
    assert sorted(map(int, words(here, "journal"))) == ids
    assert claimed_before_the_last_one_ended(here) > 0
    rows = attempts(
        here, "started_at, finished_at FROM attempts WHERE outcome = 'succeeded' ORDER BY started_at, finished_at"
    )
    assert all(later[0] >= before[1] for before, later in pairwise(rows))


def test_of_quick_runs_no_more_are_there_at_once_than_slots(here: Installation) -> None:
    apply(here)
    promise(here, "both", 120)
    here.drain("--slots", "2")
    assert len(words(here, "there")) == 240
    assert at_once(words(here, "there")) <= 2


def test_what_runs_at_most_once_is_not_claimed_ahead(here: Installation) -> None:
    apply(here)
    ids = promise(here, "once", 40)
    here.drain("--slots", "1")
    assert [int(word) for word in words(here, "journal")] == ids
    assert claimed_before_the_last_one_ended(here) == 0
    assert attempts(here, "count(*) FROM attempts") == [(40,)]


def test_a_limit_of_one_holds_for_quick_runs(here: Installation) -> None:
    apply(here)
    for _ in range(20):
        promise(here, "limited", 2)
        promise(here, "note", 2)
    here.drain("--slots", "4")
    assert len(words(here, "limited")) == 80
    assert at_once(words(here, "limited")) == 1
    assert len(words(here, "journal")) == 40


def test_after_a_kill_what_waited_is_executed_once_and_is_no_loss(here: Installation) -> None:
    apply(here)
    ids = promise(here, "note", 400)
    for seen in (50, 150, 250):
        daemon = here.daemon("--slots", "2")
        until_noted(here, seen)
        daemon.kill()
        daemon.wait()
    here.drain("--slots", "2")
    assert Counter(map(int, words(here, "journal"))) == Counter(ids)
    assert attempts(here, "sum(losses), sum(failures), count(*) FROM runs WHERE state = 'succeeded'") == [(0, 0, 400)]
    assert attempts(here, "DISTINCT outcome FROM attempts WHERE outcome <> 'succeeded'") in ([], [("not_started",)])


def test_a_stop_sends_back_what_waits(here: Installation) -> None:
    apply(here)
    ids = promise(here, "note", 400)
    daemon = here.daemon("--slots", "2")
    until_noted(here, 60)
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(timeout=60) == 0
    ended = len(words(here, "journal"))
    assert ended < 400
    assert attempts(here, "count(*) FROM runs WHERE state = 'running'") == [(0,)]
    assert attempts(here, "count(*) FROM runs WHERE state = 'succeeded'") == [(ended,)]
    here.drain("--slots", "2")
    assert Counter(map(int, words(here, "journal"))) == Counter(ids)


def test_a_daemon_that_leaves_shell_jobs_to_the_next_one_leaves_none_that_waits(here: Installation) -> None:
    apply(here)
    promise(here, "varying", 30, seconds=0.001)
    promise(here, "varying", 30, seconds=1)
    daemon = here.daemon("--slots", "2")
    until(lambda: attempts(here, "count(*) FROM runs WHERE state = 'succeeded'")[0][0] >= 30, "slow ones run")
    daemon.send_signal(signal.SIGUSR2)
    assert daemon.wait(timeout=60) == 0
    assert attempts(here, "count(*) FROM runs WHERE state = 'running'")[0][0] <= 2


def test_what_waits_behind_a_slow_run_is_taken_by_another_daemon(here: Installation) -> None:
    apply(here)
    promise(here, "varying", 30, seconds=0.001)
    slow = promise(here, "varying", 4, seconds=1)
    daemons = [here.daemon("--until-idle", "--name", name, "--slots", "1") for name in ("one", "two")]
    assert [daemon.wait(timeout=60) for daemon in daemons] == [0, 0]
    shares = attempts(
        here,
        f"count(*) FROM attempts WHERE outcome = 'succeeded' AND run_id >= {slow[0]} GROUP BY daemon_id",
    )
    assert len(shares) == 2


def test_a_run_that_is_cancelled_while_it_waits_is_never_started(here: Installation) -> None:
    apply(here)
    promise(here, "varying", 20, seconds=0.001)
    (slow,) = promise(here, "varying", 1, seconds=300)
    last = promise(here, "note", 1)[0]
    here.daemon("--slots", "1")
    until(lambda: attempts(here, "count(*) FROM runs WHERE state = 'running'")[0][0] > 0, "it works")
    until(lambda: attempts(here, "count(*) FROM runs WHERE state = 'succeeded'")[0][0] >= 20, "the slow one runs")
    here.jobctl("cancel", str(last))
    here.until_state(last, "cancelled")
    assert words(here, "journal") == []
    here.jobctl("cancel", str(slow), "--wait")


def test_what_goes_back_keeps_its_place_before_those_that_were_enqueued_later(here: Installation) -> None:
    apply(here)
    ids = promise(here, "note", 400)
    daemon = here.daemon("--slots", "1", "--until-idle")
    for count in range(10, 390, 10):
        until_noted(here, count)
        daemon.send_signal(signal.SIGHUP)

    assert daemon.wait(60) == 0
    assert attempts(here, "1 FROM attempts WHERE outcome = 'not_started' LIMIT 1")
    order = [ids.index(int(word)) for word in words(here, "journal")]
    assert sorted(order) == list(range(400))
    assert max(rank - place for rank, place in enumerate(order)) < 50
