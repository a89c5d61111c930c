"""A start that takes its daemon down, or hangs it: others go on, and it is not tried without end."""

import os

from tests.kit.installation import Installation
from tests.kit.until import until

# The parent of what gives a secret is the daemon.
DEADLY = """
jobs:
  deadly: {run: echo never, idempotent: false, secrets: {TOKEN: {command: "kill -9 $PPID; sleep 60"}}}
  call: {call: "os:getpid", secrets: {TOKEN: {command: "kill -9 $PPID; sleep 60"}}}
  hello: {run: echo hello}
"""


def test_a_start_that_kills_its_daemon_ends_as_poison_and_others_run(here: Installation) -> None:
    here.apply(DEADLY)
    ids = [here.enqueue(job) for job in ("deadly", "call", "hello")]
    for _ in range(6):
        assert here.daemon("--until-idle").wait(60) != 0
    assert here.jobctl("daemon", "--until-idle").returncode == 0
    runs = [here.run(run_id) for run_id in ids]
    assert [(run["state"], run["reason"]) for run in runs] == [("failed", "poison")] * 2 + [("succeeded", None)]
    assert "its daemon died while starting it; 3 losses" in here.run(ids[0])["error"]
    assert list((here.folder / "jobctl.db.d" / "starting").iterdir()) == []


def test_one_loss_in_starting_is_forgiven(here: Installation) -> None:
    flag = here.folder / "once"
    here.apply(
        f"jobs: {{once: {{run: 'echo $TOKEN', idempotent: false, secrets: {{TOKEN: {{command: "
        f"'test -e {flag} || {{ touch {flag}; kill -9 $PPID; sleep 60; }}; echo value'}}}}}}}}"
    )
    run_id = here.enqueue("once")
    assert here.daemon("--until-idle").wait(60) != 0
    assert here.jobctl("daemon", "--until-idle").returncode == 0
    run = here.run(run_id)
    assert (run["state"], [attempt["outcome"] for attempt in run["attempts"]]) == ("succeeded", ["lost", "succeeded"])


def test_files_that_are_none_fail_their_own_runs_and_no_others(here: Installation) -> None:
    here.apply("""
jobs:
  fifo: {run: "true", env_file: fifo}
  zero: {run: "true", secrets: {TOKEN: {file: /dev/zero}}}
  call: {call: "os:getpid", env_file: fifo}
  hello: {run: "true"}
""")
    os.mkfifo(here.folder / "fifo")
    ids = [here.enqueue(job) for job in ("fifo", "zero", "call", "hello")]
    here.daemon()
    until(lambda: all(here.run(run_id)["state"] in ("failed", "succeeded") for run_id in ids), "all have ended")
    runs = [here.run(run_id) for run_id in ids]
    assert [run["state"] for run in runs] == ["failed", "failed", "failed", "succeeded"]
    assert all("is not a regular file" in run["error"] for run in runs[:3])
