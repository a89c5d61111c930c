"""`plan` and `apply`: what changes, who changed it."""

import os
import pwd
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobctl.actions.git import commit_of
from jobctl.actions.plan import preview, want
from jobctl.cli.main import run
from jobctl.cli.render.lines import Line, line_width
from jobctl.cli.render.plan import plan_lines
from jobctl.model.plan import Deployment
from jobctl.store.opening import open_store
from tests.cli.golden_file import assert_golden
from tests.kit.prompt import Prompt

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
BEFORE = """
defaults: {timezone: Europe/Berlin}
queues: {default: {slots: 4}, reports: {slots: 1, rate: 10/min}}
limits: {warehouse: 2}
jobs:
  thumbnails: {run: "true", timeout: 30m, env: {A: "1"}}
  backup:
    run: |
      set -e
      pg_dump shop
      gzip shop
    schedule: "30 2 * * *"
    retry: 2
  steady: {run: "true"}
  old-job: {run: "true", schedule: "0 3 * * *"}
"""
AFTER = """
defaults: {timezone: Europe/Berlin}
queues: {default: {slots: 8}, images: {slots: 2}}
jobs:
  thumbnails: {run: "true", timeout: 1h, env: {A: "1", B: "two words"}, queue: images}
  backup:
    run: |
      set -e
      pg_dump warehouse
      gzip shop
    schedule: "0 3 * * *"
    retry: {limit: 5, delay: 1m}
  steady: {run: "true"}
  reports: {run: [report, "[red]all[/red]"], schedule: "0 6 * * 1-5", description: Weekly}
  asleep: {run: "true", every: 10m, enabled: false}
"""


@pytest.mark.parametrize("width", [80, 160])
def test_it_looks_as_it_did_when_it_was_approved(tmp_path: Path, width: int) -> None:
    lines = _lines(tmp_path, width)
    assert max(map(line_width, lines)) <= width
    assert_golden(f"plan-{width}", lines)


def _lines(folder: Path, width: int) -> list[Line]:
    store, path = open_store(str(folder / "a.db")), folder / "jobs.yaml"
    path.write_text(BEFORE)
    first = preview(store, want([path], "UTC", 1000), prune=False, now=NOW)
    store.apply(first.plan, Deployment("anna", (str(path),)), NOW)
    path.write_text(AFTER)
    seen = preview(store, want([path], "UTC", 1000), prune=False, now=NOW)
    store.close()
    return plan_lines(seen, width)


def test_a_plan_changes_nothing(jobctl: Prompt) -> None:
    (jobctl.folder / "jobs.yaml").write_text(BEFORE)
    jobctl.enqueue("--", "true")
    jobctl.ok("plan")
    assert jobctl.ok("jobs", "--json").json == []


def test_with_exit_code_changes_give_6_and_none_give_0(jobctl: Prompt) -> None:
    (jobctl.folder / "jobs.yaml").write_text(BEFORE)
    assert jobctl("plan").status == 0
    assert jobctl("plan", "--exit-code").status == 6
    jobctl.ok("apply")
    assert jobctl("plan", "--exit-code").status == 0
    assert jobctl.ok("plan").out == " Nothing to change: 4 jobs as deployed\n"


def test_a_wrong_catalog_deploys_nothing(jobctl: Prompt) -> None:
    jobctl.apply("jobs: {a: {run: x}}")
    (jobctl.folder / "jobs.yaml").write_text("jobs: {a: {run: y}, b: {run: x, timeout: soon}}")
    said = jobctl("apply")
    assert (said.status, said.out) == (2, "")
    assert "jobs.b.timeout" in said.err
    assert jobctl.ok("show", "a", "--json").json["version"] == 1


def test_a_dry_run_shows_the_plan_and_changes_nothing(jobctl: Prompt) -> None:
    (jobctl.folder / "jobs.yaml").write_text("jobs: {a: {run: x}}")
    jobctl.enqueue("--", "true")
    said = jobctl.ok("apply", "--dry-run")
    assert said.out == " + a  no schedule\n\n 1 to add, 0 unchanged\n"
    assert said.err == "note: nothing was changed: this was a dry run\n"
    assert jobctl.ok("jobs", "--json").json == []


def test_it_tells_what_it_did(jobctl: Prompt) -> None:
    (jobctl.folder / "jobs.yaml").write_text("jobs: {a: {run: x}}")
    assert jobctl.ok("apply").out == " + a  no schedule\n\n 1 added, 0 unchanged\n"
    assert jobctl.ok("apply").out == " Nothing to change: 1 job as deployed\n"


def test_it_records_who_from_where_and_why(jobctl: Prompt) -> None:
    (jobctl.folder / "jobs.yaml").write_text("jobs: {a: {run: x}}")
    jobctl.ok("apply", "--message", "first")
    version = jobctl.ok("show", "a", "--json").json["versions"][0]
    told = {key: version[key] for key in ("version", "who", "files", "message", "commit")}
    files = [str(jobctl.folder / "jobs.yaml")]
    assert told == {
        "version": 1,
        "who": pwd.getpwuid(os.geteuid()).pw_name,
        "files": files,
        "message": "first",
        "commit": None,
    }


def test_it_records_the_commit_of_the_repository(jobctl: Prompt) -> None:
    git = jobctl.folder / ".git"
    (git / "refs/heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "refs/heads/main").write_text("a" * 40 + "\n")
    jobctl.apply("jobs: {a: {run: x}}")
    assert jobctl.ok("show", "a", "--json").json["versions"][0]["commit"] == "a" * 40


def test_a_commit_may_be_detached_packed_or_of_a_work_tree(tmp_path: Path) -> None:
    git = tmp_path / "main/.git"
    (git / "worktrees/side").mkdir(parents=True)
    (git / "packed-refs").write_text(f"# pack-refs\n{'b' * 40} refs/heads/main\n{'c' * 40} refs/heads/side\n")
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    assert commit_of(tmp_path / "main/sub/jobs.yaml") == "b" * 40
    (git / "worktrees/side/HEAD").write_text("ref: refs/heads/side\n")
    (git / "worktrees/side/commondir").write_text("../..\n")
    (tmp_path / "side").mkdir()
    (tmp_path / "side/.git").write_text(f"gitdir: {git / 'worktrees/side'}\n")
    assert commit_of(tmp_path / "side/jobs.yaml") == "c" * 40
    (git / "HEAD").write_text("d" * 40 + "\n")
    assert commit_of(tmp_path / "main/jobs.yaml") == "d" * 40


def test_a_repository_that_cannot_be_read_has_no_commit(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert commit_of(tmp_path / "jobs.yaml") is None
    (tmp_path / ".git/HEAD").write_text("ref: refs/heads/unborn\n")
    assert commit_of(tmp_path / "jobs.yaml") is None


def test_only_jobs_of_the_given_paths_are_retired_unless_pruned(jobctl: Prompt) -> None:
    jobctl.apply("jobs: {a: {run: x}}", "a.yaml")
    jobctl.apply("jobs: {b: {run: x}}", "b.yaml")
    names = [row["name"] for row in jobctl.ok("jobs", "--json").json]
    assert names == ["a", "b"]
    assert jobctl.ok("plan", "b.yaml", "--prune", "--json").json["retire"] == ["a"]
    jobctl.ok("apply", "b.yaml", "--prune")
    assert [row["name"] for row in jobctl.ok("jobs", "--json").json] == ["b"]


def test_warnings_do_not_stand_in_the_way(jobctl: Prompt) -> None:
    (jobctl.folder / "jobs.yaml").write_text("jobs: {a: {run: x, schedule: '0 0 30 2 *'}}")
    said = jobctl.ok("apply")
    assert said.err == "warning: jobs.yaml:1:30: jobs.a.schedule: this schedule never matches\n"


def test_the_database_may_be_named_before_the_verb(jobctl: Prompt) -> None:
    (jobctl.folder / "jobs.yaml").write_text("jobs: {a: {run: x}}")
    jobctl.ok("--db", "other.db", "apply")
    assert jobctl("jobs").status == 5
    assert len(jobctl.ok("jobs", "--json", "--db", f"sqlite://{jobctl.folder}/other.db").json) == 1


def test_an_invalid_catalog_leaves_no_database_behind(tmp_path: Path) -> None:
    (tmp_path / "jobs.yaml").write_text("jobs: {a: {run: 'true', timeout: soon}}\n")
    assert run(["apply", str(tmp_path / "jobs.yaml"), "--db", str(tmp_path / "new.db")]) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["jobs.yaml"]
