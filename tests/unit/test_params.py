"""Params: given values against a job's declaration."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobctl.decide.params.check import check_params, parse_params, read_pairs
from jobctl.model.errors import UsageError

SPECS: dict[str, dict[str, Any]] = {
    "album": {"required": True},
    "size": {"type": "integer", "default": 256, "minimum": 16, "maximum": 4096},
}


def refusal(specs: dict[str, dict[str, Any]], given: dict[str, Any]) -> str:
    with pytest.raises(UsageError) as caught:
        check_params(specs, given)
    return caught.value.message


def text_refusal(specs: dict[str, dict[str, Any]], *pairs: str) -> str:
    with pytest.raises(UsageError) as caught:
        parse_params(specs, pairs)
    return caught.value.message


def test_a_default_is_filled_in() -> None:
    assert check_params(SPECS, {"album": "spring"}) == {"album": "spring", "size": 256}


def test_an_optional_param_without_a_value_is_left_out() -> None:
    assert check_params({"note": {}}, {}) == {}


def test_null_counts_as_not_given() -> None:
    assert check_params(SPECS, {"album": "spring", "size": None}) == {"album": "spring", "size": 256}


def test_null_is_a_value_of_a_json_param() -> None:
    assert check_params({"data": {"type": "json"}}, {"data": None}) == {"data": None}


def test_a_missing_required_param_is_named() -> None:
    assert refusal(SPECS, {}) == "param `album` is required"


def test_an_unknown_param_gets_a_did_you_mean() -> None:
    assert refusal(SPECS, {"album": "x", "sise": 1}) == "unknown param `sise`; did you mean `size`?"


def test_everything_wrong_is_told_at_once() -> None:
    message = refusal(SPECS, {"size": "big", "colour": "red"})
    assert message == (
        'unknown param `colour`; param `album` is required; param `size` must be a whole number, got "big"'
    )


def test_the_hint_lists_what_the_job_takes() -> None:
    with pytest.raises(UsageError) as caught:
        check_params(SPECS, {})
    assert caught.value.hint == "the job takes: album (string, required), size (integer, default 256)"


@pytest.mark.parametrize(
    ("spec", "value", "message"),
    [
        ({"type": "integer"}, 1.5, "param `p` must be a whole number, got 1.5"),
        ({"type": "integer"}, True, "param `p` must be a whole number, got true"),
        ({"type": "number"}, "1", 'param `p` must be a number, got "1"'),
        ({"type": "number"}, float("nan"), "param `p` must be a number, got NaN"),
        ({"type": "boolean"}, 1, "param `p` must be true or false, got 1"),
        ({"type": "string"}, 5, "param `p` must be text, got 5"),
        ({"type": "date"}, "2026-02-30", 'param `p` must be a date like 2026-03-08, got "2026-02-30"'),
        (
            {"type": "date"},
            datetime(2026, 3, 8, tzinfo=UTC),
            'param `p` must be a date like 2026-03-08, got "2026-03-08 00:00:00+00:00"',
        ),
        (
            {"type": "datetime"},
            datetime(2026, 3, 8),  # noqa: DTZ001
            "param `p` must be an aware datetime, got 2026-03-08T00:00:00, which has no zone",
        ),
        ({"type": "date"}, "20260308", 'param `p` must be a date like 2026-03-08, got "20260308"'),
        (
            {"type": "datetime"},
            "noon",
            'param `p` must be a date and time like 2026-03-08T02:30:00+01:00, got "noon"',
        ),
        ({"choices": ["s", "m"]}, "l", 'param `p` must be one of "s", "m", got "l"'),
        ({"pattern": "[a-z]+"}, "abc1", 'param `p` must match the pattern [a-z]+, got "abc1"'),
        ({"type": "integer", "minimum": 1}, 0, "param `p` must be at least 1, got 0"),
        ({"type": "number", "maximum": 1.5}, 2, "param `p` must be at most 1.5, got 2"),
        ({}, "a\0b", "param `p` holds a NUL character, which no environment variable or argument can carry"),
        ({}, "x" * 65537, "param `p` is larger than 64 KiB (65,537 bytes)"),
        ({}, "é" * 40000, "param `p` is larger than 64 KiB (80,000 bytes)"),
        ({}, "\udcff", "param `p` is not valid UTF-8 text"),
        (
            {"type": "json"},
            {"a": ["b\0"]},
            "param `p` holds a NUL character, which no environment variable or argument can carry",
        ),
        ({"type": "json"}, ["x" * 70000], "param `p` is larger than 64 KiB (70,004 bytes)"),
        ({"type": "json"}, float("inf"), "param `p` must be JSON, but holds inf, which is no number to JSON"),
    ],
)
def test_a_wrong_value_is_refused_in_words(spec: dict[str, Any], value: Any, message: str) -> None:
    assert refusal({"p": spec}, {"p": value}) == message


@pytest.mark.parametrize(
    ("spec", "value", "kept"),
    [
        ({"type": "integer"}, 5.0, 5),
        ({"type": "number"}, 5, 5),
        ({"type": "date"}, "2026-03-08", "2026-03-08"),
        ({"type": "date"}, date(2026, 3, 8), "2026-03-08"),
        ({"type": "datetime"}, datetime(2026, 3, 8, 2, 30, tzinfo=UTC), "2026-03-08T02:30:00+00:00"),
        ({"type": "datetime"}, "2026-03-08T02:30:00Z", "2026-03-08T02:30:00+00:00"),
        ({"type": "json"}, {"a": [1, None]}, {"a": [1, None]}),
        ({}, "x" * 65536, "x" * 65536),
    ],
)
def test_a_right_value_is_kept(spec: dict[str, Any], value: Any, kept: Any) -> None:
    assert check_params({"p": spec}, {"p": value}) == {"p": kept}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("string", "a=b", "a=b"),
        ("string", "", ""),
        ("integer", "-12", -12),
        ("integer", "007", 7),
        ("number", "1e3", 1000.0),
        ("number", "2", 2),
        ("boolean", "True", True),
        ("boolean", "no", False),
        ("json", '{"a": [1]}', {"a": [1]}),
        ("date", "2026-03-08", "2026-03-08"),
    ],
)
def test_a_text_from_the_command_line_becomes_a_typed_value(kind: str, text: str, value: Any) -> None:
    assert parse_params({"p": {"type": kind}}, [f"p={text}"]) == {"p": value}


def test_a_text_that_is_no_value_of_the_type_is_refused_once() -> None:
    specs = {"size": {"type": "integer", "required": True}}
    assert text_refusal(specs, "size=big") == 'param `size` must be a whole number, got "big"'


def test_a_pair_without_an_equals_sign_is_refused() -> None:
    assert text_refusal({}, "size") == "expected NAME=VALUE, got `size`"


def test_a_param_given_twice_is_refused() -> None:
    assert text_refusal({"a": {}}, "a=1", "a=2") == "param `a` is given twice"


def test_json_that_says_two_things_of_one_key_is_refused() -> None:
    refused = text_refusal({"d": {"type": "json"}}, 'd={"a": [{"b": 1, "b": 2}]}')
    assert refused == 'param `d` has the key "b" twice'


def test_deeply_nested_json_is_refused_in_words() -> None:
    assert text_refusal({"d": {"type": "json"}}, "d=" + "[" * 100000).startswith("param `d` must be JSON")


def test_json_constants_that_are_not_json_are_refused() -> None:
    assert text_refusal({"d": {"type": "json"}}, "d=NaN") == 'param `d` must be JSON, got "NaN"'


def test_an_integer_of_a_million_digits_is_refused_in_words() -> None:
    assert text_refusal({"n": {"type": "integer"}}, "n=" + "9" * 60000).startswith("param `n` must be a whole number")


def test_reading_pairs_fills_nothing_in() -> None:
    assert read_pairs(SPECS, ["size=64"]) == {"size": 64}


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("abc é"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
    max_leaves=6,
)


@given(json_values)
def test_json_typed_on_the_command_line_is_the_json_given_by_a_program(value: Any) -> None:
    specs = {"p": {"type": "json"}}
    assert parse_params(specs, ["p=" + json.dumps(value)]) == check_params(specs, {"p": value})


@given(st.dictionaries(st.sampled_from(["album", "size", "other"]), json_values))
def test_checked_params_pass_the_check_again(given_values: dict[str, Any]) -> None:
    try:
        checked = check_params(SPECS, given_values)
    except UsageError:
        return
    assert check_params(SPECS, checked) == checked
