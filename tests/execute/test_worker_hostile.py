"""A job that attacks its daemon through what both have harms itself alone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from jobctl.execute.callables.line import Line
from jobctl.execute.callables.replies import told_by
from jobctl.model.instant import to_ms
from jobctl.model.outcome import Exited, Lost, Returned, Stopped
from tests.kit.claims import CLAIMED_AT, claim
from tests.kit.crew import Crew


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    with Crew(tmp_path / "state") as started:
        yield started


CLAIM = claim(run_id=7)
NOW = CLAIMED_AT
FIRST = to_ms(NOW - timedelta(seconds=1))
END = [7, 1, FIRST, FIRST + 5, 100]


def test_a_job_cannot_have_its_daemon_wait(crew: Crew) -> None:
    assert crew.run("hostile:have_it_wait") == Exited(0)
    assert crew.run("plain:nothing") == Returned()


def test_a_job_that_speaks_without_end_is_stopped_in_time_and_others_go_on(crew: Crew) -> None:
    line = '{"progress": {"run_id": 0, "fence": 1, "percent": 1, "message": null}}'
    loud = crew.start(crew.job("hostile:speak_without_end", timeout=timedelta(seconds=1)), line=line)
    assert crew.run("plain:nothing", job={"name": "other"}) == Returned()
    assert isinstance(crew.ending(loud.key).outcome, Stopped)


@pytest.mark.parametrize("text", ["[", "[],", "x"])
def test_what_no_reply_can_be_is_not_waited_for(crew: Crew, text: str) -> None:
    outcome = crew.run("hostile:say", text=text, times=Line.LARGEST + 1)
    assert outcome == Lost("its worker was killed: a job wrote into the pipes between daemon and worker")


@pytest.mark.parametrize("instant", [to_ms(NOW) + 10**12, 2**60, 10**400])
def test_no_call_ends_in_the_future(instant: int) -> None:
    try:
        told = told_by([7, 1, FIRST, instant, 100], CLAIM, NOW)
    except ValueError:
        return
    assert told is not None
    assert told.ending.finished_at == NOW  # type: ignore[union-attr]


@pytest.mark.parametrize("instant", [-1, -(2**62), None, "1", [], float("nan")])
def test_no_call_begins_before_all_time(instant: object) -> None:
    with pytest.raises(ValueError, match="no worker says"):
        told_by([7, 1, instant, FIRST, 100], CLAIM, NOW)


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "raised", "names": ["E"], "message": "m" * 200_000, "traceback": "t"},
        {"kind": "raised", "names": ["E"], "message": "m", "traceback": "t" * 200_000},
        {"kind": "skipped", "message": "m" * 200_000},
    ],
)
def test_a_text_is_no_longer_than_a_worker_makes_it(facts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no worker says"):
        told_by({"end": END, **facts}, CLAIM, NOW)


def test_what_comes_with_an_end_is_no_longer_than_a_worker_sends_it() -> None:
    with pytest.raises(ValueError, match="no worker says"):
        told_by([*END, None, "x" * 200_000], CLAIM, NOW)
