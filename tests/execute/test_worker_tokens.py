"""A call begins when its token is taken, however many have been read: what has none is not executed."""

from pathlib import Path
from typing import Any

import pytest

from tests.kit.until import until
from tests.kit.worker_process import JOBS, WorkerProcess


def noted(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


def notes(worker: WorkerProcess, path: Path, texts: str) -> list[dict[str, Any]]:
    return [worker.request("plain:note", {"path": str(path), "text": text}) for text in texts]


def test_a_call_without_a_token_does_not_begin(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path) as worker:
        first = worker.send_without_tokens(notes(worker, tmp_path / "notes", "abc"))
        worker.send_tokens([first])
        worker.results(1)
        assert noted(tmp_path / "notes") == ["a"]
        worker.send_tokens([first + 1, first + 2])
        worker.results(2)
        assert noted(tmp_path / "notes") == ["a", "b", "c"]


def test_what_a_busy_worker_has_read_can_be_taken_back(tmp_path: Path) -> None:
    started, go_on = tmp_path / "started", tmp_path / "go on"
    with WorkerProcess(tmp_path) as worker:
        params = {"first": "hello", "path": str(go_on), "started": str(started)}
        worker.send([worker.request("waiting:talk_until", params), *notes(worker, tmp_path / "notes", "abc")])
        until(started.exists, "the first call has begun")
        assert worker.recall() == [1, 2, 3]
        go_on.touch()
        worker.results(1)
        worker.run(notes(worker, tmp_path / "notes", "d"))
        assert noted(tmp_path / "notes") == ["d"]


def test_a_call_behind_others_that_were_taken_back_is_executed(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path) as worker:
        first = worker.send_without_tokens(notes(worker, tmp_path / "notes", "abcde"))
        worker.send_tokens([first, first + 3])
        results = worker.results(2)
        assert [result["run_id"] for result in results] == [1, 4]
        assert noted(tmp_path / "notes") == ["a", "d"]


def test_what_is_left_of_the_tokens_of_a_dead_worker_had_not_begun(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path) as worker:
        deadly = worker.request("plain:drop_dead", {"code": 3})
        worker.send([*notes(worker, tmp_path / "notes", "ab"), deadly, *notes(worker, tmp_path / "notes", "cd")])
        assert worker.process.wait(60) == 3
        assert [result["run_id"] for result in worker.results(2)] == [2, 3]
        assert worker.recall() == [3, 4]
        assert noted(tmp_path / "notes") == ["a", "b"]


def test_a_worker_waits_for_a_call_whose_token_comes_first(tmp_path: Path) -> None:
    text = "x" * 3_000_000
    with WorkerProcess(tmp_path) as worker:
        worker.send_tokens([0])
        worker.send_without_tokens([worker.request("plain:length_of", {"text": text})])
        assert worker.results(1)[0]["result"] == 3_000_000


EDITS = """
import pathlib, time
def run(by="nobody", more=""):
    pathlib.Path(__file__).write_text(pathlib.Path(__file__).read_text() + f"VALUE = {by!r}\\n")
    time.sleep(0.15)  # longer than a worker goes on without looking at its files
    return VALUE
VALUE = "old"
"""


@pytest.fixture
def editing(tmp_path: Path) -> Path:
    """A folder with a module whose function edits it."""
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "own.py").write_text(EDITS)
    return folder


def test_what_was_read_is_executed_after_a_worker_has_started_anew(tmp_path: Path, editing: Path) -> None:
    with WorkerProcess(tmp_path, folders=[editing]) as worker:
        calls = [worker.request("own:run", {"by": text}) for text in "abcd"]
        assert [result["result"] for result in worker.run(calls)] == ["old", "a", "b", "c"]
        assert worker.call("own:run", by="e")["result"] == "d"


def test_what_was_taken_back_is_not_executed_by_a_worker_that_has_started_anew(tmp_path: Path, editing: Path) -> None:
    with WorkerProcess(tmp_path, folders=[editing]) as worker:
        first = worker.send_without_tokens([worker.request("own:run", {"by": text}) for text in "abcd"])
        worker.send_tokens([first, first + 2, first + 3])
        assert [result["result"] for result in worker.results(3)] == ["old", "a", "c"]


def test_half_a_line_that_was_read_is_not_lost_when_a_worker_starts_anew(tmp_path: Path, editing: Path) -> None:
    with WorkerProcess(tmp_path, folders=[editing]) as worker:
        calls = [worker.request("own:run", {"by": text, "more": "x" * 100_000}) for text in "ab"]
        lines = b"".join(worker.lines([call]) for call in calls)
        worker.send_tokens([0, 1])
        worker.send_bytes(lines[:-50_000])
        assert worker.results(1)[0]["result"] == "old"
        assert "ready" in worker.reply()
        worker.send_bytes(lines[-50_000:])
        assert worker.results(1)[0]["result"] == "a"


def test_a_child_gets_none_of_a_workers_descriptors(tmp_path: Path, editing: Path) -> None:
    with WorkerProcess(tmp_path, folders=[editing, JOBS]) as worker:
        calls = [worker.request(target) for target in ("forging:inheritable", "own:run", "forging:inheritable")]
        before, _, after = worker.run(calls)
        assert (before["result"], after["result"]) == ([], [])
