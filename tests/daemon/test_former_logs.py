"""After a restore run ids are given out again: nothing that a former run wrote is taken for a new one's."""

from pathlib import Path

import pytest

from tests.kit.installation import Installation

JOBS = Path(__file__).parents[1] / "kit" / "jobs"
CATALOG = f"""
defaults: {{path: [{JOBS}]}}
jobs:
  silent: {{run: 'true'}}
  silent_call: {{call: 'plain:nothing'}}
  says: {{run: 'echo mine'}}
  says_call: {{call: 'talking:hello'}}
"""


@pytest.fixture
def restored(here: Installation) -> Installation:
    """The logs of twenty runs are there that the database knows nothing of, some with a second attempt."""
    here.apply(CATALOG)
    folder = here.db.with_name("jobctl.db.d") / "logs" / "0"
    folder.mkdir(parents=True)
    for run_id in range(1, 21):
        for attempt in (1, 2):
            (folder / f"{run_id}.{attempt}.log").write_text("somebody else's\n" * 1000)
    return here


@pytest.mark.parametrize("job", ["silent", "silent_call"])
def test_a_run_that_writes_nothing_shows_nothing_of_a_former_one(restored: Installation, job: str) -> None:
    run_id = restored.enqueue(job)
    restored.drain()
    assert restored.run(run_id)["state"] == "succeeded"
    assert restored.jobctl("logs", str(run_id)).stdout == ""


@pytest.mark.parametrize(("job", "words"), [("says", "mine\n"), ("says_call", "hello world\n")])
def test_a_run_shows_what_it_wrote_itself(restored: Installation, job: str, words: str) -> None:
    run_id = restored.enqueue(job)
    restored.drain()
    assert restored.run(run_id)["state"] == "succeeded"
    assert restored.jobctl("logs", str(run_id)).stdout == words


def test_a_run_that_waits_shows_nothing_of_a_former_one(restored: Installation) -> None:
    run_id = restored.enqueue("says")
    assert restored.jobctl("logs", str(run_id)).stdout == ""
    assert "somebody" not in restored.jobctl("show", str(run_id)).stdout


def test_a_run_in_the_foreground_shows_nothing_of_a_former_one(restored: Installation) -> None:
    assert restored.jobctl("run", "silent_call").stdout == ""
    assert restored.jobctl("logs", "silent_call").stdout == ""
