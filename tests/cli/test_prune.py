"""`prune`: history beyond its keep, with its logs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from jobctl.actions.prune import STEP, prunable, prune
from jobctl.execute.state_folder import StateFolder
from jobctl.store.opening import open_store
from tests.kit.prompt import Prompt

LATER = datetime(2031, 1, 1, tzinfo=UTC)


def test_runs_within_their_keep_stay(jobctl: Prompt) -> None:
    jobctl.apply("jobs: {a: {run: x}}")
    jobctl.enqueue("a")
    jobctl.ok("cancel", "--all")
    assert jobctl.ok("prune").out == "nothing to delete: every run is within its keep\n"
    assert jobctl.ok("prune", "--dry-run", "--json").json == {"runs": 0, "dry_run": True}


def test_runs_beyond_their_keep_go_with_their_logs(jobctl: Prompt, tmp_path: Path) -> None:
    jobctl.apply("jobs: {a: {run: x}, b: {run: x, keep: {failed: 20000d}}}")
    jobctl.ok("enqueue", "--from", "-", stdin='{"job": "a"}\n' * (STEP + 20))
    jobctl.ok("cancel", "--all")
    waiting = jobctl.enqueue("a")
    store, folder, steps = open_store(str(jobctl.db)), StateFolder(tmp_path / "jobctl.db.d"), list[int]()
    assert prunable(store, LATER) == STEP + 20
    assert prune(store, folder, LATER + timedelta(seconds=1), steps.append) == STEP + 20
    assert steps == [STEP]
    assert prunable(store, LATER) == 0
    assert store.run(waiting) is not None
    store.close()


def test_a_dry_run_deletes_nothing(jobctl: Prompt) -> None:
    jobctl.apply("jobs: {a: {run: x, keep: {failed: 1ms, skipped: 1ms, succeeded: 1ms}}}")
    jobctl.enqueue("a")
    jobctl.ok("cancel", "1")
    assert jobctl.ok("prune", "--dry-run").out == "1 run would be deleted, with logs\n"
    assert jobctl.ok("prune").out == "1 run deleted, with logs\n"
    assert jobctl("show", "1").status == 3
