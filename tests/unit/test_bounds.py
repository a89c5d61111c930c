"""What may be stored at all."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobctl.decide.bounds import (
    DEPTH,
    LATEST,
    MOST,
    data_problem,
    duration_problem,
    instant_problem,
    text_problem,
    whole_problem,
)
from tests.kit.deep import deep

HALF_A_DAY = timedelta(hours=12)

endless: list[Any] = []
endless += [endless, endless]


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        (deep(DEPTH + 2), "is nested more than 64 deep"),
        ({"a": {"b": deep(970)}}, "is nested more than 64 deep"),
        (endless, "holds more than 100,000 values"),
        ({1: 2}, "has a key of type int, and keys are text"),
        ({10**5000: 2}, "has a key of type int, and keys are text"),
        ([{("a", "b"): 2}], "has a key of type tuple, and keys are text"),
        ({"\ud800": 1}, "has a key that is not valid UTF-8 text"),
        ([10**5000], "holds a whole number of more than 64 bits"),
        ([float("nan")], "holds nan, which is no number to JSON"),
        (["\ud800"], "holds text that is not valid UTF-8"),
        ([{1, 2}], "holds a set, which is no JSON"),
        (b"x", "holds a bytes, which is no JSON"),
    ],
)
def test_data_that_not_every_reader_can_take_is_told(value: Any, wrong: str) -> None:
    assert data_problem(value) == wrong


def test_data_may_be_nested_64_deep() -> None:
    assert data_problem(deep(DEPTH)) is None


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_what_json_keeps_as_it_was_is_within_the_bounds(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        assert data_problem(value) is not None
    else:
        assert data_problem(value) is None


@pytest.mark.parametrize(
    ("at", "wrong"),
    [
        (datetime(1, 1, 1, tzinfo=timezone(HALF_A_DAY)), "is not within the years 1970 to 9999"),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(-HALF_A_DAY)), "is not within the years 1970 to 9999"),
        (datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), "is not within the years 1970 to 9999"),
        (datetime(2026, 3, 8), "has no zone"),  # noqa: DTZ001
        (datetime(1970, 1, 1, tzinfo=UTC), None),
        (LATEST, None),
    ],
)
def test_an_instant_is_within_the_years_that_every_reader_knows(at: datetime, wrong: str | None) -> None:
    assert instant_problem(at) == wrong


@pytest.mark.parametrize(
    ("duration", "wrong"),
    [
        (timedelta(days=36_525), None),
        (timedelta.max, "is longer than 100 years"),
        (timedelta(seconds=-1), "is negative"),
    ],
)
def test_a_duration_is_within_a_century(duration: timedelta, wrong: str | None) -> None:
    assert duration_problem(duration) == wrong


def test_a_whole_number_has_64_bits() -> None:
    assert (whole_problem(MOST), whole_problem(-MOST - 1)) == (None, None)
    assert (whole_problem(MOST + 1) or "").endswith("give it as text")


def test_a_text_is_text_to_everybody() -> None:
    assert text_problem("é\n") is None
    assert "NUL" in (text_problem("a\0") or "")
    assert text_problem("\ud800") == "is not valid UTF-8 text"
