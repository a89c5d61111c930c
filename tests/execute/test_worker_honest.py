"""What a job means well is told as it is: nothing of it is taken for forgery, and the worker lives on."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from jobctl.model.outcome import Exited, Raised, RetryAsked, Returned
from tests.kit.crew import Crew, now
from tests.kit.worker_process import JOBS


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with Crew(tmp_path_factory.mktemp("honest") / "state", slots=1) as started:
        started.run("plain:nothing")
        yield started


@pytest.fixture(autouse=True)
def _the_same_worker_goes_on(crew: Crew) -> Iterator[None]:
    (before,) = {began.pid for began in crew.told.began}
    yield
    crew.run("plain:nothing")
    assert {began.pid for began in crew.told.began} == {before}


@pytest.mark.parametrize(("name", "percent"), [("nan_progress", 0), ("decimal_progress", 0), ("huge_progress", 100)])
def test_a_progress_that_is_no_number_is_none_and_one_too_large_is_all(crew: Crew, name: str, percent: float) -> None:
    crew.told.reports.clear()
    assert crew.run(f"honest:{name}") == Returned(None)
    crew.until(lambda: crew.told.reports, "the progress is told")
    assert crew.told.reports[-1].progress.percent == percent


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("huge_number", "the result is not JSON"),
        ("large_number", "the result has an integer of more than 64 bits"),
        ("deep", "the result is nested more than 64 deep"),
        ("hostile_mapping", "the result is not JSON: not now"),
    ],
)
def test_a_result_that_not_everybody_can_read_is_not_kept_and_that_is_told(crew: Crew, name: str, note: str) -> None:
    outcome = crew.run(f"honest:{name}")
    assert isinstance(outcome, Returned)
    assert outcome.result is None
    assert (outcome.note or "").startswith(note)


def test_a_result_at_the_bound_is_kept(crew: Crew) -> None:
    outcome = crew.run("honest:just_deep_enough")
    assert isinstance(outcome, Returned)
    assert str(outcome.result).count("[") == 64
    assert crew.run("honest:digits_in_text") == Returned("1" * 40)


def test_a_name_that_is_no_text_is_told_escaped(crew: Crew) -> None:
    outcome = crew.run("honest:surrogate_name")
    assert isinstance(outcome, Raised)
    assert outcome.names[:2] == ("honest.B\\udc80", "A")


def test_an_exception_whose_message_interrupts_is_a_failure_without_one(crew: Crew) -> None:
    outcome = crew.run("honest:interrupting_message")
    assert isinstance(outcome, Raised)
    assert outcome.message == "<Odd has no message: its __str__ raised KeyboardInterrupt>"


def test_an_exit_whose_text_exits_is_an_exit(crew: Crew) -> None:
    outcome = crew.run("honest:hostile_exit")
    assert outcome == Exited(1, "<Odd has no message: its __str__ raised SystemExit>")


@pytest.mark.parametrize("name", ["odd_delay", "no_delay"])
def test_a_wish_for_another_try_after_no_time_leaves_the_time_to_the_policy(crew: Crew, name: str) -> None:
    outcome = crew.run(f"honest:{name}")
    assert isinstance(outcome, RetryAsked)
    assert outcome.delay is None


@pytest.mark.parametrize("module", ["traceback", "linecache", "ctypes", "asyncio", "json", "textwrap"])
def test_a_module_beside_the_jobs_that_is_called_like_one_of_the_library_spoils_no_error(
    crew: Crew, tmp_path: Path, module: str
) -> None:
    (tmp_path / f"{module}.py").write_text("MINE = 1\n")
    for file in ("honest.py", "plain.py"):
        (tmp_path / file).symlink_to(JOBS / file)
    with Crew(tmp_path / "state", slots=1) as here:
        outcome = here.ending(here.start(here.job("honest:fails", path=(str(tmp_path),))).key).outcome
    assert isinstance(outcome, Raised)
    assert outcome.message == "no such album"
    assert "line" in outcome.traceback
    assert outcome.traceback.startswith("Traceback (most recent call last):\n")


@pytest.mark.parametrize(("name", "result"), [("freezes_time", None), ("patches_json", {"a": [1]})])
def test_a_job_that_puts_other_functions_into_the_library_is_told_as_it_was(
    tmp_path: Path, name: str, result: object
) -> None:
    with Crew(tmp_path / "state", slots=1) as crew:
        before = now() - timedelta(milliseconds=1)
        ending = crew.ending(crew.start(crew.job(f"honest:{name}")).key)
        assert ending.outcome == Returned(result)
        assert before <= ending.started_at <= ending.finished_at
        assert crew.run("plain:add", a=2, b=3) == Returned(5)


def test_a_job_that_spoils_its_worker_is_told_so_and_the_next_has_another(tmp_path: Path) -> None:
    with Crew(tmp_path / "state", slots=1) as crew:
        outcome = crew.run("honest:spoils_its_worker")
        assert isinstance(outcome, Raised)
        assert outcome.message.startswith("what the call came to cannot be told: TypeError")
        assert crew.run("plain:add", a=2, b=3) == Returned(5)
