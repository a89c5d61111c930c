"""What the daemon makes of what comes over a worker's pipe, which every job of that worker can write to."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobctl.execute.attempt import Report
from jobctl.execute.callables.replies import READY, Answer, told_by
from jobctl.model.outcome import Exited, Outcome, Raised, RetryAsked, Returned, Skipped, Unstartable
from tests.kit.claims import claim
from tests.kit.deep import deep

CLAIM = claim(run_id=7)
NOW = datetime(2026, 3, 9, tzinfo=UTC)
END = [7, 1, 1772953200250, 1772953200251, 1100]

VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
NAMES = st.sampled_from(
    ["end", "kind", "names", "message", "traceback", "delay", "code", "note", "progress", "ready", "run_id", "percent"]
)
ENDS = st.tuples(st.just(7), st.just(1)).flatmap(
    lambda key: st.lists(VALUES, max_size=6).map(lambda more: [*key, *more])
)
JSON = st.recursive(
    VALUES | ENDS, lambda inner: st.lists(inner, max_size=7) | st.dictionaries(NAMES, inner, max_size=5)
)


def answer(reply: Any) -> Answer:
    told = told_by(reply, CLAIM, NOW)
    assert isinstance(told, Answer)
    return told


@given(JSON | st.builds(lambda end, more: {**more, "end": end}, ENDS, st.dictionaries(NAMES, JSON, max_size=4)))
def test_whatever_a_job_forges_is_a_reply_or_a_value_error(reply: Any) -> None:
    try:
        told = told_by(reply, CLAIM, NOW)
    except ValueError:
        return
    assert told is None or told == READY or isinstance(told, Answer | Report)


def test_a_plain_end_is_an_ending_with_its_times() -> None:
    ending, took, facts = answer(END)
    assert (ending.claim, ending.outcome, ending.output) == (CLAIM, Returned(), None)
    assert ending.started_at == datetime(2026, 3, 8, 7, 0, 0, 250_000, tzinfo=UTC)
    assert ending.finished_at == datetime(2026, 3, 8, 7, 0, 0, 251_000, tzinfo=UTC)
    assert (took, facts) == (1100, {})


def test_a_value_and_what_was_printed_come_with_the_end() -> None:
    ending = answer([*END, {"rows": 3}, "caf\udcff\n"]).ending
    assert (ending.outcome, ending.output) == (Returned({"rows": 3}), b"caf\xff\n")


def test_the_result_of_another_call_is_nothing() -> None:
    assert told_by([8, 1, *END[2:]], CLAIM, NOW) is None
    assert told_by([7, 2, *END[2:]], CLAIM, NOW) is None
    assert told_by(END, None, NOW) is None


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"note": "the result is not JSON"}, Returned(None, "the result is not JSON")),
        ({"unsaved": True}, Returned()),
        ({"kind": "skipped", "message": "no orders"}, Skipped("no orders")),
        ({"kind": "retry", "message": "", "delay": None}, RetryAsked(None, "")),
        ({"kind": "retry", "message": "", "delay": float("nan")}, RetryAsked(None, "")),
        ({"kind": "exited", "code": 3}, Exited(3)),
        ({"kind": "exited", "code": 1, "message": "no space"}, Exited(1, "no space")),
        ({"kind": "unstartable", "message": "no module"}, Unstartable("no module")),
        ({"kind": "raised", "names": ["KeyError"], "message": "a", "traceback": "b"}, Raised(("KeyError",), "a", "b")),
    ],
)
def test_every_other_end_says_what_it_was(facts: dict[str, Any], outcome: Outcome) -> None:
    found = answer({"end": END, **facts})
    assert (found.ending.outcome, found.facts["end"]) == (outcome, END)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (deep(970), "the result is nested more than 64 deep; it is not kept"),
        ([2**63], "the result holds a whole number of more than 64 bits; it is not kept"),
        (2**63, "the result holds a whole number of more than 64 bits; it is not kept"),
        ("x" * 70_000, "the result is 70002 bytes of JSON, more than the 65536 that are kept; it is not kept"),
    ],
)
def test_a_result_that_not_every_reader_can_take_is_not_kept_and_says_why(value: Any, why: str) -> None:
    assert answer([*END, value, None]).ending.outcome == Returned(None, why)
