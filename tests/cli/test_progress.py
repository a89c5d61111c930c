"""`progress`: from inside a job."""

import json
import os
import sys

import pytest

from tests.kit.installation import Installation
from tests.kit.prompt import Prompt
from tests.kit.until import until


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> int:
    """The reading end of the descriptor that a job has."""
    reading, writing = os.pipe()
    monkeypatch.setenv("JOBCTL_PROGRESS_FD", str(writing))
    return reading


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["70", "album 7"], {"percent": 70.0, "message": "album 7"}),
        (["12.5%"], {"percent": 12.5, "message": None}),
        (["0", "two\nlines"], {"percent": 0.0, "message": "two\nlines"}),
    ],
)
def test_it_writes_one_line_of_json(jobctl: Prompt, pipe: int, args: list[str], said: object) -> None:
    jobctl.ok("progress", *args)
    line = os.read(pipe, 10_000)
    assert line.count(b"\n") == 1
    assert json.loads(line) == said


def test_a_long_message_is_cut_so_that_its_line_is_read(jobctl: Prompt, pipe: int) -> None:
    jobctl.ok("progress", "1", "é" * 50_000)
    assert len(os.read(pipe, 100_000)) < 4096


@pytest.mark.parametrize("percent", ["101", "1x", "nan", "half"])
def test_what_is_no_percentage_is_refused(jobctl: Prompt, pipe: int, percent: str) -> None:
    said = jobctl("progress", percent)
    assert said.status == 2
    assert said.err.startswith(f"error: expected percent from 0 to 100, got `{percent}`\n")


def test_outside_a_job_it_says_where_it_works(jobctl: Prompt) -> None:
    said = jobctl("progress", "5")
    assert said.status == 2
    assert said.err == (
        "error: `jobctl progress` is not inside a job\n"
        "hint: it works in a job that jobctl runs, and in what that job starts\n"
    )


def test_the_progress_of_a_run_is_seen_while_it_runs(here: Installation) -> None:
    here.apply(f"jobs: {{long: {{run: '{sys.executable} -m jobctl progress 70 \"album 7\"; sleep 300'}}}}")
    here.daemon()
    run_id = here.enqueue("long")
    until(lambda: here.run(run_id)["progress"], "progress is seen")
    assert here.run(run_id)["progress"] == {"percent": 70.0, "message": "album 7"}
    here.jobctl("cancel", str(run_id), "--wait")


def test_the_last_progress_before_an_end_is_kept_with_and_without_a_daemon(here: Installation) -> None:
    last = f"""'{sys.executable} -m jobctl progress 50; echo "{{\\"percent\\": 93}}" >&3; exit $JOBCTL_PARAM_CODE'"""
    here.apply(f"jobs: {{ends: {{run: {last}, params: {{code: {{type: integer}}}}}}}}")
    runs = [here.enqueue("ends", "-p", f"code={code}") for code in (0, 3)]
    here.daemon("--until-idle").wait(60)
    here.jobctl("run", "ends", "-p", "code=0")
    runs += [here.json("runs", "--limit", "1")[0]["id"]]
    assert [here.run(run_id)["progress"]["percent"] for run_id in runs] == [93.0] * 3
