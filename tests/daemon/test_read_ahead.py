"""A daemon that serves needs no file of its program any more: an upgrade may replace them all."""

import shutil
import signal
from pathlib import Path

import jobctl
from tests.kit.installation import Installation
from tests.kit.until import until
from tests.kit.worker_process import JOBS

CATALOG = f"""
defaults: {{path: [{JOBS}]}}
queues: {{slow: {{slots: 1, rate: 100/s}}}}
jobs:
  called: {{call: "plain:length_of", params: {{text: {{default: some}}}}}}
  bad: {{run: "exit 5", on_failure: "echo told > told", retry: {{limit: 1, delay: 100ms}}}}
  ticking: {{run: "true", every: 1s}}
  alone: {{run: "sleep 1000", overlap: replace, queue: slow}}
"""
# These are executed by other processes, from their files.
PROGRAMS = ("holder_program", "worker_program")


def test_a_daemon_works_on_when_its_program_is_gone(here: Installation, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(Path(jobctl.__file__).parent, copy / "jobctl")
    here.apply(CATALOG)
    ours, here.environment["PYTHONPATH"] = here.environment["PYTHONPATH"], str(copy)
    daemon = here.daemon("--tee")
    here.environment["PYTHONPATH"] = ours
    until(lambda: "daemon started" in here.log(), "the daemon has started")
    remove_all_but(copy, PROGRAMS)

    assert here.until_state(here.enqueue("called"), "succeeded")["result"] == 4
    here.until_state(here.enqueue("bad"), "failed")
    until((tmp_path / "told").exists, "the failure is told")
    first = here.enqueue("alone")
    here.until_state(first, "running")
    second = here.enqueue("alone")
    here.until_state(first, "cancelled")
    here.jobctl("pause", "ticking")
    here.jobctl("resume", "ticking")
    here.until_state(second, "running")
    here.jobctl("cancel", str(second))
    here.until_state(second, "cancelled")
    here.apply(CATALOG + "  new: {run: 'true'}\n")
    here.until_state(here.enqueue("new", "--in", "1s"), "succeeded")
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait() == 0
    assert "trouble" not in here.log()


def remove_all_but(folder: Path, programs: tuple[str, ...]) -> None:
    """Remove the files of a program, but for those of some folders."""
    for path in [*folder.rglob("*.py"), *folder.rglob("*.pyc"), *folder.rglob("*.sql")]:
        if not set(programs) & set(path.parts):
            path.unlink()
